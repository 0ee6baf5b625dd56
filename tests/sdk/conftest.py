import os
import subprocess
import sys
import tempfile

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from server import HERE, Server  # noqa: E402


@pytest.fixture(scope='session')
def shared_server():
    with tempfile.TemporaryDirectory() as root:
        os.mkdir(os.path.join(root, 'import-bucket'))
        server = Server('service.yaml', '--export-dir', root)
        yield server
        server.stop()


@pytest.fixture
def server(shared_server):
    """The server with scenarios/service.yaml, at its seed; still there after the test."""
    yield from reset_after(shared_server)


@pytest.fixture
def client(server):
    return server.client()


@pytest.fixture
def start_server():
    """Starts servers that end with the test."""
    started = []

    def start(*arguments, **more):
        started.append(Server(*arguments, **more))
        return started[-1]

    yield start
    for server in started:
        server.stop()


@pytest.fixture(scope='session')
def shim(tmp_path_factory):
    """A library to preload that makes each wait for the disk take SLOW_DISK_MS more."""
    library = tmp_path_factory.mktemp('shim') / 'slow_disk.so'
    subprocess.run(['cc', '-shared', '-fPIC', '-O1', '-o', library, os.path.join(HERE, 'slow_disk.c'), '-ldl'], check=True)
    return str(library)


def reset_after(shared):
    """A shared server at its seed; still there after the test."""
    shared.reset()
    yield shared
    shared.ping()


@pytest.fixture(scope='session')
def recording_server():
    server = Server('calls.yaml')
    yield server
    server.stop()


@pytest.fixture(scope='session')
def quiet_server():
    """The same, and calls are not recorded."""
    server = Server('calls.yaml', '--no-record-calls')
    yield server
    server.stop()
