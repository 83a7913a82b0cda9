import accounts.models.invites
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_friends")]

    operations = [
        migrations.CreateModel(
            name="Invite",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        default=accounts.models.invites.new_code,
                        editable=False,
                        max_length=40,
                        unique=True,
                    ),
                ),
                (
                    "note",
                    models.CharField(
                        blank=True, help_text="For whom; only staff see it.", max_length=80
                    ),
                ),
                ("n_allowed", models.PositiveSmallIntegerField(default=1, verbose_name="people")),
                (
                    "n_used",
                    models.PositiveSmallIntegerField(
                        default=0, editable=False, verbose_name="signed up"
                    ),
                ),
                (
                    "made_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                ("expires_at", models.DateTimeField(default=accounts.models.invites.in_a_week)),
                ("withdrawn_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("n_allowed__range", (1, 1000))),
                        name="invite_lets_somebody_in",
                        violation_error_message="An invitation is for 1 to 1,000 people.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("n_used__lte", models.F("n_allowed"))),
                        name="invite_not_overused",
                    ),
                ],
            },
        ),
    ]
