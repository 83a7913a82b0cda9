from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    atomic = False  # CREATE INDEX CONCURRENTLY refuses to run inside a transaction.
    dependencies = [("catalog", "0006_changes")]
    operations = [
        AddIndexConcurrently(
            "title",
            models.Index(
                F("popularity").desc(),
                F("year").desc(nulls_last=True),
                "id",
                condition=Q(is_hidden=False, is_adult=False),
                name="title_best_known",
            ),
        ),
        AddIndexConcurrently(
            "title",
            models.Index(
                F("year").desc(nulls_last=True),
                F("popularity").desc(),
                "id",
                condition=Q(is_hidden=False, is_adult=False),
                name="title_newest",
            ),
        ),
        AddIndexConcurrently(
            "title",
            models.Index(
                Lower("name"),
                "id",
                condition=Q(is_hidden=False, is_adult=False),
                name="title_a_to_z",
            ),
        ),
    ]
