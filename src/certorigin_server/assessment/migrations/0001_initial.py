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
                name='Assessment',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('decision', models.CharField(choices=[('originating', 'Originating'), ('general', 'General'), ('not_originating', 'Not Originating'), ('undetermined', 'Undetermined')], max_length=20)),
                    ('document', models.TextField()),
                    ('remark', models.TextField(blank=True, default='')),
                    ('round', models.PositiveIntegerField(default=1)),
                    ('basis', models.TextField(blank=True, default='')),
                    ('decided_at', models.DateTimeField()),
                    ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='application.application')),
                    ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('worksheet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='application.worksheetversion')),
                ],
                options={
                    'ordering': ['application', 'decided_at', 'id'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('decision', 'undetermined'), _negated=True), fields=('application', 'round'), name='assessment_decided_once')],
                },
            ),
            migrations.CreateModel(
                name='Dossier',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('sequence', models.PositiveIntegerField()),
                    ('code', models.CharField(max_length=14)),
                    ('description', models.TextField(blank=True, default='')),
                    ('goods_key', models.CharField(max_length=300)),
                    ('worksheet', models.TextField()),
                    ('criterion', models.CharField(max_length=10)),
                    ('rules', models.CharField(max_length=64)),
                    ('valid_until', models.DateField()),
                    ('approved_at', models.DateTimeField()),
                    ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                    ('approved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('assessment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dossiers', to='assessment.assessment')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='users.organisation')),
                    ('exporter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='users.organisation')),
                ],
                options={
                    'ordering': ['code', 'goods_key', '-approved_at', 'id'],
                    'indexes': [models.Index(fields=['exporter', 'goods_key'], name='assessment_dossier_goods'), models.Index(fields=['body', 'code', 'goods_key', '-approved_at', 'id'], name='assessment_dossier_of_body'), models.Index(fields=['code', 'goods_key', '-approved_at', 'id'], name='assessment_dossier_by_goods')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('assessment', 'sequence'), name='assessment_dossier_once')],
                },
            ),
            migrations.CreateModel(
                name='ExaminationAct',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('number', models.CharField(max_length=60)),
                    ('dated', models.DateField()),
                    ('expert', models.CharField(max_length=200)),
                    ('issuer', models.CharField(max_length=200)),
                    ('valid_from', models.DateField()),
                    ('valid_until', models.DateField()),
                    ('findings', models.TextField()),
                    ('confirms_necessary', models.BooleanField(blank=True, null=True)),
                    ('goods', models.TextField()),
                    ('recorded_at', models.DateTimeField()),
                    ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                    ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='examination_acts', to='application.application')),
                    ('evidence', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='application.evidence')),
                    ('exporter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='users.organisation')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-dated', 'number', 'id'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('exporter', 'issuer', 'number', 'dated'), name='assessment_act_once'), models.CheckConstraint(condition=models.Q(('valid_from__lte', models.F('valid_until'))), name='assessment_act_valid_forward')],
                },
            ),
            migrations.CreateModel(
                name='Refusal',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('round', models.PositiveIntegerField()),
                    ('ground', models.CharField(max_length=40)),
                    ('remark', models.TextField(blank=True, default='')),
                    ('document', models.TextField(blank=True, default='')),
                    ('basis', models.TextField()),
                    ('refused_at', models.DateTimeField()),
                    ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refusals', to='application.application')),
                    ('assessment', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='refusal', to='assessment.assessment')),
                    ('refused_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['application', 'round'],
                    'constraints': [models.UniqueConstraint(fields=('application', 'round'), name='assessment_refused_once')],
                },
            ),
            migrations.CreateModel(
                name='Appeal',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('text', models.TextField()),
                    ('filed_at', models.DateTimeField()),
                    ('outcome', models.CharField(blank=True, choices=[('rejected', 'Rejected'), ('upheld', 'Upheld')], default='', max_length=10)),
                    ('reason', models.TextField(blank=True, default='')),
                    ('resolved_at', models.DateTimeField(blank=True, null=True)),
                    ('filed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('resolved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('refusal', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='appeal', to='assessment.refusal')),
                ],
                options={
                    'ordering': ['filed_at', 'id'],
                    'indexes': [models.Index(condition=models.Q(('resolved_at', None)), fields=['filed_at'], name='assessment_appeal_open')],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('outcome', ''), ('resolved_at', None), ('resolved_by', None)), models.Q(('resolved_at__isnull', False), ('resolved_by__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='assessment_appeal_resolved_whole')],
                },
            ),
            migrations.CreateModel(
                name='Reopening',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('reason', models.CharField(max_length=1000)),
                    ('opened_at', models.DateTimeField()),
                    ('assessment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='reopening', to='assessment.assessment')),
                    ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
            ),
        ]),
    ]
