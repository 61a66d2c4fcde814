import django.db.models.deletion
import uuid
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
                name='PaperRegister',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('issued_in', models.CharField(max_length=2)),
                    ('name', models.CharField(max_length=200)),
                    ('sha256', models.CharField(max_length=64, unique=True)),
                    ('count', models.PositiveIntegerField()),
                    ('imported_at', models.DateTimeField()),
                    ('imported_by', models.CharField(max_length=150)),
                ],
                options={
                    'ordering': ['-imported_at', '-pk'],
                },
            ),
            migrations.CreateModel(
                name='PartnerProfile',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('corridor', models.CharField(max_length=60, unique=True)),
                    ('spoken', models.CharField(max_length=500)),
                    ('agreed', models.CharField(blank=True, default='', max_length=40)),
                    ('since', models.DateTimeField()),
                ],
            ),
            migrations.CreateModel(
                name='Inquiry',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('corridor', models.CharField(max_length=60)),
                    ('form', models.CharField(max_length=20)),
                    ('number', models.CharField(max_length=60)),
                    ('number_key', models.CharField(max_length=60)),
                    ('issued_on', models.DateField()),
                    ('issued_in', models.CharField(max_length=2)),
                    ('asked_at', models.DateTimeField()),
                    ('answered_at', models.DateTimeField(null=True)),
                    ('outcome', models.CharField(blank=True, choices=[('found', 'Found'), ('unknown', 'Unknown'), ('unusable', 'Unusable'), ('not_spoken', 'Not Spoken')], default='', max_length=12)),
                    ('code', models.CharField(blank=True, default='', max_length=80)),
                    ('answer', models.TextField(blank=True, default='')),
                    ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-asked_at', 'id'],
                    'indexes': [models.Index(fields=['number_key', 'issued_on'], name='inquiry_number'), models.Index(condition=models.Q(('answered_at', None)), fields=['corridor'], name='inquiry_waiting')],
                },
            ),
            migrations.CreateModel(
                name='PaperCertificate',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('line', models.PositiveIntegerField()),
                    ('form', models.CharField(max_length=20)),
                    ('number', models.CharField(max_length=60)),
                    ('number_key', models.CharField(max_length=60)),
                    ('issued_on', models.DateField()),
                    ('body', models.CharField(max_length=250)),
                    ('exporter', models.CharField(max_length=250)),
                    ('importer', models.CharField(blank=True, default='', max_length=250)),
                    ('blank', models.CharField(blank=True, default='', max_length=60)),
                    ('remark', models.CharField(blank=True, default='', max_length=500)),
                    ('register', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='inquiry.paperregister')),
                ],
                options={
                    'ordering': ['register', 'line'],
                    'indexes': [models.Index(fields=['number_key'], name='inquiry_paper_number')],
                    'constraints': [models.UniqueConstraint(fields=('register', 'line'), name='inquiry_paper_line_once')],
                },
            ),
        ]),
    ]
