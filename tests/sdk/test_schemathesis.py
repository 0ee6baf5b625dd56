"""The control API does what its OpenAPI document says: requests by schemathesis against a server of their own."""
import os
import subprocess
import sys

from server import HERE

def test_schemathesis_finds_nothing(start_server, tmp_path):
    server = start_server()
    (tmp_path / 'schemathesis.toml').write_text(open(os.path.join(HERE, 'schemathesis.toml')).read())
    command = [os.path.join(os.path.dirname(sys.executable), 'schemathesis'), 'run', f'{server.url}/_trailpond/v1/openapi.json',
               '--phases', 'coverage,fuzzing', '--max-examples', '15', '--seed', '7', '--request-timeout', '10']
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    server.ping()
