import django.db.models.deletion
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
                name='Declaration',
                fields=[
                    ('id', models.CharField(max_length=60, primary_key=True, serialize=False)),
                    ('document', models.TextField()),
                    ('options', models.TextField()),
                    ('valid_from', models.DateField()),
                    ('valid_until', models.DateField()),
                    ('prepared_at', models.DateTimeField()),
                    ('sealed', models.TextField(null=True)),
                    ('digest', models.CharField(max_length=64, null=True, unique=True)),
                    ('sealed_at', models.DateTimeField(null=True)),
                    ('withdrawn_at', models.DateTimeField(null=True)),
                    ('reason', models.CharField(max_length=1000, null=True)),
                    ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='users.organisation')),
                    ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='users.organisation')),
                    ('prepared_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-prepared_at', 'id'],
                    'indexes': [models.Index(fields=['organisation', '-prepared_at'], name='suppliers_of_organisation'), models.Index(fields=['customer', '-prepared_at'], name='suppliers_for_customer'), models.Index(condition=models.Q(('sealed', None)), fields=['prepared_at'], name='suppliers_to_seal'), models.Index(condition=models.Q(('withdrawn_at__isnull', False)), fields=['-prepared_at', 'id'], name='suppliers_fallen')],
                },
            ),
            migrations.CreateModel(
                name='Dependent',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('looked_at', models.DateTimeField(null=True)),
                    ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='application.application')),
                    ('declaration', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dependents', to='suppliers.declaration')),
                    ('looked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['declaration', 'id'],
                    'indexes': [models.Index(condition=models.Q(('looked_at', None)), fields=['application'], name='suppliers_to_look_at')],
                    'constraints': [models.UniqueConstraint(fields=('declaration', 'application'), name='suppliers_dependent_once')],
                },
            ),
        ]),
    ]
