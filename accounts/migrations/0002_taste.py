from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0001_tables"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="half_life_days",
            field=models.PositiveSmallIntegerField(blank=True, choices=[(0, "Never fades"), (1826, "Half after five years"), (365, "Half after a year"), (90, "Half after three months")], help_text="After how many days a statement counts half; empty means a year.", null=True),
        ),
        migrations.AddField(
            model_name="user",
            name="taste_since",
            field=models.DateTimeField(blank=True, help_text="What was said before this says nothing about the taste.", null=True),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(condition=models.Q(("half_life_days", None), ("half_life_days__in", [0, 90, 365, 1826]), _connector="OR"), name="user_half_life_is_offered", violation_error_message="A half-life is one of those on offer."),
        ),
    ]
