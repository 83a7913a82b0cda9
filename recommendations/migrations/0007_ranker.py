import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('recommendations', '0006_matches'),
    ]

    operations = [
        migrations.CreateModel(
            name='SpaceRanker',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('packed', models.BinaryField()),
                ('space', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='ranker', to='recommendations.space')),
            ],
        ),
    ]
