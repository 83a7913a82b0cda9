from django.db import migrations, models

# Whatever `recommendations.tastes` reads of a person.
TABLES = (
    "rating", "favourite", "save", "viewing", "dismissal", "tap", "exclusion", "wrongreason",
)  # fmt: skip
# What people say by tapping a group depends on what is in it.
GROUPS = ("group", "grouptitle")

CREATE = """
CREATE FUNCTION catalog_note_said() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        INSERT INTO catalog_lastsaid (user_id, edition)
        SELECT user_id, gen_random_uuid() FROM new_rows GROUP BY user_id ORDER BY user_id
        ON CONFLICT (user_id) DO UPDATE SET edition = excluded.edition;
    END IF;
    IF TG_OP IN ('UPDATE', 'DELETE') THEN
        -- In one order, so that two who write of the same people never wait for each other.
        PERFORM 1 FROM catalog_lastsaid
        WHERE user_id IN (SELECT user_id FROM old_rows) ORDER BY user_id FOR UPDATE;
        UPDATE catalog_lastsaid SET edition = gen_random_uuid()
        WHERE user_id IN (SELECT user_id FROM old_rows);
    END IF;
    RETURN NULL;
END
$$;
""" + "".join(
    f"""
CREATE TRIGGER catalog_{table}_said_insert AFTER INSERT ON catalog_{table}
REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION catalog_note_said();
CREATE TRIGGER catalog_{table}_said_update AFTER UPDATE ON catalog_{table}
REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
FOR EACH STATEMENT EXECUTE FUNCTION catalog_note_said();
CREATE TRIGGER catalog_{table}_said_delete AFTER DELETE ON catalog_{table}
REFERENCING OLD TABLE AS old_rows
FOR EACH STATEMENT EXECUTE FUNCTION catalog_note_said();
"""
    for table in TABLES
) + "".join(
    f"""
CREATE TRIGGER catalog_{table}_changed
AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON catalog_{table}
FOR EACH STATEMENT EXECUTE FUNCTION catalog_note_change();
"""
    for table in GROUPS
)
# Whoever spoke before.
FILL = "INSERT INTO catalog_lastsaid (user_id, edition) SELECT user_id, gen_random_uuid() FROM (" + (
    " UNION ".join(f"SELECT user_id FROM catalog_{table}" for table in TABLES) + ") AS said;"
)
DROP = (
    "".join(
        f"DROP TRIGGER catalog_{table}_said_{event} ON catalog_{table};"
        for table in TABLES
        for event in ("insert", "update", "delete")
    )
    + "".join(f"DROP TRIGGER catalog_{table}_changed ON catalog_{table};" for table in GROUPS)
    + "DROP FUNCTION catalog_note_said();"
)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0009_moderation")]

    operations = [
        migrations.CreateModel(
            name="LastSaid",
            fields=[
                ("user_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("edition", models.UUIDField()),
            ],
        ),
        migrations.RunSQL(CREATE, DROP),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
