import django.db.models.deletion
from django.db import migrations, models
from certorigin_server.trail.tables import Tables


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('seal', '0001_initial'),
    ]

    operations = [
        Tables([
            migrations.CreateModel(
                name='Log',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('origin', models.CharField(max_length=200, unique=True)),
                    ('corridor', models.CharField(max_length=60)),
                    ('term', models.CharField(max_length=20)),
                    ('status', models.CharField(choices=[('open', 'Open'), ('closed', 'Closed')], default='open', max_length=10)),
                    ('predecessor', models.CharField(blank=True, default='', max_length=200)),
                    ('successor', models.CharField(blank=True, default='', max_length=200)),
                    ('head', models.TextField(null=True)),
                    ('size', models.BigIntegerField(default=0)),
                    ('judged_by', models.IntegerField(default=0)),
                    ('judged_size', models.BigIntegerField(default=0)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(condition=models.Q(('status', 'open')), fields=('corridor',), name='log_one_open_term')],
                },
            ),
            migrations.CreateModel(
                name='NationalEntry',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('salt', models.CharField(max_length=64)),
                    ('act', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='seal.sealedact')),
                ],
            ),
            migrations.CreateModel(
                name='CosignedHead',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('sequence', models.BigIntegerField()),
                    ('size', models.BigIntegerField()),
                    ('legal_time', models.DateTimeField()),
                    ('note', models.TextField()),
                    ('log', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cosigned_heads', to='log.log')),
                ],
                options={
                    'indexes': [models.Index(fields=['log', 'size'], name='log_cosigned_size')],
                    'constraints': [models.UniqueConstraint(fields=('log', 'sequence'), name='log_cosigned_once')],
                },
            ),
        ]),
    ]
