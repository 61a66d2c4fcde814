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
                name='Application',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('status', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('withdrawn', 'Withdrawn')], default='draft', max_length=10)),
                    ('version', models.PositiveIntegerField(default=1)),
                    ('document', models.TextField()),
                    ('form', models.CharField(blank=True, default='', max_length=20)),
                    ('destination', models.CharField(blank=True, default='', max_length=2)),
                    ('parties_key', models.CharField(blank=True, default='', max_length=700)),
                    ('created_at', models.DateTimeField()),
                    ('changed_at', models.DateTimeField()),
                    ('submitted_at', models.DateTimeField(blank=True, null=True)),
                    ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                    ('withdrawal_reason', models.CharField(blank=True, default='', max_length=1000)),
                    ('decided_at', models.DateTimeField(blank=True, null=True)),
                    ('to_certify_since', models.DateTimeField(blank=True, null=True)),
                    ('body', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='users.organisation')),
                    ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='users.organisation')),
                    ('power', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='users.powerofattorney')),
                    ('submitted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-changed_at', 'id'],
                    'indexes': [models.Index(fields=['organisation', '-changed_at'], name='application_of_organisation'), models.Index(fields=['body', '-changed_at', 'id'], name='application_of_body'), models.Index(fields=['-changed_at', 'id'], name='application_newest'), models.Index(fields=['body', 'decided_at', 'status', 'submitted_at'], name='application_waiting'), models.Index(condition=models.Q(('decided_at', None), ('status', 'submitted')), fields=['body', 'submitted_at'], name='application_undecided'), models.Index(condition=models.Q(('to_certify_since__isnull', False)), fields=['body', 'to_certify_since', 'id'], name='application_to_certify')],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('status', 'submitted'), _negated=True), models.Q(('body__isnull', False), ('submitted_at__isnull', False)), _connector='OR'), name='application_submitted_to_a_body'), models.CheckConstraint(condition=models.Q(('decided_at', None), ('status', 'submitted'), _connector='OR'), name='application_decided_stays'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'withdrawn'), _negated=True), ('withdrawn_at__isnull', False), _connector='OR'), name='application_withdrawn_when')],
                },
            ),
            migrations.CreateModel(
                name='Declaration',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('digest', models.CharField(max_length=64)),
                    ('wording', models.TextField()),
                    ('declarant', models.CharField(max_length=300)),
                    ('position', models.CharField(blank=True, default='', max_length=120)),
                    ('confirmed_at', models.DateTimeField()),
                    ('application', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='confirmation', to='application.application')),
                    ('confirmed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('power', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='users.powerofattorney')),
                    ('principal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='users.organisation')),
                ],
            ),
            migrations.CreateModel(
                name='Evidence',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('kind', models.CharField(max_length=20)),
                    ('name', models.CharField(max_length=160)),
                    ('digest', models.CharField(max_length=64)),
                    ('size', models.PositiveIntegerField()),
                    ('media_type', models.CharField(max_length=100)),
                    ('added_at', models.DateTimeField()),
                    ('removed_at', models.DateTimeField(blank=True, null=True)),
                    ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='application.application')),
                ],
                options={
                    'ordering': ['application', 'added_at', 'id'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('removed_at', None)), fields=('application', 'digest'), name='application_evidence_once')],
                },
            ),
            migrations.CreateModel(
                name='PartyWord',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('word', models.CharField(max_length=40)),
                    ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='words', to='application.application')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('word', 'application'), name='application_word_once', opclasses=['varchar_pattern_ops', 'uuid_ops'])],
                },
            ),
            migrations.CreateModel(
                name='Question',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('text', models.TextField()),
                    ('suspends', models.BooleanField(default=False)),
                    ('asked_at', models.DateTimeField()),
                    ('answer', models.TextField(blank=True, default='')),
                    ('answered_at', models.DateTimeField(blank=True, null=True)),
                    ('taken_back_at', models.DateTimeField(blank=True, null=True)),
                    ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='application.application')),
                    ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['asked_at', 'id'],
                    'indexes': [models.Index(condition=models.Q(('answered_at', None), ('taken_back_at', None)), fields=['application', 'asked_at'], name='application_question_open')],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None), ('answered_by', None)), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), models.Q(('answer', ''), _negated=True), ('taken_back_at', None)), _connector='OR'), name='application_question_answered_once')],
                },
            ),
            migrations.CreateModel(
                name='WorksheetVersion',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('version', models.PositiveIntegerField()),
                    ('document', models.TextField()),
                    ('written_at', models.DateTimeField()),
                    ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='worksheets', to='application.application')),
                    ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['application', 'version'],
                    'constraints': [models.UniqueConstraint(fields=('application', 'version'), name='application_worksheet_version_once')],
                },
            ),
        ]),
    ]
