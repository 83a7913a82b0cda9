import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0008_blocked_tags"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="comment",
            name="is_waiting",
            field=models.BooleanField(
                default=False,
                help_text="Hidden because several readers reported it, until a moderator has "
                "looked.",
                verbose_name="waits for a moderator",
            ),
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.CheckConstraint(
                condition=Q(is_waiting=False) | Q(is_hidden=True),
                name="comment_waits_hidden",
                violation_error_message="What waits for a moderator is hidden.",
            ),
        ),
        migrations.AddField(
            model_name="commentreport",
            name="closed_at",
            field=models.DateTimeField(
                blank=True, help_text="When a moderator had looked at the comment.", null=True
            ),
        ),
        migrations.CreateModel(
            name="CommentVerdict",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("hide", "Hide it"), ("stands", "Let it stand")], max_length=6
                    ),
                ),
                (
                    "line",
                    models.CharField(
                        blank=True, help_text="What the writer was told.", max_length=200
                    ),
                ),
                (
                    "n_reports",
                    models.PositiveIntegerField(help_text="How many reports it closed."),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "comment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="verdicts",
                        to="catalog.comment",
                    ),
                ),
                (
                    "moderator",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(kind__in=["hide", "stands"]), name="comment_verdict_is_offered"
                    )
                ]
            },
        ),
    ]
