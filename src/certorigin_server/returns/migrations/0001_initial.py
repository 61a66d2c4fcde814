import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from certorigin_server.trail.tables import Tables


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('recognition', '0001_initial'),
        ('users', '0001_initial'),
        ('users', '__first__'),
    ]

    operations = [
        Tables([
            migrations.CreateModel(
                name='TakenAct',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('act', models.CharField(max_length=60, unique=True)),
                    ('taken_at', models.DateTimeField()),
                ],
            ),
            migrations.CreateModel(
                name='Restoration',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('basis', models.CharField(max_length=80)),
                    ('act', models.CharField(max_length=60, unique=True)),
                    ('restored_at', models.DateTimeField()),
                    ('decision', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='recognition.decision')),
                    ('restored_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
            ),
            migrations.CreateModel(
                name='Verification',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('request', models.CharField(max_length=60, unique=True)),
                    ('subject', models.CharField(max_length=250)),
                    ('certificate_number', models.CharField(max_length=60)),
                    ('number', models.CharField(max_length=60)),
                    ('is_random', models.BooleanField(default=False)),
                    ('asked_at', models.DateTimeField()),
                    ('closed_at', models.DateTimeField(null=True)),
                    ('body', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='users.organisation')),
                    ('post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='users.organisation')),
                ],
                options={
                    'ordering': ['-asked_at', '-pk'],
                    'indexes': [models.Index(fields=['subject'], name='returns_request_about'), models.Index(fields=['post', '-asked_at', '-id'], name='returns_request_of_post'), models.Index(fields=['body', '-asked_at', '-id'], name='returns_request_of_body'), models.Index(fields=['-asked_at', '-id'], name='returns_request_newest'), models.Index(condition=models.Q(('closed_at', None)), fields=['asked_at'], name='returns_request_open')],
                },
            ),
            migrations.CreateModel(
                name='ReplyDraft',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('document', models.TextField()),
                    ('drafted_at', models.DateTimeField()),
                    ('decided_at', models.DateTimeField(null=True)),
                    ('sent_back', models.CharField(blank=True, default='', max_length=1000)),
                    ('act', models.CharField(blank=True, default='', max_length=60)),
                    ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('drafted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('verification', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='drafts', to='returns.verification')),
                ],
                options={
                    'ordering': ['-pk'],
                },
            ),
        ]),
    ]
