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
                name='BatchCheck',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('name', models.CharField(max_length=120)),
                    ('total', models.PositiveIntegerField()),
                    ('done', models.PositiveIntegerField(default=0)),
                    ('as_of', models.DateTimeField()),
                    ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-as_of', 'id'],
                    'indexes': [models.Index(fields=['asked_by', '-as_of', 'id'], name='recognition_batch_own')],
                },
            ),
            migrations.CreateModel(
                name='BatchPart',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('start', models.PositiveIntegerField()),
                    ('asked', models.TextField()),
                    ('answers', models.TextField(blank=True, default='')),
                    ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='recognition.batchcheck')),
                ],
                options={
                    'ordering': ['batch', 'start'],
                    'constraints': [models.UniqueConstraint(fields=('batch', 'start'), name='recognition_batch_part_once')],
                },
            ),
            migrations.CreateModel(
                name='ExchangeRate',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('currency', models.CharField(max_length=3)),
                    ('day', models.DateField()),
                    ('units', models.DecimalField(decimal_places=0, max_digits=12)),
                    ('price', models.DecimalField(decimal_places=6, max_digits=18)),
                    ('price_currency', models.CharField(max_length=3)),
                    ('source', models.CharField(max_length=200)),
                    ('entered_at', models.DateTimeField()),
                    ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-day', '-entered_at', '-pk'],
                    'indexes': [models.Index(fields=['-day', '-entered_at', '-id'], name='recognition_rate_newest')],
                },
            ),
            migrations.CreateModel(
                name='GoodsDeclaration',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('number', models.CharField(max_length=60)),
                    ('date', models.DateField()),
                    ('version', models.PositiveIntegerField(default=1)),
                    ('document', models.TextField()),
                    ('registered_at', models.DateTimeField()),
                    ('amended_at', models.DateTimeField(null=True)),
                    ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='users.organisation')),
                    ('registered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-registered_at', 'id'],
                    'indexes': [models.Index(fields=['post', '-registered_at', 'id'], name='recognition_of_post'), models.Index(fields=['-registered_at', 'id'], name='recognition_newest')],
                    'constraints': [models.UniqueConstraint(fields=('number', 'date', 'version'), name='recognition_declaration_version_once')],
                },
            ),
            migrations.CreateModel(
                name='EmergencyEntry',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('form', models.CharField(max_length=20)),
                    ('number', models.CharField(max_length=60)),
                    ('number_key', models.CharField(max_length=60)),
                    ('issued_on', models.DateField()),
                    ('issued_in', models.CharField(max_length=2)),
                    ('notice', models.CharField(max_length=250)),
                    ('blank', models.CharField(blank=True, default='', max_length=60)),
                    ('remark', models.CharField(blank=True, default='', max_length=1000)),
                    ('entered_at', models.DateTimeField()),
                    ('act', models.CharField(max_length=60, unique=True)),
                    ('outcome', models.CharField(blank=True, choices=[('agrees', 'Agrees'), ('differs', 'Differs'), ('not_found', 'Not Found')], default='', max_length=20)),
                    ('codes', models.CharField(blank=True, default='', max_length=500)),
                    ('judged_at', models.DateTimeField(null=True)),
                    ('closed_at', models.DateTimeField(null=True)),
                    ('closing_remark', models.CharField(blank=True, default='', max_length=1000)),
                    ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('declaration', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='emergencies', to='recognition.goodsdeclaration')),
                ],
                options={
                    'ordering': ['entered_at', 'pk'],
                    'indexes': [models.Index(condition=models.Q(('closed_at', None)), fields=['entered_at', 'id'], name='recognition_emergency_open')],
                    'constraints': [models.UniqueConstraint(fields=('declaration', 'number_key', 'form'), name='recognition_emergency_once')],
                },
            ),
            migrations.CreateModel(
                name='Decision',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('subject', models.CharField(max_length=250)),
                    ('outcome', models.CharField(choices=[('accepted', 'Accepted'), ('refused', 'Refused')], max_length=10)),
                    ('phase', models.CharField(choices=[('at_release', 'At Release'), ('after_release', 'After Release')], default='at_release', max_length=20)),
                    ('ground', models.CharField(blank=True, default='', max_length=80)),
                    ('remark', models.CharField(blank=True, default='', max_length=1000)),
                    ('override', models.CharField(blank=True, default='', max_length=1000)),
                    ('report', models.TextField()),
                    ('items', models.TextField()),
                    ('head_origin', models.CharField(max_length=200)),
                    ('head_size', models.BigIntegerField()),
                    ('decided_at', models.DateTimeField()),
                    ('act', models.CharField(max_length=60, unique=True)),
                    ('document', models.TextField()),
                    ('returned_at', models.DateTimeField(null=True)),
                    ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('declaration', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='recognition.goodsdeclaration')),
                ],
                options={
                    'ordering': ['decided_at', 'pk'],
                    'indexes': [models.Index(fields=['subject'], name='recognition_subject'), models.Index(condition=models.Q(('returned_at', None)), fields=['id'], name='recognition_to_return')],
                    'constraints': [models.UniqueConstraint(fields=('declaration', 'subject', 'phase'), name='recognition_decided_once_a_phase')],
                },
            ),
            migrations.CreateModel(
                name='ConditionNote',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('condition', models.CharField(max_length=20)),
                    ('found', models.CharField(max_length=20)),
                    ('evidence', models.CharField(max_length=400)),
                    ('noted_at', models.DateTimeField()),
                    ('noted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('declaration', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conditions', to='recognition.goodsdeclaration')),
                ],
                options={
                    'ordering': ['noted_at', 'pk'],
                },
            ),
            migrations.CreateModel(
                name='Citation',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('position', models.PositiveIntegerField()),
                    ('form', models.CharField(max_length=20)),
                    ('number', models.CharField(max_length=60)),
                    ('number_key', models.CharField(max_length=60)),
                    ('issued_on', models.DateField()),
                    ('issued_in', models.CharField(max_length=2)),
                    ('decided_at', models.DateTimeField(null=True)),
                    ('declaration', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='citations', to='recognition.goodsdeclaration')),
                ],
                options={
                    'ordering': ['declaration', 'position'],
                    'indexes': [models.Index(fields=['number_key'], name='recognition_cited_number'), models.Index(fields=['number_key'], name='recognition_cited_begins', opclasses=['varchar_pattern_ops']), models.Index(condition=models.Q(('decided_at', None)), fields=['declaration'], name='recognition_undecided')],
                    'constraints': [models.UniqueConstraint(fields=('declaration', 'position'), name='recognition_cited_once')],
                },
            ),
            migrations.CreateModel(
                name='NumberPart',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('word', models.CharField(max_length=40)),
                    ('declaration', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='number_parts', to='recognition.goodsdeclaration')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('word', 'declaration'), name='recognition_part_once', opclasses=['varchar_pattern_ops', 'uuid_ops'])],
                },
            ),
            migrations.CreateModel(
                name='PaperDemand',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('form', models.CharField(max_length=20)),
                    ('number', models.CharField(max_length=60)),
                    ('number_key', models.CharField(max_length=60)),
                    ('issued_on', models.DateField()),
                    ('issued_in', models.CharField(max_length=2)),
                    ('subject', models.CharField(blank=True, default='', max_length=250)),
                    ('reason', models.CharField(max_length=40)),
                    ('remark', models.CharField(blank=True, default='', max_length=1000)),
                    ('until', models.DateField()),
                    ('demanded_at', models.DateTimeField()),
                    ('act', models.CharField(blank=True, default='', max_length=60)),
                    ('outcome', models.CharField(blank=True, choices=[('agrees', 'Agrees'), ('differs', 'Differs'), ('not_presented', 'Not Presented')], default='', max_length=20)),
                    ('outcome_remark', models.CharField(blank=True, default='', max_length=1000)),
                    ('answered_at', models.DateTimeField(null=True)),
                    ('answer_act', models.CharField(blank=True, default='', max_length=60)),
                    ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('declaration', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='demands', to='recognition.goodsdeclaration')),
                    ('demanded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['demanded_at', 'pk'],
                    'indexes': [models.Index(condition=models.Q(('answered_at', None)), fields=['until', 'id'], name='recognition_demand_open')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('answered_at', None)), fields=('declaration', 'number_key', 'form'), name='recognition_demand_open_once')],
                },
            ),
            migrations.CreateModel(
                name='Recheck',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('cause', models.CharField(max_length=120)),
                    ('since', models.DateTimeField()),
                    ('remark', models.CharField(blank=True, default='', max_length=1000)),
                    ('noted_at', models.DateTimeField(null=True)),
                    ('decision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rechecks', to='recognition.decision')),
                    ('noted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['since', 'pk'],
                    'indexes': [models.Index(condition=models.Q(('noted_at', None)), fields=['decision'], name='recognition_to_recheck')],
                    'constraints': [models.UniqueConstraint(fields=('decision', 'cause'), name='recognition_rechecked_once')],
                },
            ),
            migrations.CreateModel(
                name='UseCorrection',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('reason', models.CharField(max_length=40)),
                    ('remark', models.CharField(blank=True, default='', max_length=1000)),
                    ('items', models.TextField()),
                    ('corrected_at', models.DateTimeField()),
                    ('act', models.CharField(max_length=60, unique=True)),
                    ('document', models.TextField()),
                    ('corrected_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('decision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='recognition.decision')),
                ],
                options={
                    'ordering': ['corrected_at', 'pk'],
                },
            ),
        ]),
    ]
