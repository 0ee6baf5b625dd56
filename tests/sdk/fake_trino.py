"""A server that speaks Trino's client protocol by a script, so that every trouble can be had without Java."""
import http.server
import json
import socket
import ssl
import threading
import time


class FakeTrino:
    """Answers each statement with the pages of `script(statement)`: the first to the POST, each next to a GET.

    A page is a dict: what Trino would say (`state`, `data`, `error`), and how: `wait` (seconds before the answer), `status`,
    `raw` (bytes in place of JSON), `drip` (seconds between pieces), `cut` (bytes after which the connection is closed),
    `forever` (the same page again and again).
    """

    def __init__(self, script, certificate=None, port=0):
        self.script = script
        self.statements, self.headers, self.deleted, self.asked = [], [], {}, []
        self.plans, self.connections = {}, []
        fake = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'

            def setup(self):
                super().setup()
                fake.connections.append(self.connection)

            def log_message(self, *_):
                pass

            def do_POST(self):
                text = self.rfile.read(int(self.headers['Content-Length'])).decode()
                fake.statements.append(text)
                fake.headers.append(dict(self.headers))
                query = f'q{len(fake.statements)}'
                fake.plans[query] = fake.script(text)
                self.give(query, 0)

            def do_GET(self):
                _, _, _, _, query, number = self.path.split('?')[0].split('/')
                fake.asked.append(self.path)
                self.give(query, int(number))

            def do_DELETE(self):
                query = self.path.split('?')[0].split('/')[4]
                fake.deleted[query] = time.time()
                self.send_response(204)
                self.send_header('Content-Length', '0')
                self.end_headers()

            def give(self, query, number):
                plan = fake.plans.get(query)
                if plan is None:
                    return self.answer(404, b'gone')
                page = plan[min(number, len(plan) - 1)]
                time.sleep(page.get('wait', 0))
                next_number = number if page.get('forever') else number + 1
                body = {'id': query, 'infoUri': fake.url + '/ui',
                        'stats': {'state': page.get('state', 'RUNNING'), 'processedRows': page.get('scanned', 0),
                                  'processedBytes': page.get('bytes', 0), 'rootStage': {'state': 'X', 'processedRows': 99}}}
                if page.get('forever') or number + 1 < len(plan):
                    body['nextUri'] = f'{fake.url}/v1/statement/executing/{query}/{next_number}'
                if 'data' in page:
                    body = {'id': query, 'columns': page.get('columns', []), 'data': page['data'], **body}
                if 'error' in page:
                    body['error'] = page['error']
                self.answer(page.get('status', 200), page.get('raw', json.dumps(body).encode()), page)

            def answer(self, status, text, page={}):
                try:
                    self.send_response(status)
                    self.send_header('Content-Length', str(len(text)))
                    self.end_headers()
                    if 'cut' in page:
                        self.wfile.write(text[:page.pop('cut')])
                        self.wfile.flush()
                        self.connection.shutdown(socket.SHUT_RDWR)
                        self.close_connection = True
                        return
                    step = len(text) if 'drip' not in page else max(1, len(text) // 20)
                    for at in range(0, len(text), step):
                        self.wfile.write(text[at:at + step])
                        self.wfile.flush()
                        time.sleep(page.get('drip', 0))
                except OSError:
                    pass  # the client has gone, as a test may want it

        class Quiet(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 64

            def handle_error(self, *_):
                pass

        self.server = Quiet(('127.0.0.1', port), Handler)
        self.port = self.server.server_address[1]
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f'http{"s" if certificate else ""}://127.0.0.1:{self.port}'
        threading.Thread(target=self.server.serve_forever, kwargs={'poll_interval': 0.02}, daemon=True).start()

    def stop(self):
        """Ends at once, as a process that is killed: no connection stays."""
        self.server.shutdown()
        self.server.server_close()
        for connection in self.connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def error(name, kind, message, line=None, column=None):
    """An error as Trino tells it."""
    told = {'message': message, 'errorCode': 1, 'errorName': name, 'errorType': kind,
            'failureInfo': {'type': 'X', 'message': 'inner', 'stack': ['a', 'b'], 'errorInfo': {'code': 1, 'name': 'INNER'}}}
    if line:
        told['errorLocation'] = {'lineNumber': line, 'columnNumber': column}
    return told
