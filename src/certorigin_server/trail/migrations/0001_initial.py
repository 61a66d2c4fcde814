from django.db import migrations, models
from certorigin_server.trail.tables import Tables


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        Tables([
            migrations.CreateModel(
                name='TrailHead',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('sequence', models.BigIntegerField(default=0)),
                    ('hash', models.CharField(default='0000000000000000000000000000000000000000000000000000000000000000', max_length=64)),
                ],
            ),
            migrations.CreateModel(
                name='Tries',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.CharField(max_length=64, unique=True)),
                    ('count', models.PositiveIntegerField(default=0)),
                    ('since', models.DateTimeField(db_index=True)),
                    ('succeeded', models.DateTimeField(null=True)),
                ],
            ),
            migrations.CreateModel(
                name='TrailEntry',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('sequence', models.BigIntegerField(unique=True)),
                    ('at', models.DateTimeField()),
                    ('actor', models.CharField(max_length=200)),
                    ('action', models.CharField(max_length=80)),
                    ('subject', models.CharField(max_length=300)),
                    ('facts', models.TextField()),
                    ('previous', models.CharField(max_length=64)),
                    ('hash', models.CharField(max_length=64)),
                ],
                options={
                    'ordering': ['sequence'],
                    'indexes': [models.Index(fields=['subject', 'sequence'], name='trail_subject'), models.Index(fields=['actor', 'sequence'], name='trail_actor'), models.Index(fields=['action', 'sequence'], name='trail_action'), models.Index(fields=['at', 'sequence'], name='trail_at')],
                },
            ),
        ]),
    ]
