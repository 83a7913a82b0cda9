from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("recommendations", "0009_standing_said")]
    operations = [
        migrations.AddField(
            "vibeset",
            "n_joined",
            models.PositiveIntegerField(
                default=0, help_text="Likes that came or went since all were grouped anew."
            ),
        ),
    ]
