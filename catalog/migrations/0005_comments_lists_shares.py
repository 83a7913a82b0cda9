import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0004_subscription_region"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CommentReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("spoiler", "It gives the story away"),
                            ("abuse", "It attacks somebody"),
                            ("advertising", "It advertises"),
                            ("other", "Something else"),
                        ],
                        default="other",
                        max_length=11,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="ListedTitle",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.IntegerField(default=0)),
                ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="Share",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "nonce",
                    models.CharField(
                        editable=False,
                        help_text="Half of the link; see shares.py.",
                        max_length=16,
                        unique=True,
                    ),
                ),
                ("line", models.CharField(blank=True, max_length=200)),
                ("is_named", models.BooleanField(default=False, help_text="Says who shares.")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ShareTitle",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.SmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="TitleList",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("description", models.CharField(blank=True, max_length=500)),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("me", "Only me"),
                            ("friends", "My friends"),
                            ("everyone", "Everyone"),
                        ],
                        default="me",
                        max_length=8,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("deleted_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "list",
            },
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(fields=["title", "-created_at"], name="comment_newest_of_title"),
        ),
        migrations.AddField(
            model_name="commentreport",
            name="comment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="reports",
                to="catalog.comment",
            ),
        ),
        migrations.AddField(
            model_name="commentreport",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="comment_reports",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="listedtitle",
            name="title",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="listed",
                to="catalog.title",
            ),
        ),
        migrations.AddField(
            model_name="share",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="shares",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="sharetitle",
            name="share",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="places",
                to="catalog.share",
            ),
        ),
        migrations.AddField(
            model_name="sharetitle",
            name="title",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalog.title"
            ),
        ),
        migrations.AddField(
            model_name="share",
            name="titles",
            field=models.ManyToManyField(
                related_name="shares", through="catalog.ShareTitle", to="catalog.title"
            ),
        ),
        migrations.AddField(
            model_name="titlelist",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="title_lists",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="listedtitle",
            name="list",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="listed",
                to="catalog.titlelist",
            ),
        ),
        migrations.AddConstraint(
            model_name="commentreport",
            constraint=models.UniqueConstraint(
                fields=("comment", "user"),
                name="comment_reported_once",
                violation_error_message="You already reported this comment.",
            ),
        ),
        migrations.AddConstraint(
            model_name="commentreport",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason__in", ["spoiler", "abuse", "advertising", "other"])),
                name="comment_report_reason_is_offered",
            ),
        ),
        migrations.AddConstraint(
            model_name="sharetitle",
            constraint=models.UniqueConstraint(fields=("share", "title"), name="shared_once"),
        ),
        migrations.AddConstraint(
            model_name="titlelist",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True),
                name="list_has_a_name",
                violation_error_message="A list needs a name.",
            ),
        ),
        migrations.AddConstraint(
            model_name="titlelist",
            constraint=models.CheckConstraint(
                condition=models.Q(("audience__in", ["me", "friends", "everyone"])),
                name="list_audience_is_offered",
            ),
        ),
        migrations.AddConstraint(
            model_name="listedtitle",
            constraint=models.UniqueConstraint(
                fields=("list", "title"),
                name="listed_once",
                violation_error_message="The title is on this list already.",
            ),
        ),
    ]
