# SPDX-License-Identifier: LGPL-2.1-or-later
"""How the web server of the tests can misbehave.

Faults stand in front of a file's name in the address, each a path segment of its own, `name` or `name=value`, and may be
combined: http://127.0.0.1:PORT/rate=1000000/cut=5000/image.ipsw. A value `A*N` holds for the first N requests to that
address alone. A server can also be given faults for all its addresses: Server(faults='no-range').

    stall=N         after N bytes of each body the connection stays open and nothing comes
    cut=N           after N bytes of each body the connection is closed
    reset=N         the same with a reset instead of an end
    chunked         the body comes in chunks, without Content-Length (with cut: ends in the middle of a chunk)
    gzip            the body is compressed if the client accepts that
    no-range        ranges are ignored: 200 and the whole file
    no-suffix       the same for ranges that are counted from the file's end
    lie=WHAT        Content-Range says something else: start, end, total, star, unit, none, multipart
    shift=N         the body of a range begins N bytes further on, though Content-Range says what was asked for
    no-etag, no-date    without that validator
    weak            a weak ETag
    new-etag=N      from the Nth request on the ETag is another one, and so are the bytes
    republish=N     from the Nth request on the bytes are others under the same ETag
    status=CODE     instead of an answer; 301, 302, 303, 307 and 308 with `to`
    random-500=P    P requests of 100 are answered with status 500
    redirect=N      N redirections, then the file
    loop            a redirection to itself
    away=URL        a redirection to another scheme or server (percent-encoded)
    tickets         a redirection to an address of its own, which is good for one request (ticket=N)
    delay=MS        before each answer
    rate=N          bytes a second at most on each connection
    connections=N   more than N at once are answered with status 503
"""
import random
import threading
import urllib.parse

FLAGS = {'chunked', 'gzip', 'no-range', 'no-suffix', 'tickets', 'no-etag', 'no-date', 'weak', 'loop'}
NUMBERS = {'stall', 'cut', 'reset', 'shift', 'new-etag', 'republish', 'status', 'random-500', 'redirect', 'delay', 'rate',
           'connections', 'ticket'}
TEXTS = {'lie', 'away'}


def parse(segment):
    """(name, value, how many requests) of one path segment; None if it is no fault."""
    name, sign, value = segment.partition('=')
    if not sign and name in FLAGS:
        return name, True, None
    if sign and name in TEXTS:
        return name, urllib.parse.unquote(value), None
    if not sign or name not in NUMBERS:
        return None
    value, star, times = value.partition('*')
    return name, int(value), int(times) if star else None


class Faults:
    """Counts the requests to each address, so that a fault can hold for some of them."""

    def __init__(self, everywhere='', seed=1):
        self.everywhere = everywhere
        self.counts = {}
        self.lock = threading.Lock()
        self.random = random.Random(seed)

    def split(self, path):
        """(what is wrong with this request, the file's path below the root, number of the request to this address)"""
        with self.lock:
            number = self.counts[path] = self.counts.get(path, 0) + 1
        found = {}
        segments = [s for s in self.everywhere.split('/') + path.split('/') if s]
        while segments and (fault := parse(segments[0])):
            name, value, times = fault
            if times is None or number <= times:
                found[name] = value
            segments.pop(0)
        return found, '/'.join(segments), number

    def dice(self, percent):
        with self.lock:
            return self.random.randrange(100) < percent
