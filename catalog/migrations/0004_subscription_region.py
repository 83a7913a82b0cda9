from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0003_exclusions")]

    operations = [
        migrations.AddField(
            model_name="subscription",
            name="region",
            field=models.CharField(blank=True, max_length=2),
        ),
    ]
