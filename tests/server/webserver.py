# SPDX-License-Identifier: LGPL-2.1-or-later
"""A web server on the loopback address that serves a folder and misbehaves as told: see faults.py.

    with Server(folder) as server:
        server.url('rate=1000000', 'image.ipsw')       # http://127.0.0.1:PORT/rate=1000000/image.ipsw
        server.requests                                # a Request for each answer so far
        server.bytes_sent()                            # of bodies

An ETag follows from a file's time of change and size, so writing the file anew republishes it. `tls=(certificate, key)`
makes it speak TLS. Requests for absolute addresses are answered as well, so that it can stand for a proxy.
"""
import email.utils
import gzip
import http.server
import os
import re
import select
import socket
import ssl
import struct
import threading
import time
import urllib.parse

from faults import Faults

BLOCK = 65536
MOST_REDIRECTS = 100


class Request:
    """One request and what became of it."""

    def __init__(self, method, target, headers, connection):
        self.method = method
        self.target = target            # as it stood in the request line
        self.range = headers.get('Range')
        self.headers = headers
        self.connection = connection    # a number for each connection
        self.status = None
        self.sent = 0                   # bytes of body
        self.begun = time.monotonic()


class Cut(Exception):
    """The connection ends here, on purpose."""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    wbufsize = 0

    def log_message(self, *unused):
        pass

    def setup(self):
        super().setup()
        self.number = self.server.owner.connected()
        self.budget = 0.0
        self.budget_time = time.monotonic()

    def do_GET(self):
        owner = self.server.owner
        self.record = Request(self.command, self.path, dict(self.headers), self.number)
        owner.requests.append(self.record)
        with owner.lock:
            owner.busy += 1
        try:
            self.answer(urllib.parse.urlsplit(self.path).path)
        except (Cut, OSError):
            self.close_connection = True
        finally:
            with owner.lock:
                owner.busy -= 1

    do_HEAD = do_GET

    def answer(self, path):
        owner = self.server.owner
        self.faults, name, count = owner.faults.split(path)
        faults = self.faults
        if 'delay' in faults:
            time.sleep(faults['delay'] / 1000)
        if 'connections' in faults and owner.busy > faults['connections']:
            return self.page(503)
        if 'status' in faults:
            return self.page(faults['status'])
        if 'random-500' in faults and owner.faults.dice(faults['random-500']):
            return self.page(500)
        if 'loop' in faults:
            return self.page(302, Location=path)
        if 'tickets' in faults:
            return self.page(302, Location=path.replace('tickets', f'ticket={count}', 1))
        if 'ticket' in faults and count > 1:
            return self.page(403)
        if 'away' in faults:
            return self.page(302, Location=faults['away'])
        if faults.get('redirect'):
            left = min(faults['redirect'], MOST_REDIRECTS) - 1
            return self.page(302, Location=path.replace(f"redirect={faults['redirect']}", f'redirect={left}', 1))
        file = os.path.normpath(os.path.join(owner.root, urllib.parse.unquote(name)))
        if not file.startswith(owner.root + os.sep) or not os.path.isfile(file):
            return self.page(404)
        self.serve(file, count)

    def page(self, status, **headers):
        body = f'status {status}\n'.encode()
        self.record.status = status
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        if self.command != 'HEAD':
            self.wfile.write(body)

    def serve(self, file, count):
        faults, info = self.faults, os.stat(file)
        size, first, last, status = info.st_size, 0, info.st_size - 1, 200
        other = count >= faults.get('new-etag', count + 1)
        flip = other or count >= faults.get('republish', count + 1)
        validators = self.validators(info, other)
        if self.is_known(validators):
            return self.not_modified(validators)
        asked = None if 'no-range' in faults else self.asked(size)
        if asked == (None, None):
            return self.page(416, **{'Content-Range': f'bytes */{size}'})
        if asked:
            (first, last), status = asked, 206
        pack = 'gzip' in faults and status == 200 and 'gzip' in self.headers.get('Accept-Encoding', '')
        body = self.whole(file, flip) if pack else self.blocks(file, first, last, flip)
        length = len(body) if pack else last - first + 1

        self.record.status = status
        self.send_response(status)
        for name, value in validators.items():
            self.send_header(name, value)
        if pack:
            self.send_header('Content-Encoding', 'gzip')
        self.send_range(status, first, last, size)
        if 'chunked' in faults:
            self.send_header('Transfer-Encoding', 'chunked')
        else:
            self.send_header('Content-Length', str(length))
        self.end_headers()
        if self.command != 'HEAD':
            self.send_body([body] if pack else body)

    def validators(self, info, other):
        etag = f'"{info.st_mtime_ns:x}-{info.st_size:x}{"-other" if other else ""}"'
        if 'weak' in self.faults:
            etag = 'W/' + etag
        headers = {'ETag': etag, 'Last-Modified': email.utils.formatdate(int(info.st_mtime) + other, usegmt=True)}
        if 'no-etag' in self.faults:
            del headers['ETag']
        if 'no-date' in self.faults:
            del headers['Last-Modified']
        return headers

    def is_known(self, validators):
        if 'If-None-Match' in self.headers:
            return self.headers['If-None-Match'] == validators.get('ETag')
        return 'If-Modified-Since' in self.headers and \
            self.headers['If-Modified-Since'] == validators.get('Last-Modified')

    def not_modified(self, validators):
        self.record.status = 304
        self.send_response(304)
        for name, value in validators.items():
            self.send_header(name, value)
        self.end_headers()

    def asked(self, size):
        """(first, last) of the range; (None, None) if the file has no such bytes; None if none was asked for."""
        match = re.fullmatch(r'bytes=(\d*)-(\d*)', self.headers.get('Range', ''))
        if not match or match.groups() == ('', ''):
            return None
        start, end = match.groups()
        if start == '' and 'no-suffix' in self.faults:
            return None
        if start == '':
            first, last = max(size - int(end), 0), size - 1
        else:
            first, last = int(start), min(int(end), size - 1) if end else size - 1
        return (first, last) if first <= last else (None, None)

    def send_range(self, status, first, last, size):
        lie = self.faults.get('lie')
        if status != 206 or lie == 'none':
            return
        if lie == 'multipart':
            self.send_header('Content-Type', 'multipart/byteranges; boundary=x')
            return
        unit = 'lines' if lie == 'unit' else 'bytes'
        first += lie == 'start'
        last += lie == 'end'
        total = {'total': size + 1, 'star': '*'}.get(lie, size)
        self.send_header('Content-Range', f'{unit} {first}-{last}/{total}')

    def whole(self, file, flip):
        with open(file, 'rb') as stream:
            data = stream.read()
        return gzip.compress(bytes(byte ^ 255 for byte in data) if flip else data)

    def blocks(self, file, first, last, flip):
        with open(file, 'rb') as stream:
            size = os.fstat(stream.fileno()).st_size
            # Beyond the end a shifted body begins anew: its length must be what was announced.
            position, left = (first + self.faults.get('shift', 0)) % max(size, 1), last - first + 1
            while left > 0:
                stream.seek(position)
                data = stream.read(min(BLOCK, left))
                position = (position + len(data)) % max(size, 1)
                left -= len(data)
                yield bytes(byte ^ 255 for byte in data) if flip else data

    def pace(self, size):
        """Sleeps so that this connection's rate stays below the limit."""
        if not (rate := self.faults.get('rate')):
            return
        now = time.monotonic()
        self.budget = min(self.budget + (now - self.budget_time) * rate, rate * 0.05)
        self.budget_time = now
        self.budget -= size
        if self.budget < 0:
            time.sleep(-self.budget / rate)

    def send_body(self, blocks):
        faults, sent = self.faults, 0
        end = min((faults[name] for name in ('stall', 'cut', 'reset') if name in faults), default=None)
        for data in blocks:
            whole = len(data)
            if end is not None:
                data = data[:end - sent]
            if 'chunked' in faults:  # the announced chunk is whole, also when what follows is not
                self.wfile.write(b'%x\r\n' % whole)
            self.pace(len(data))
            self.wfile.write(data)
            sent += len(data)
            self.record.sent += len(data)
            if len(data) < whole or sent == end:
                self.stop()
            if 'chunked' in faults:
                self.wfile.write(b'\r\n')
        if 'chunked' in faults:
            self.wfile.write(b'0\r\n\r\n')

    def has_left(self):
        """Whether the client has closed its side."""
        readable, _, _ = select.select([self.connection], [], [], 0)
        return bool(readable) and self.connection.recv(1, socket.MSG_PEEK) == b''

    def stop(self):
        if 'stall' in self.faults:
            while not self.server.owner.closing.wait(0.1) and not self.has_left():
                pass
        if 'reset' in self.faults:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        raise Cut


class Listener(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request, client_address):
        pass  # a client that goes away, or refuses our certificate, is what tests are about

    def get_request(self):
        connection, address = super().get_request()
        if self.owner.context:  # the handshake belongs to the connection's own thread
            connection = self.owner.context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        return connection, address

    def shutdown_request(self, request):
        # A reset is asked for by SO_LINGER, which a shutdown beforehand would turn into an orderly end.
        if request.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8)[:4] == struct.pack('i', 0):
            try:
                request.shutdown(socket.SHUT_WR)
            except OSError:
                pass
        request.close()


class Server:
    def __init__(self, root, faults='', tls=None, seed=1):
        self.root = os.path.abspath(root)
        self.faults = Faults(faults, seed)
        self.requests = []
        self.connections = 0
        self.busy = 0
        self.lock = threading.Lock()
        self.closing = threading.Event()
        self.context = None
        if tls:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(*tls)
        self.listener = Listener(('127.0.0.1', 0), Handler)
        self.listener.owner = self
        self.port = self.listener.server_address[1]
        self.base = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self.thread = threading.Thread(target=self.listener.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()

    def close(self):
        self.closing.set()
        self.listener.shutdown()
        self.listener.server_close()

    def url(self, *segments):
        return '/'.join([self.base, *segments])

    def connected(self):
        with self.lock:
            self.connections += 1
            return self.connections

    def bytes_sent(self):
        return sum(request.sent for request in self.requests)

    def forget(self):
        """Counts anew from here."""
        self.requests = []
        self.faults.counts.clear()
