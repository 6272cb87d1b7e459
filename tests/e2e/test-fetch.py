#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""vz image fetch, from a server that misbehaves in every way that faults.py knows."""
import json
import os
import random
import signal
import subprocess
import time

from fetching import assert_fetched, assert_nothing_left, fetch, leftovers, publish
from vztest import MIB, VZ, expect, last_event, main, mounter
from certificates import Authority
from webserver import Server

BLOCK = 256 * 1024
CONNECTIONS = 16


def right_whatever_the_server_does(home):
    folder, image = publish(home)
    faults = ['', 'chunked', 'no-range', 'no-range/chunked', 'no-suffix', 'gzip', 'no-etag', 'no-date', 'no-etag/no-date', 'weak',
              'random-500=20', 'redirect=3', 'tickets', 'cut=2000000', 'cut=2000000/chunked', 'reset=3000000',
              'no-range/cut=5000*2', 'connections=2', 'delay=50', 'status=503*2']
    with Server(folder) as server:
        for fault in faults:
            print('#', fault)
            server.forget()
            fetch(home, server.url(*filter(None, [fault, 'i.ipsw'])))
            assert_fetched(home, image)


def wrong_is_never_taken(home):
    folder, _ = publish(home, '8M')
    for fault, code, text in [('lie=start', 1, 'range: bytes'), ('lie=end', 1, 'range:'), ('lie=total', 1, 'range: bytes'),
                              ('lie=star', 1, "does not say the file's length"), ('lie=unit', 1, 'Content-Range'),
                              ('lie=none', 1, 'Content-Range'), ('lie=multipart', 1, 'Content-Range'),
                              ('status=404', 5, 'HTTP status 404'), ('status=500', 1, 'HTTP status 500'),
                              ('loop', 1, 'redirects'), ('away=file:%2F%2F%2Fetc%2Fpasswd', 1, 'cannot be fetched'),
                              ('shift=1', 4, 'differs from what was expected')]:
        print('#', fault)
        with Server(folder) as server:
            fetch(home, server.url(fault, 'i.ipsw'), code=code, texts=[text])
        for name in leftovers(home):
            os.unlink(home.join(name))
        if fault == 'shift=1':
            assert_nothing_left(home)


def says_which_failure_it_was(home):
    folder, _ = publish(home, '8M')
    fetch(home, 'http://no-such-host.invalid/i.ipsw', code=1, texts=['name resolution'])
    assert_nothing_left(home)
    with Server(folder) as server:
        gone = server.url('i.ipsw')
    fetch(home, gone, code=1, texts=['connection'])
    assert_nothing_left(home)
    with open(os.path.join(folder, 'page.html'), 'w', encoding='utf-8') as stream:
        stream.write('<html>please log in</html>' * 100)
    with Server(folder) as server:
        fetch(home, server.url('page.html'), code=4, texts=['differs from what was expected'])
        assert_nothing_left(home)
        fetch(home, server.url('i.ipsw'), '--limit-rate', 'fast', code=2, texts=['--limit-rate', 'fast'])
        with open(home.join('o.ipsw'), 'w', encoding='utf-8') as stream:
            stream.write('mine')
        fetch(home, server.url('i.ipsw'), code=1, texts=['will not be overwritten'])
        assert open(home.join('o.ipsw'), encoding='utf-8').read() == 'mine'
        os.unlink(home.join('o.ipsw'))


def tls_is_verified(home):
    folder, image = publish(home, '8M')
    os.mkdir(home.join('certificates'))
    authority = Authority(home.join('certificates'))
    home.environment['SSL_CERT_FILE'] = authority.path
    for kind in ('self-signed', 'wrong-name', 'expired'):
        with Server(folder, tls=authority.certificate(kind)) as server:
            fetch(home, server.url('i.ipsw'), code=1, texts=['TLS'])
            assert_nothing_left(home)
    with Server(folder, tls=authority.certificate()) as server:
        fetch(home, server.url('i.ipsw'))
    assert_fetched(home, image)


def interrupted_is_resumed(home):
    folder, image = publish(home)
    size = os.path.getsize(image)
    with Server(folder) as server:
        url = server.url('rate=1500000', 'i.ipsw')
        process = home.start('image', 'fetch', url, '-o', home.join('o.ipsw'))
        time.sleep(1.5)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        assert process.returncode == 130, process.returncode
        assert leftovers(home) == ['o.ipsw.part', 'o.ipsw.part.state'], leftovers(home)
        fetch(home, url)
        assert server.bytes_sent() < size + CONNECTIONS * (BLOCK + 2 * MIB), (server.bytes_sent(), size)
    assert_fetched(home, image)


def killed_at_any_moment(home):
    """What was written before a kill is not requested again, except for one block per connection."""
    folder, image = publish(home)
    size = os.path.getsize(image)
    dice = random.Random(7)
    kills = 0
    with Server(folder) as server:
        while kills < 50:
            server.forget()
            url = server.url('rate=800000', 'i.ipsw')
            here, connections, before = 0, 0, server.connections
            while kills < 50:
                process = home.start('image', 'fetch', url, '-o', home.join('o.ipsw'), '--limit-rate', '4M')
                time.sleep(dice.uniform(0.05, 1.2))
                process.kill()
                process.communicate(timeout=60)
                kills += process.returncode != 0
                here += process.returncode != 0
                connections = server.connections - before
                # A kill may come when everything is done and the program is about to end.
                if os.path.exists(home.join('o.ipsw')):
                    break
            if not os.path.exists(home.join('o.ipsw')):
                fetch(home, url)
            asked = sum(one.sent for one in server.requests)
            # Each connection loses its current block; some bytes are in sockets.
            allowed = size + (connections + here) * BLOCK
            print(f'# {here} kills of {connections} connections: {asked} bytes sent of {size}')
            assert asked <= allowed, (asked, allowed)
            assert_fetched(home, image)


def another_file_is_not_patched_together(home):
    folder, image = publish(home)
    with Server(folder) as server:
        url = server.url('rate=1500000', 'i.ipsw')
        process = home.start('image', 'fetch', url, '-o', home.join('o.ipsw'))
        time.sleep(1.2)
        process.kill()
        process.communicate(timeout=60)
        assert os.path.exists(home.join('o.ipsw.part.state'))
        with open(image, 'r+b') as stream:   # republished, with another time and therefore another ETag
            stream.seek(1000)
            stream.write(b'')
        os.utime(image, (1, 1))
        fetch(home, url)
    assert_fetched(home, image)


def broken_sidecar(home):
    folder, image = publish(home)
    for damage in (b'', b'nonsense', b'vz-download 1\n' * 40, None):
        with Server(folder) as server:
            url = server.url('rate=1500000', 'i.ipsw')
            process = home.start('image', 'fetch', url, '-o', home.join('o.ipsw'))
            time.sleep(1.0)
            process.kill()
            process.communicate(timeout=60)
            state = home.join('o.ipsw.part.state')
            if damage is None:
                with open(state, 'r+b') as stream:
                    stream.truncate(os.path.getsize(state) - 1)
            else:
                with open(state, 'wb') as stream:
                    stream.write(damage)
            fetch(home, server.url('i.ipsw'))
        assert_fetched(home, image)


def two_at_once(home):
    folder, image = publish(home)
    with Server(folder) as server:
        url = server.url('rate=1200000', 'i.ipsw')
        first = home.start('image', 'fetch', url, '-o', home.join('o.ipsw'))
        time.sleep(0.7)
        second = home.start('image', 'fetch', url, '-o', home.join('o.ipsw'))
        outputs = [process.communicate(timeout=120) for process in (first, second)]
        assert (first.returncode, second.returncode) == (0, 0), outputs
        assert 'waiting for another process' in outputs[1][1], outputs[1]
        assert server.bytes_sent() < 1.5 * os.path.getsize(image)
    assert_fetched(home, image)


def full_disk(home):
    folder, image = publish(home)
    place = home.join('full')
    os.mkdir(place)
    script = 'mount -t tmpfs -o size=8M none "$1" && "$2" image fetch -o "$1/o.ipsw" "$3"; code=$?; ls -A "$1"; exit $code'
    with Server(folder) as server:
        result = subprocess.run([*mounter(), 'sh', '-c', script, 'sh', place, VZ, server.url('i.ipsw')],
                                env=home.environment, capture_output=True, text=True, timeout=60)
        expect(result, 3, 'disk:', 'are needed')
        assert result.stdout == '', result.stdout  # nothing is left
        assert server.bytes_sent() < 8 * MIB


def writes_that_fail(home):
    folder, image = publish(home)
    script = 'trap "" XFSZ; ulimit -f 4096; exec "$0" image fetch -o "$1" "$2"'
    with Server(folder) as server:
        result = subprocess.run(['bash', '-c', script, VZ, home.join('o.ipsw'), server.url('i.ipsw')], env=home.environment,
                                capture_output=True, text=True, timeout=60)
        expect(result, 3, 'disk:', 'ulimit -f')
    assert 'o.ipsw' not in leftovers(home)


def stays_within_the_rate(home):
    folder, image = publish(home, '8M')
    with Server(folder) as server:
        begin = time.monotonic()
        fetch(home, server.url('i.ipsw'), '--limit-rate', '4M')
        assert time.monotonic() - begin > 1.2
    assert_fetched(home, image)


def tells_programs(home):
    folder, image = publish(home, '8M')
    with Server(folder) as server:
        result = fetch(home, server.url('i.ipsw'), '--json')
        assert last_event(result) == {'event': 'result', 'path': home.join('o.ipsw')}, last_event(result)
        assert [json.loads(line)['event'] for line in result.stdout.splitlines()][0] == 'progress'
    assert_fetched(home, image)


main([right_whatever_the_server_does, wrong_is_never_taken, says_which_failure_it_was, tls_is_verified,
      interrupted_is_resumed, killed_at_any_moment, another_file_is_not_patched_together, broken_sidecar, two_at_once,
      full_disk, writes_that_fail, stays_within_the_rate, tells_programs])
