"""A disk that takes 100 ms for each wait: what only reads answers at once all the same."""
import threading
import time

from server import wait_for_end

STORE = 'aaaaaaaa-0000-4000-8000-000000000001'
WAIT_MS = 100


def slow_server(start_server, shim, folder, **more):
    return start_server('service.yaml', '--data', str(folder), environment={'LD_PRELOAD': shim, 'SLOW_DISK_MS': str(WAIT_MS), **more})


def times_of(ask, end):
    """How long each of many calls took, in milliseconds, in order of size."""
    took = []
    while not end.is_set() or len(took) < 50:
        started = time.perf_counter()
        ask()
        took.append((time.perf_counter() - started) * 1000)
    return sorted(took)


def test_readers_do_not_wait_for_writers(start_server, shim, tmp_path):
    server = slow_server(start_server, shim, tmp_path)
    client = server.client()
    query = client.start_query(QueryStatement=f'SELECT eventName FROM {STORE}')['QueryId']
    wait_for_end(client, query)
    end = threading.Event()

    def write(number):
        writer = server.client()
        for i in range(5):
            wait_for_end(writer, writer.start_query(QueryStatement=f'SELECT eventName, {i} FROM {STORE}')['QueryId'])
            writer.add_tags(ResourceId=f'arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/{STORE}',
                            TagsList=[{'Key': f'key{number}', 'Value': str(i)}])

    started = time.perf_counter()
    writers = [threading.Thread(target=write, args=(number,)) for number in range(3)]
    threads = writers + [threading.Thread(target=lambda: [server.add_events(STORE, '{"eventID": "x"}\n') for _ in range(5)])]
    for thread in threads:
        thread.start()
    threading.Thread(target=lambda: ([thread.join() for thread in threads], end.set())).start()
    describe = times_of(lambda: server.call('DescribeQuery', f'{{"QueryId": "{query}"}}'), end)
    took = (time.perf_counter() - started) * 1000
    health = times_of(lambda: server.request('GET', '/_trailpond/health'), end)
    assert took > 5 * WAIT_MS  # the disk was slow indeed
    # Some calls wait for this process's own threads, and now and then for other tests: half of them must be quick. Each of the
    # fifty writes and more would make one as slow as the disk, if calls waited for it.
    assert describe[len(describe) // 2] < 5, describe[-10:]
    assert sum(time_ms >= WAIT_MS for time_ms in describe) <= 2, describe[-10:]
    assert health[len(health) // 2] < 5, health[-10:]


def test_pages_of_a_result_are_not_waited_for_one_by_one(start_server, shim, tmp_path):
    server = slow_server(start_server, shim, tmp_path)
    client = server.client()
    rows = 50 * 500  # fifty pages as they are kept
    client_query = client.start_query(QueryStatement=f'SELECT n, eventName FROM {STORE} CROSS JOIN UNNEST(sequence(1, {rows // 5})) AS t (n)')
    started = time.perf_counter()
    ended = wait_for_end(client, client_query['QueryId'])
    assert ended['QueryStatus'] == 'FINISHED' and ended['QueryStatistics']['EventsMatched'] == rows
    assert (time.perf_counter() - started) * 1000 < 50 * WAIT_MS / 2
