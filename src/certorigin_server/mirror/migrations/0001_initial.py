import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from certorigin_server.trail.tables import Tables


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('users', '__first__'),
    ]

    operations = [
        Tables([
            migrations.CreateModel(
                name='FollowedLog',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('origin', models.CharField(max_length=200, unique=True)),
                    ('publisher', models.CharField(max_length=20)),
                    ('corridor', models.CharField(max_length=60)),
                    ('predecessor', models.CharField(blank=True, default='', max_length=200)),
                    ('judged_by', models.PositiveIntegerField(default=0)),
                    ('status', models.CharField(choices=[('following', 'Following'), ('closed', 'Closed'), ('halted', 'Halted')], default='following', max_length=10)),
                    ('reason', models.CharField(blank=True, default='', max_length=80)),
                    ('size', models.BigIntegerField(default=0)),
                    ('heartbeat', models.DateTimeField(null=True)),
                    ('followed_at', models.DateTimeField(null=True)),
                ],
            ),
            migrations.CreateModel(
                name='DayCompared',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('publisher', models.CharField(max_length=20)),
                    ('corridor', models.CharField(max_length=60)),
                    ('day', models.DateField()),
                    ('body', models.CharField(max_length=200)),
                    ('origin', models.CharField(max_length=200)),
                    ('index', models.BigIntegerField()),
                    ('stated_count', models.BigIntegerField()),
                    ('stated_digest', models.CharField(max_length=64)),
                    ('held_count', models.BigIntegerField()),
                    ('held_digest', models.CharField(max_length=64)),
                    ('compared_at', models.DateTimeField()),
                ],
                options={
                    'ordering': ['-day', 'publisher', 'corridor', 'body'],
                    'indexes': [models.Index(fields=['-day', 'id'], name='mirror_day_newest')],
                    'constraints': [models.UniqueConstraint(fields=('publisher', 'corridor', 'day', 'body'), name='mirror_day_once')],
                },
            ),
            migrations.CreateModel(
                name='Alarm',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('origin', models.CharField(max_length=200)),
                    ('key', models.CharField(max_length=250)),
                    ('code', models.CharField(max_length=80)),
                    ('subject', models.CharField(blank=True, default='', max_length=250)),
                    ('act', models.CharField(blank=True, default='', max_length=60)),
                    ('facts', models.TextField(default='{}')),
                    ('evidence', models.CharField(blank=True, default='', max_length=300)),
                    ('raised_at', models.DateTimeField()),
                    ('ended_at', models.DateTimeField(null=True)),
                    ('noted_at', models.DateTimeField(null=True)),
                    ('remark', models.CharField(blank=True, default='', max_length=1000)),
                    ('noted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-raised_at', '-id'],
                    'indexes': [models.Index(fields=['code', 'subject'], name='mirror_alarm_about'), models.Index(fields=['-raised_at', '-id'], name='mirror_alarm_newest'), models.Index(condition=models.Q(('ended_at', None), ('noted_at', None)), fields=['-raised_at', '-id'], name='mirror_alarm_waiting')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('origin', 'key'), name='mirror_alarm_open_once')],
                },
            ),
        ]),
    ]
