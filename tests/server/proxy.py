# SPDX-License-Identifier: LGPL-2.1-or-later
"""A proxy of the tests' own on the loopback address: passes requests on, and makes tunnels for TLS. It counts both.

Every name leads to the loopback address, so that an address which only the proxy can resolve shows that it was asked.
"""
import http.client
import http.server
import select
import socket
import threading
import urllib.parse

BLOCK = 64 * 1024
ITS_OWN = {'connection', 'keep-alive', 'proxy-connection', 'transfer-encoding'}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    timeout = 60

    def log_message(self, *unused):  # pylint: disable=arguments-differ
        pass

    def do_GET(self):
        self.server.owner.requests.append(self.path)
        address = urllib.parse.urlsplit(self.path)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in ITS_OWN}
        upstream = http.client.HTTPConnection('127.0.0.1', address.port, timeout=60)
        try:
            upstream.request('GET', address.path, headers=headers)
            self.pass_on(upstream.getresponse())
        except (OSError, http.client.HTTPException):
            self.close_connection = True
        finally:
            upstream.close()

    def pass_on(self, answer):
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in ITS_OWN:
                self.send_header(name, value)
        self.end_headers()
        while block := answer.read(BLOCK):
            self.wfile.write(block)

    def do_CONNECT(self):
        self.server.owner.tunnels.append(self.path)
        self.close_connection = True
        with socket.create_connection(('127.0.0.1', int(self.path.rpartition(':')[2])), timeout=60) as upstream:
            self.send_response_only(200, 'tunnel')
            self.end_headers()
            ends = {self.connection: upstream, upstream: self.connection}
            while True:
                for end in select.select(list(ends), [], [], 60)[0]:
                    data = end.recv(BLOCK)
                    if not data:
                        return
                    ends[end].sendall(data)


class Listener(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request, client_address):
        pass  # a client that goes away


class Proxy:
    def __init__(self):
        self.requests = []  # addresses asked for
        self.tunnels = []   # HOST:PORT
        self.listener = Listener(('127.0.0.1', 0), Handler)
        self.listener.owner = self
        self.url = f'http://127.0.0.1:{self.listener.server_address[1]}'
        threading.Thread(target=self.listener.serve_forever, args=(0.05,), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.listener.shutdown()
        self.listener.server_close()
