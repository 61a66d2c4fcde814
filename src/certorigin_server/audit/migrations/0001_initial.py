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
                name='Sample',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('kind', models.CharField(choices=[('certificates', 'Certificates'), ('decisions', 'Decisions')], max_length=20)),
                    ('start', models.DateField()),
                    ('end', models.DateField()),
                    ('seed', models.CharField(max_length=64)),
                    ('size', models.PositiveIntegerField()),
                    ('population', models.PositiveIntegerField()),
                    ('population_digest', models.CharField(max_length=64)),
                    ('drawn_at', models.DateTimeField()),
                    ('body', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='users.organisation')),
                    ('drawn_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='users.organisation')),
                ],
                options={
                    'ordering': ['-drawn_at', 'id'],
                },
            ),
            migrations.CreateModel(
                name='Drawn',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('position', models.PositiveIntegerField()),
                    ('name', models.CharField(max_length=250)),
                    ('sample', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='drawn', to='audit.sample')),
                ],
                options={
                    'ordering': ['position'],
                    'constraints': [models.UniqueConstraint(fields=('sample', 'position'), name='audit_position_once'), models.UniqueConstraint(fields=('sample', 'name'), name='audit_drawn_once')],
                },
            ),
            migrations.CreateModel(
                name='AuditFinding',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('outcome', models.CharField(choices=[('in_order', 'In Order'), ('remark', 'Remark')], max_length=10)),
                    ('remark', models.CharField(blank=True, default='', max_length=2000)),
                    ('found_at', models.DateTimeField()),
                    ('found_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('drawn', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='audit.drawn')),
                ],
                options={
                    'ordering': ['found_at', 'pk'],
                },
            ),
        ]),
    ]
