import django.db.models.deletion
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
                name='Destruction',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('protocol', models.CharField(max_length=60)),
                    ('destroyed_on', models.DateField()),
                    ('witnesses', models.CharField(max_length=400)),
                    ('noted_at', models.DateTimeField()),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='users.organisation')),
                    ('noted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-destroyed_on', '-id'],
                    'constraints': [models.UniqueConstraint(fields=('body', 'protocol'), name='blanks_protocol_once')],
                },
            ),
            migrations.CreateModel(
                name='SafeCount',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('found', models.TextField(blank=True)),
                    ('missing', models.TextField(blank=True)),
                    ('surplus', models.TextField(blank=True)),
                    ('expected', models.PositiveBigIntegerField()),
                    ('remark', models.CharField(blank=True, max_length=500)),
                    ('counted_at', models.DateTimeField()),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='users.organisation')),
                    ('counted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-counted_at', '-id'],
                    'indexes': [models.Index(fields=['body', '-counted_at', '-id'], name='blanks_counted')],
                },
            ),
            migrations.CreateModel(
                name='Spoiled',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('series', models.CharField(blank=True, max_length=6)),
                    ('width', models.PositiveSmallIntegerField()),
                    ('first', models.PositiveBigIntegerField()),
                    ('last', models.PositiveBigIntegerField()),
                    ('noted_at', models.DateTimeField()),
                    ('reason', models.CharField(max_length=500)),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='users.organisation')),
                    ('destruction', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='blanks', to='blanks.destruction')),
                    ('noted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-noted_at', '-id'],
                    'indexes': [models.Index(condition=models.Q(('destruction', None)), fields=['body', 'first'], name='blanks_to_destroy')],
                    'constraints': [models.UniqueConstraint(fields=('body', 'series', 'width', 'first'), name='blanks_spoiled_once')],
                },
            ),
            migrations.CreateModel(
                name='Use',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('series', models.CharField(blank=True, max_length=6)),
                    ('width', models.PositiveSmallIntegerField()),
                    ('first', models.PositiveBigIntegerField()),
                    ('last', models.PositiveBigIntegerField()),
                    ('noted_at', models.DateTimeField()),
                    ('subject', models.CharField(max_length=200)),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='users.organisation')),
                    ('noted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-noted_at', '-id'],
                    'constraints': [models.UniqueConstraint(fields=('body', 'series', 'width', 'first'), name='blanks_used_once')],
                },
            ),
            migrations.CreateModel(
                name='Delivery',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('series', models.CharField(blank=True, max_length=6)),
                    ('width', models.PositiveSmallIntegerField()),
                    ('first', models.PositiveBigIntegerField()),
                    ('last', models.PositiveBigIntegerField()),
                    ('noted_at', models.DateTimeField()),
                    ('received_on', models.DateField()),
                    ('supplier', models.CharField(max_length=200)),
                    ('document', models.CharField(max_length=200)),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='users.organisation')),
                    ('noted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-received_on', '-id'],
                    'indexes': [models.Index(fields=['body', '-received_on', '-id'], name='blanks_delivered'), models.Index(fields=['body', 'series', 'width', 'first'], name='blanks_received')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('last__gte', models.F('first'))), name='blanks_delivery_in_order')],
                },
            ),
        ]),
    ]
