from django.db import migrations, models

TABLES = ("title", "adaptation", "credit", "person")

CREATE = """
CREATE FUNCTION catalog_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO catalog_change DEFAULT VALUES;
    RETURN NULL;
END
$$;
""" + "".join(
    f"""
CREATE TRIGGER catalog_{table}_changed
AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON catalog_{table}
FOR EACH STATEMENT EXECUTE FUNCTION catalog_note_change();
"""
    for table in TABLES
)
DROP = (
    "".join(f"DROP TRIGGER catalog_{table}_changed ON catalog_{table};" for table in TABLES)
    + "DROP FUNCTION catalog_note_change();"
)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0005_comments_lists_shares")]

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[("id", models.BigAutoField(primary_key=True, serialize=False))],
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
