import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models
from certorigin_server.trail.tables import Tables


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('users', '0001_initial'),
        ('users', '__first__'),
    ]

    operations = [
        Tables([
            migrations.CreateModel(
                name='Inquiry',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('began_at', models.DateTimeField()),
                    ('began_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='users.organisation')),
                ],
                options={
                    'ordering': ['-began_at', 'id'],
                    'indexes': [models.Index(fields=['organisation', '-began_at'], name='guidance_of_organisation')],
                },
            ),
            migrations.CreateModel(
                name='AnswerSet',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.PositiveIntegerField()),
                    ('document', models.TextField()),
                    ('digest', models.CharField(max_length=64)),
                    ('tariff_code', models.CharField(blank=True, default='', max_length=10)),
                    ('outcome', models.CharField(blank=True, default='', max_length=20)),
                    ('finished', models.BooleanField(default=False)),
                    ('answered_at', models.DateTimeField()),
                    ('answered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('inquiry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='turns', to='guidance.inquiry')),
                ],
                options={
                    'ordering': ['inquiry', 'number'],
                    'constraints': [models.UniqueConstraint(fields=('inquiry', 'number'), name='guidance_turn_once')],
                },
            ),
            migrations.CreateModel(
                name='Publication',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('state', models.CharField(max_length=2)),
                    ('form', models.CharField(max_length=20)),
                    ('version', models.PositiveIntegerField()),
                    ('since', models.DateField()),
                    ('until', models.DateField(blank=True, null=True)),
                    ('document', models.TextField()),
                    ('digest', models.CharField(max_length=64)),
                    ('entered_at', models.DateTimeField()),
                    ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['state', 'form', '-version'],
                    'constraints': [models.UniqueConstraint(fields=('state', 'form', 'version'), name='guidance_version_once')],
                },
            ),
        ]),
    ]
