import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):

    dependencies = [
        ("catalog", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Exclusion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("title", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="%(class)ss", to="catalog.title")),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="%(class)ss", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "title"), name="exclusion_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="WrongReason",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("cause", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalog.title")),
                ("title", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalog.title")),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="wrong_reasons", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "title", "cause"), name="wrong_reason_once"),
                    models.CheckConstraint(
                        condition=~Q(title=F("cause")),
                        name="wrong_reason_of_another_title",
                        violation_error_message="A title is no reason for itself.",
                    ),
                ],
            },
        ),
    ]
