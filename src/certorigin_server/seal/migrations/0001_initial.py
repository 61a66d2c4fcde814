from django.db import migrations, models
from certorigin_server.trail.tables import Tables


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        Tables([
            migrations.CreateModel(
                name='HeldCorridor',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('corridor', models.CharField(max_length=60, unique=True)),
                    ('reason', models.CharField(max_length=80)),
                    ('since', models.DateTimeField()),
                ],
            ),
            migrations.CreateModel(
                name='SealedAct',
                fields=[
                    ('id', models.CharField(max_length=60, primary_key=True, serialize=False)),
                    ('kind', models.CharField(max_length=40)),
                    ('subject', models.CharField(max_length=250)),
                    ('corridor', models.CharField(max_length=60)),
                    ('document', models.TextField()),
                    ('options', models.TextField()),
                    ('prepared_at', models.DateTimeField()),
                    ('prepared_by', models.CharField(max_length=200)),
                    ('stuck_at', models.DateTimeField(null=True)),
                    ('stuck_reason', models.CharField(max_length=80, null=True)),
                    ('set_aside_at', models.DateTimeField(null=True)),
                    ('sealed', models.TextField(null=True)),
                    ('digest', models.CharField(max_length=64, null=True, unique=True)),
                    ('sealed_at', models.DateTimeField(null=True)),
                    ('log_origin', models.CharField(max_length=200, null=True)),
                    ('log_index', models.BigIntegerField(null=True)),
                    ('logged_at', models.DateTimeField(null=True)),
                    ('published_at', models.DateTimeField(null=True)),
                    ('mirrored_at', models.DateTimeField(null=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['subject'], name='seal_subject'), models.Index(condition=models.Q(('sealed', None)), fields=['prepared_at', 'id'], name='seal_to_seal'), models.Index(condition=models.Q(('log_index', None), ('sealed__isnull', False)), fields=['corridor', 'sealed_at', 'id'], name='seal_to_log'), models.Index(condition=models.Q(('log_index__isnull', False), ('published_at', None)), fields=['log_origin', 'log_index'], name='seal_to_publish'), models.Index(condition=models.Q(('log_index__isnull', False), ('mirrored_at', None)), fields=['log_origin', 'log_index'], name='seal_to_mirror')],
                    'constraints': [models.UniqueConstraint(fields=('log_origin', 'log_index'), name='seal_index_once'), models.CheckConstraint(condition=models.Q(('log_index', None), ('sealed__isnull', False), _connector='OR'), name='seal_before_log'), models.CheckConstraint(condition=models.Q(('set_aside_at', None), ('sealed', None), _connector='OR'), name='seal_not_set_aside')],
                },
            ),
            migrations.CreateModel(
                name='SeenNonce',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.CharField(max_length=120)),
                    ('nonce', models.CharField(max_length=64)),
                    ('expires', models.DateTimeField(db_index=True)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('key', 'nonce'), name='seal_nonce_once')],
                },
            ),
        ]),
    ]
