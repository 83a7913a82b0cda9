import uuid

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('recommendations', '0003_runs'),
    ]

    operations = [
        migrations.AddField(
            model_name='space',
            name='edition',
            field=models.UUIDField(default=uuid.uuid4, help_text='Another whenever vectors are written; processes know by it what they hold.'),
        ),
    ]
