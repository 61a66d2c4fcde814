import django.db.models.deletion
from django.db import migrations, models
from certorigin_server.trail.tables import Tables


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        Tables([
            migrations.CreateModel(
                name='RegisteredAct',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('publisher', models.CharField(max_length=20)),
                    ('origin', models.CharField(max_length=200)),
                    ('index', models.BigIntegerField()),
                    ('act', models.CharField(max_length=60)),
                    ('kind', models.CharField(max_length=40)),
                    ('subject', models.CharField(max_length=250)),
                    ('corridor', models.CharField(max_length=60)),
                    ('digest', models.CharField(max_length=64)),
                    ('raw', models.TextField()),
                    ('void', models.CharField(blank=True, default='', max_length=80)),
                    ('legal_time', models.DateTimeField(null=True)),
                    ('registered_at', models.DateTimeField()),
                    ('form', models.CharField(blank=True, default='', max_length=20)),
                    ('number', models.CharField(blank=True, default='', max_length=60)),
                    ('number_key', models.CharField(blank=True, default='', max_length=60)),
                    ('issued_on', models.DateField(null=True)),
                    ('issued_in', models.CharField(blank=True, default='', max_length=2)),
                    ('parties_key', models.CharField(blank=True, default='', max_length=700)),
                ],
                options={
                    'indexes': [models.Index(fields=['subject'], name='standing_subject'), models.Index(fields=['number_key', 'issued_on'], name='standing_number'), models.Index(fields=['act'], name='standing_act'), models.Index(fields=['kind', 'void', 'number_key'], name='standing_number_begins', opclasses=['varchar_pattern_ops', 'varchar_pattern_ops', 'varchar_pattern_ops']), models.Index(fields=['kind', 'void', '-issued_on', '-registered_at', '-index'], name='standing_newest'), models.Index(condition=models.Q(('legal_time', None)), fields=['origin', 'index'], name='standing_pending')],
                    'constraints': [models.UniqueConstraint(fields=('origin', 'index'), name='standing_entry_once')],
                },
            ),
            migrations.CreateModel(
                name='PartyWord',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('word', models.CharField(max_length=40)),
                    ('act', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='words', to='standing.registeredact')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('word', 'act'), name='standing_word_once', opclasses=('varchar_pattern_ops', 'int8_ops'))],
                },
            ),
        ]),
    ]
