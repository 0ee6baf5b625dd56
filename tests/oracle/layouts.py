"""Tables of other layouts for the stores `eds` and `eds2` of run_trino, made from those of an export, and a scenario for them.

  layouts.py LAYOUT FOLDER SCENARIO

FOLDER is the lake as this machine sees it, with the export in its folder `oracle`. tests/sdk uses it, too. The layouts:
  raw      the log files of a trail, by docs/trino/raw-logs.sql and docs/trino/athena-columns.yaml
  parquet  Athena's columns in Parquet, made from those by CREATE TABLE AS
  lake     the columns of AWS's own table of a store (Lake's types, calendarday a number), in ORC
  iceberg  the export's columns in Iceberg, by day(eventtime)
"""
import collections
import glob
import gzip
import importlib.machinery
import importlib.util
import json
import os
import re
import shutil
import sys

import yaml

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
STORES = {'eds': '00000000-0000-4000-8000-000000000001', 'eds2': '00000000-0000-4000-8000-000000000002'}
# What AWS's table has in another order or under another type than a store: a struct as rows of 2023 showed it.
IDENTITY = ('row(type varchar, principalid varchar, arn varchar, accountid varchar, accesskeyid varchar, username varchar, sessioncontext row('
            'attributes row(creationdate timestamp(3), mfaauthenticated varchar), sessionissuer row(type varchar, principalid varchar, arn varchar, '
            'accountid varchar, username varchar), webidfederationdata row(federatedprovider varchar, attributes map(varchar, varchar)), '
            'sourceidentity varchar, ec2roledelivery varchar, ec2issuedinvpc varchar), onbehalfof row(userid varchar, identitystorearn varchar), '
            'inscopeof row(sourcearn varchar, sourceaccount varchar, issuertype varchar, credentiaisissuedto varchar), invokedby varchar, '
            'identityprovider varchar)')
LAKE_IDENTITY = ('row(type varchar, principalid varchar, arn varchar, accountid varchar, accesskeyid varchar, username varchar, sessioncontext row('
                 'attributes row(creationdate timestamp(3), mfaauthenticated varchar), sessionissuer row(type varchar, principalid varchar, arn varchar, '
                 'accountid varchar, username varchar), webidfederationdata row(federatedprovider varchar, attributes map(varchar, varchar)), '
                 'sourceidentity varchar, ec2roledelivery varchar, ec2issuedinvpc varchar), invokedby varchar, identityprovider varchar, '
                 'credentialid varchar, onbehalfof row(userid varchar, identitystorearn varchar), '
                 'inscopeof row(sourcearn varchar, sourceaccount varchar, issuertype varchar, credentiaisissuedto varchar))')


def load_cluster():
    loader = importlib.machinery.SourceFileLoader('trino_cluster', os.path.join(ROOT, 'tools', 'trino_cluster'))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader('trino_cluster', loader))
    loader.exec_module(module)
    return module


def fields(of, *names):
    return ', '.join(f'{of}.{name}' for name in names)


FIRST = ('type', 'principalid', 'arn', 'accountid', 'accesskeyid', 'username', 'sessioncontext')
INTO_LAKE = (f"IF(useridentity IS NULL, NULL, CAST(ROW({fields('useridentity', *FIRST, 'invokedby', 'identityprovider')}, NULL, "
             f"{fields('useridentity', 'onbehalfof', 'inscopeof')}) AS {LAKE_IDENTITY}))")
FROM_LAKE = (f"IF(useridentity IS NULL, NULL, CAST(ROW({fields('useridentity', *FIRST, 'onbehalfof', 'inscopeof', 'invokedby', 'identityprovider')}) "
             f"AS {IDENTITY}))")


def write_logs(export, folder):
    """The events of an exported table as CloudTrail delivers them; answers the days."""
    days = collections.defaultdict(list)
    for path in sorted(glob.glob(export + '/*/*.json.gz')):
        for line in gzip.open(path, 'rt', encoding='utf-8'):
            event = json.loads(json.loads(line)['eventjson'])
            days[event['eventTime'][:10]].append(event)
    for day, events in days.items():
        place = f"{folder}/{day.replace('-', '/')}"
        os.makedirs(place)
        with gzip.open(f'{place}/123456789012_CloudTrail_us-east-1_{day}.json.gz', 'wt', encoding='utf-8') as out:
            json.dump({'Records': events}, out, ensure_ascii=False, separators=(',', ':'))


def statements_of_raw(store):
    """docs/trino/raw-logs.sql for the log files of a store."""
    text = open(os.path.join(ROOT, 'docs/trino/raw-logs.sql'), encoding='utf-8').read()
    text = text.replace('s3://BUCKET/AWSLogs/ACCOUNT/CloudTrail/REGION', f'local:///logs/{store}').replace("'2020/01/01'", "'2012/01/01'")
    text = text.replace('lake.logs.files', f'lake.logs.{store}_files').replace('lake.logs.events', f'lake.logs.{store}')
    text = text.replace(' files."timestamp"', f' {store}_files."timestamp"')
    return [statement for statement in re.sub(r' ?--.*', '', text).split(';\n') if statement.strip()]


def columns_of_athena():
    text = open(os.path.join(ROOT, 'docs/trino/athena-columns.yaml'), encoding='utf-8').read()
    return yaml.safe_load(text)['event_data_stores'][0]['backend']['trino']


def make_raw(ask, lake, schema, store):
    shutil.rmtree(f'{lake}/logs/{store}', ignore_errors=True)
    write_logs(f'{lake}/{schema}/{store}', f'{lake}/logs/{store}')
    ask('CREATE SCHEMA IF NOT EXISTS lake.logs')
    ask(f'DROP VIEW IF EXISTS lake.logs.{store}')
    ask(f'DROP TABLE IF EXISTS lake.logs.{store}_files')
    for statement in statements_of_raw(store):
        ask(statement)
    return {**columns_of_athena(), 'table': store}


def make_parquet(ask, lake, schema, store):
    backend = make_raw(ask, lake, schema, store)
    ask(f'DROP TABLE IF EXISTS lake.logs.{store}_parquet')
    ask(f"CREATE TABLE lake.logs.{store}_parquet WITH (format = 'PARQUET') AS SELECT * FROM lake.logs.{store}")
    return {**backend, 'table': store + '_parquet'}


def make_lake(ask, _, schema, store):
    table, source = f'lake.{schema}.{store}_lake', f'lake.{schema}.{store}'
    ask(f'DROP TABLE IF EXISTS {table}')
    columns = [row[0] for row in ask(f'SHOW COLUMNS FROM {source}') if row[0] not in ('useridentity', 'calendarday')]
    query = (f"SELECT {INTO_LAKE} AS useridentity, {', '.join(columns)}, CAST(replace(calendarday, '-', '') AS bigint) AS calendarday "
             f'FROM {source}')
    ask(f"CREATE TABLE {table} WITH (format = 'ORC', partitioned_by = ARRAY['calendarday']) AS {query} WITH NO DATA")
    days = sorted(row[0] for row in ask(f'SELECT DISTINCT calendarday FROM {source}'))
    for first in range(0, len(days), 10):  # each partition that is written takes memory
        ask(f"INSERT INTO {table} {query} WHERE calendarday BETWEEN '{days[first]}' AND '{days[min(first + 9, len(days) - 1)]}'")
    day = "concat(substr(CAST(calendarday AS varchar), 1, 4), '-', substr(CAST(calendarday AS varchar), 5, 2), '-', substr(CAST(calendarday AS varchar), 7, 2))"
    return {'catalog': 'lake', 'schema': schema, 'table': store + '_lake', 'day_column': day, 'columns': {'useridentity': FROM_LAKE}}


def make_iceberg(ask, _, schema, store):
    ask(f'CREATE SCHEMA IF NOT EXISTS ice.{schema}')
    ask(f'DROP TABLE IF EXISTS ice.{schema}.{store}')
    ask(f"CREATE TABLE ice.{schema}.{store} WITH (partitioning = ARRAY['day(eventtime)'], sorted_by = ARRAY['eventtime']) AS "
        f'SELECT * FROM lake.{schema}.{store}')
    return {'catalog': 'ice', 'schema': schema, 'table': store, 'time_column': 'eventtime',
            'columns': {'eventtime': 'CAST(eventtime AS timestamp(3))', 'useridentity': f'CAST(useridentity AS {IDENTITY})'}}


# Each makes a table from that of an export; answers the backend of its store, but for the URL.
LAYOUTS = {'raw': make_raw, 'parquet': make_parquet, 'lake': make_lake, 'iceberg': make_iceberg}


def main():
    layout, lake, scenario = sys.argv[1:]
    cluster = load_cluster()
    make = LAYOUTS[layout]
    backends = {store: {**make(cluster.rows_of, lake, 'oracle', store), 'url': cluster.URL} for store in STORES}
    with open(os.path.join(ROOT, 'tests/oracle/trino.yaml'), encoding='utf-8') as plain:
        stores = yaml.safe_load(plain)['event_data_stores']
    for store in stores:
        if store['name'] in backends:
            store['backend'] = {'trino': backends[store['name']]}
    with open(scenario, 'w', encoding='utf-8') as out:
        json.dump({'event_data_stores': stores}, out, indent=1)  # JSON is YAML


if __name__ == '__main__':
    main()
