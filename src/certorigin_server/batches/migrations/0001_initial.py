import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models
from certorigin_server.trail.tables import Tables


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('application', '0001_initial'),
        ('users', '0001_initial'),
        ('users', '__first__'),
    ]

    operations = [
        Tables([
            migrations.CreateModel(
                name='Batch',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('stage', models.CharField(choices=[('read', 'Read'), ('submitting', 'Submitting'), ('submitted', 'Submitted'), ('deciding', 'Deciding'), ('decided', 'Decided'), ('certifying', 'Certifying'), ('certified', 'Certified'), ('discarded', 'Discarded')], default='read', max_length=12)),
                    ('name', models.CharField(max_length=200)),
                    ('digest', models.CharField(max_length=64)),
                    ('size', models.PositiveIntegerField()),
                    ('created_at', models.DateTimeField()),
                    ('confirmed_at', models.DateTimeField(null=True)),
                    ('decided_at', models.DateTimeField(null=True)),
                    ('certified_at', models.DateTimeField(null=True)),
                    ('fault', models.CharField(blank=True, default='', max_length=80)),
                    ('remarks', models.TextField(blank=True, default='')),
                    ('body', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='users.organisation')),
                    ('certified_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='users.organisation')),
                ],
                options={
                    'ordering': ['-created_at', 'id'],
                    'indexes': [models.Index(fields=['organisation', '-created_at', 'id'], name='batches_of_exporter'), models.Index(fields=['body', '-created_at', 'id'], name='batches_of_body'), models.Index(fields=['-created_at', 'id'], name='batches_newest'), models.Index(condition=models.Q(('stage__in', ['submitting', 'deciding', 'certifying'])), fields=['created_at'], name='batches_at_work')],
                },
            ),
            migrations.CreateModel(
                name='BatchRow',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.PositiveIntegerField()),
                    ('line', models.PositiveIntegerField()),
                    ('name', models.CharField(max_length=200)),
                    ('document', models.TextField()),
                    ('remarks', models.TextField(blank=True, default='')),
                    ('state', models.CharField(choices=[('waiting', 'Waiting'), ('submitted', 'Submitted'), ('decided', 'Decided'), ('certified', 'Certified'), ('out', 'Out')], default='waiting', max_length=12)),
                    ('fault', models.CharField(blank=True, default='', max_length=80)),
                    ('facts', models.TextField(blank=True, default='')),
                    ('application', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='application.application')),
                    ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='batches.batch')),
                ],
                options={
                    'ordering': ['batch', 'number'],
                    'indexes': [models.Index(fields=['batch', 'state', 'fault', 'number'], name='batches_row_next')],
                    'constraints': [models.UniqueConstraint(fields=('batch', 'number'), name='batches_row_once')],
                },
            ),
            migrations.CreateModel(
                name='BatchLook',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('order', models.CharField(max_length=12)),
                    ('is_drawn', models.BooleanField()),
                    ('outcome', models.CharField(blank=True, default='', max_length=8)),
                    ('looked_at', models.DateTimeField(null=True)),
                    ('looked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('row', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='looks', to='batches.batchrow')),
                ],
                options={
                    'ordering': ['row', 'order'],
                    'constraints': [models.UniqueConstraint(fields=('row', 'order'), name='batches_look_once')],
                },
            ),
        ]),
    ]
