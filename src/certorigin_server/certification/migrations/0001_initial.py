import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from certorigin_server.trail.tables import Tables


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('application', '0001_initial'),
        ('assessment', '0001_initial'),
        ('seal', '0001_initial'),
        ('users', '0001_initial'),
        ('users', '__first__'),
    ]

    operations = [
        Tables([
            migrations.CreateModel(
                name='BodyRules',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('one_person', models.BooleanField(default=False)),
                    ('asks_exporter', models.BooleanField(default=False)),
                    ('changed_at', models.DateTimeField()),
                    ('body', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='users.organisation')),
                    ('changed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
            ),
            migrations.CreateModel(
                name='Certificate',
                fields=[
                    ('id', models.CharField(max_length=200, primary_key=True, serialize=False)),
                    ('event', models.CharField(blank=True, default='', max_length=20)),
                    ('version', models.PositiveIntegerField(default=1)),
                    ('form', models.CharField(max_length=20)),
                    ('year', models.PositiveIntegerField()),
                    ('serial', models.PositiveBigIntegerField()),
                    ('number', models.CharField(max_length=60)),
                    ('number_key', models.CharField(max_length=60)),
                    ('issued_on', models.DateField()),
                    ('destination', models.CharField(max_length=2)),
                    ('parties_key', models.CharField(blank=True, default='', max_length=700)),
                    ('exported_on', models.DateField(blank=True, null=True)),
                    ('export_document', models.CharField(blank=True, default='', max_length=200)),
                    ('certified_at', models.DateTimeField()),
                    ('act', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='seal.sealedact')),
                    ('acted_for', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='application.application')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='users.organisation')),
                    ('certified_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-certified_at', 'id'],
                    'indexes': [models.Index(fields=['number_key', 'issued_on'], name='certification_number'), models.Index(fields=['body', 'issued_on'], name='certification_journal'), models.Index(fields=['number_key'], name='certification_number_begins', opclasses=['varchar_pattern_ops']), models.Index(fields=['body', '-certified_at', 'id'], name='certification_of_body'), models.Index(fields=['-certified_at', 'id'], name='certification_newest')],
                    'constraints': [models.UniqueConstraint(fields=('body', 'form', 'year', 'serial', 'version'), name='certification_serial_once'), models.UniqueConstraint(fields=('body', 'form', 'year', 'number_key', 'version'), name='certification_number_once'), models.UniqueConstraint(condition=models.Q(('event', '')), fields=('application',), name='certification_application_once')],
                },
            ),
            migrations.CreateModel(
                name='CoveredGoods',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.CharField(max_length=64, unique=True)),
                    ('goods', models.CharField(db_index=True, max_length=64)),
                    ('certificate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='certification.certificate')),
                ],
            ),
            migrations.CreateModel(
                name='EventRequest',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('event', models.CharField(max_length=20)),
                    ('reason', models.CharField(max_length=40)),
                    ('remark', models.CharField(blank=True, default='', max_length=1000)),
                    ('document', models.TextField()),
                    ('asked_at', models.DateTimeField()),
                    ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('base', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='certification.certificate')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='users.organisation')),
                ],
                options={
                    'ordering': ['asked_at', 'id'],
                    'indexes': [models.Index(fields=['body', 'asked_at', 'id'], name='certification_asked')],
                },
            ),
            migrations.CreateModel(
                name='EventRefusal',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('reason', models.CharField(max_length=1000)),
                    ('refused_at', models.DateTimeField()),
                    ('refused_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('request', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='refusal', to='certification.eventrequest')),
                ],
            ),
            migrations.CreateModel(
                name='Handover',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('blank', models.CharField(max_length=40)),
                    ('handed_to', models.CharField(max_length=200)),
                    ('authority', models.CharField(max_length=200)),
                    ('remark', models.CharField(blank=True, default='', max_length=500)),
                    ('handed_at', models.DateTimeField()),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='users.organisation')),
                    ('certificate', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='handover', to='certification.certificate')),
                    ('handed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('body', 'blank'), name='certification_blank_once')],
                },
            ),
            migrations.CreateModel(
                name='InPlaceOf',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('reason', models.CharField(max_length=40)),
                    ('asked_at', models.DateTimeField()),
                    ('application', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='application.application')),
                    ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('base', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='certification.certificate')),
                ],
                options={
                    'ordering': ['asked_at', 'id'],
                },
            ),
            migrations.CreateModel(
                name='LaidDraft',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('digest', models.CharField(max_length=64)),
                    ('document', models.TextField()),
                    ('laid_at', models.DateTimeField()),
                    ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='application.application')),
                    ('laid_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['application', 'laid_at', 'id'],
                },
            ),
            migrations.CreateModel(
                name='DraftAnswer',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('approved', models.BooleanField()),
                    ('remark', models.CharField(blank=True, default='', max_length=1000)),
                    ('answered_at', models.DateTimeField()),
                    ('answered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('draft', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='answer', to='certification.laiddraft')),
                ],
            ),
            migrations.CreateModel(
                name='NumberSequence',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('form', models.CharField(max_length=20)),
                    ('year', models.PositiveIntegerField()),
                    ('last', models.PositiveBigIntegerField(default=0)),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='users.organisation')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('body', 'form', 'year'), name='certification_sequence_once')],
                },
            ),
            migrations.CreateModel(
                name='Renewal',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('reason', models.CharField(max_length=80)),
                    ('renewed_at', models.DateTimeField()),
                    ('certificate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='renewals', to='certification.certificate')),
                    ('certified_before_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('renewed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('set_aside', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='seal.sealedact')),
                ],
            ),
            migrations.CreateModel(
                name='ReservedNumber',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('form', models.CharField(max_length=20)),
                    ('year', models.PositiveIntegerField()),
                    ('serial', models.PositiveBigIntegerField()),
                    ('number', models.CharField(max_length=60)),
                    ('reserved_at', models.DateTimeField()),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='users.organisation')),
                    ('reserved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['body', 'form', 'year', 'serial'],
                    'constraints': [models.UniqueConstraint(fields=('body', 'form', 'year', 'serial'), name='certification_reserved_once')],
                },
            ),
            migrations.CreateModel(
                name='SentBack',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('reason', models.CharField(max_length=1000)),
                    ('sent_at', models.DateTimeField()),
                    ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='application.application')),
                    ('assessment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessment.assessment')),
                    ('sent_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['application', 'sent_at', 'id'],
                },
            ),
            migrations.CreateModel(
                name='TakenNumber',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('form', models.CharField(max_length=20)),
                    ('year', models.PositiveIntegerField()),
                    ('serial', models.PositiveBigIntegerField()),
                    ('number', models.CharField(max_length=60)),
                    ('subject', models.CharField(blank=True, default='', max_length=200)),
                    ('taken_at', models.DateTimeField()),
                    ('act', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='seal.sealedact')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='users.organisation')),
                ],
                options={
                    'ordering': ['body', 'form', 'year', 'serial'],
                    'constraints': [models.UniqueConstraint(fields=('body', 'form', 'year', 'serial'), name='certification_taken_once')],
                },
            ),
            migrations.CreateModel(
                name='VoidNumber',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('form', models.CharField(max_length=20)),
                    ('year', models.PositiveIntegerField()),
                    ('serial', models.PositiveBigIntegerField()),
                    ('number', models.CharField(max_length=60)),
                    ('reason', models.CharField(max_length=500)),
                    ('voided_at', models.DateTimeField()),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='users.organisation')),
                    ('voided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['body', 'form', 'year', 'serial'],
                    'constraints': [models.UniqueConstraint(fields=('body', 'form', 'year', 'serial'), name='certification_void_once')],
                },
            ),
            migrations.CreateModel(
                name='Deputation',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('starts', models.DateTimeField()),
                    ('ends', models.DateTimeField()),
                    ('reason', models.CharField(max_length=300)),
                    ('named_at', models.DateTimeField()),
                    ('ended_at', models.DateTimeField(blank=True, null=True)),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='users.organisation')),
                    ('deputy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('named_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-starts', '-id'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('ends__gt', models.F('starts'))), name='certification_deputation_lasts'), models.CheckConstraint(condition=models.Q(('officer', models.F('deputy')), _negated=True), name='certification_deputy_is_another')],
                },
            ),
        ]),
        migrations.AddField(
            model_name='certificate',
            name='asked',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='made', to='certification.eventrequest'),
        ),
    ]
