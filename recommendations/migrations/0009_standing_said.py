from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("recommendations", "0008_rooms")]

    operations = [
        migrations.AddField(
            model_name="standing",
            name="said",
            field=models.BigIntegerField(
                null=True,
                help_text="Differs once what they said, or what it is placed by, does.",
            ),
        ),
    ]
