from django.db import migrations, models

LEVELS = [("me", "Only me"), ("friends", "My friends"), ("everyone", "Everyone")]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_taste")]

    operations = [
        *(
            migrations.AddField(
                model_name="user",
                name=f"{name}_for",
                field=models.CharField(choices=LEVELS, default="me", max_length=8),
            )
            for name in ("profile", "library", "lists")
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    profile_for__in=["me", "friends", "everyone"],
                    library_for__in=["me", "friends", "everyone"],
                    lists_for__in=["me", "friends", "everyone"],
                ),
                name="user_audiences_are_offered",
            ),
        ),
    ]
