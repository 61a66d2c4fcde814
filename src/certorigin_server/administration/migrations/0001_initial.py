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
                name='OpenSession',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.CharField(max_length=40, unique=True)),
                    ('opened', models.DateTimeField()),
                    ('browser', models.CharField(blank=True, default='', max_length=200)),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='open_sessions', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-opened'],
                },
            ),
            migrations.CreateModel(
                name='Proposal',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('kind', models.CharField(choices=[('organisation_added', 'Organisation Added'), ('organisation_changed', 'Organisation Changed'), ('person_added', 'Person Added'), ('person_changed', 'Person Changed'), ('person_invited', 'Person Invited'), ('person_restored', 'Person Restored'), ('role_granted', 'Role Granted'), ('role_withdrawn', 'Role Withdrawn')], max_length=30)),
                    ('subject', models.CharField(max_length=150)),
                    ('before', models.TextField()),
                    ('after', models.TextField()),
                    ('remark', models.CharField(blank=True, default='', max_length=1000)),
                    ('proposed_at', models.DateTimeField()),
                    ('outcome', models.CharField(choices=[('confirmed', 'Confirmed'), ('refused', 'Refused'), ('taken_back', 'Taken Back')], max_length=10, null=True)),
                    ('decided_at', models.DateTimeField(null=True)),
                    ('decision_remark', models.CharField(max_length=1000, null=True)),
                    ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-proposed_at', 'id'],
                    'indexes': [models.Index(condition=models.Q(('outcome', None)), fields=['proposed_at'], name='administration_open'), models.Index(fields=['subject', 'proposed_at'], name='administration_subject')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('decided_by', None), models.Q(('decided_by', models.F('proposed_by')), ('outcome', 'taken_back')), models.Q(models.Q(('outcome', 'taken_back'), _negated=True), models.Q(('decided_by', models.F('proposed_by')), _negated=True)), _connector='OR'), name='administration_four_eyes'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('outcome', None)), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('outcome__isnull', False)), _connector='OR'), name='administration_decided_whole')],
                },
            ),
            migrations.CreateModel(
                name='Invitation',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('digest', models.CharField(max_length=64, null=True, unique=True)),
                    ('code_digest', models.CharField(max_length=64)),
                    ('created', models.DateTimeField()),
                    ('expires', models.DateTimeField()),
                    ('used', models.DateTimeField(null=True)),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to=settings.AUTH_USER_MODEL)),
                    ('proposal', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='invitation', to='administration.proposal')),
                ],
            ),
            migrations.CreateModel(
                name='Suspension',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('reason', models.CharField(max_length=1000)),
                    ('suspended_at', models.DateTimeField()),
                    ('overruled_at', models.DateTimeField(null=True)),
                    ('restored_by', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='suspension', to='administration.proposal')),
                    ('suspended_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='suspensions', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-suspended_at'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('overruled_at', None), ('restored_by', None)), fields=('user',), name='administration_suspended_once')],
                },
            ),
        ]),
    ]
