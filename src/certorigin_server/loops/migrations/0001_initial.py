from django.db import migrations, models
from certorigin_server.trail.tables import Tables


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        Tables([
            migrations.CreateModel(
                name='Lease',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=200, unique=True)),
                    ('holder', models.CharField(max_length=100)),
                    ('token', models.BigIntegerField(default=0)),
                    ('expires', models.DateTimeField()),
                ],
            ),
            migrations.CreateModel(
                name='LoopState',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=200, unique=True)),
                    ('turned', models.DateTimeField(null=True)),
                    ('worked', models.DateTimeField(null=True)),
                    ('fault', models.CharField(blank=True, default='', max_length=300)),
                    ('fault_at', models.DateTimeField(null=True)),
                ],
            ),
        ]),
    ]
