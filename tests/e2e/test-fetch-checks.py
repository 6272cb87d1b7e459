#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Fetching and what stands around it: what a catalog says of the file, proxies, servers that stall, disks that fill up,
memory; installing from an address.

Usage: test-fetch-checks.py fetch | install
"""
import json
import os
import signal
import subprocess
import sys

from fetching import assert_fetched, assert_nothing_left, digest, fetch, publish
from vztest import ARCHITECTURE, CHUNK, MIB, VZ, eventually, expect, main, mounter, needs_little_memory, small_image
from certificates import Authority
from proxy import Proxy
from webserver import Server

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'image'))
from catalogs import restore, write  # noqa: E402  pylint: disable=wrong-import-position

HERE = f'VzGeneric-{ARCHITECTURE}'
CONNECTIONS = 16
WRONG = {'FirmwareSHA1': 'ab' * 20, 'FirmwareSHA256': 'cd' * 32}


def catalog(home, url, product='VirtualMac2,1', **more):
    """A catalog with one image."""
    return write(home.join('c.xml'), {product: {'24F74': restore('15.5', '24F74', url, **more)}})


def what_the_catalog_says_must_be_so(home):
    folder, image = publish(home)
    right = {'FirmwareSHA1': digest(image, 'sha1'), 'FirmwareSHA256': digest(image), 'FirmwareSize': os.path.getsize(image)}
    with Server(folder) as server:
        for key, value in right.items():
            fetch(home, 'macos', '--catalog', catalog(home, server.url('i.ipsw'), **{key: value}))
            assert_fetched(home, image)
        for key, value in WRONG.items():
            name = key.removeprefix('Firmware').lower()
            fetch(home, 'macos', '--catalog', catalog(home, server.url('i.ipsw'), **{key: value}), code=4,
                  texts=[f'digest: {name} {value} expected, {digest(image, name)} found', 'i.ipsw'])
            assert_nothing_left(home)
        size = right['FirmwareSize']
        fetch(home, 'macos', '--catalog', catalog(home, server.url('i.ipsw'), FirmwareSize=size + 1), code=4,
              texts=[f'length: {size + 1} bytes expected, {size} found'])
        assert_nothing_left(home)


def other_bytes_under_the_same_name_are_found_out(home):
    """A server that silently has another file from the second range on."""
    folder, image = publish(home)
    with Server(folder) as server:
        url = server.url('republish=2', 'i.ipsw')
        fetch(home, 'macos', '--catalog', catalog(home, url, FirmwareSHA256=digest(image)), code=4, texts=['digest: sha256'])
        assert_nothing_left(home)


def proxies(home):
    folder, image = publish(home)
    os.mkdir(home.join('certificates'))
    authority = Authority(home.join('certificates'))
    home.environment.update(SSL_CERT_FILE=authority.path)
    del home.environment['no_proxy']
    with Server(folder) as plain, Server(folder, tls=authority.certificate()) as safe, Proxy() as proxy:
        home.environment.update(http_proxy=proxy.url, https_proxy=proxy.url)
        address = f'http://only-the-proxy-knows.invalid:{plain.port}/i.ipsw'
        fetch(home, address)
        assert_fetched(home, image)
        assert len(proxy.requests) == len(plain.requests) > 1 and set(proxy.requests) == {address}, proxy.requests
        fetch(home, safe.url('i.ipsw'))
        assert_fetched(home, image)
        assert proxy.tunnels and set(proxy.tunnels) == {f'127.0.0.1:{safe.port}'}, proxy.tunnels
        seen = len(proxy.requests) + len(proxy.tunnels)
        for name in 'no_proxy', 'NO_PROXY':
            home.environment[name] = 'example.org,127.0.0.1'
            fetch(home, plain.url('i.ipsw'))
            assert_fetched(home, image)
            fetch(home, safe.url('i.ipsw'))
            assert_fetched(home, image)
            del home.environment[name]
        assert len(proxy.requests) + len(proxy.tunnels) == seen
        gone = proxy.url
    home.environment['http_proxy'] = gone
    fetch(home, 'http://127.0.0.1:1/i.ipsw', code=1, texts=['connection', gone.rpartition(':')[2]])
    home.environment['http_proxy'] = 'http://no-such-proxy.invalid:3128'
    fetch(home, 'http://127.0.0.1:1/i.ipsw', code=1, texts=['name resolution', 'no-such-proxy.invalid'])
    assert_nothing_left(home)


def server_that_stalls(home):
    """One connection receives nothing more: the others take over its work, and the rest is requested again."""
    folder, image = publish(home)
    with Server(folder) as server:
        fetch(home, server.url('stall=1000000*1', 'i.ipsw'))
        assert server.bytes_sent() < os.path.getsize(image) + 4 * MIB, server.bytes_sent()
    assert_fetched(home, image)
    with Server(folder) as server:
        process = home.start('image', 'fetch', server.url('stall=0', 'i.ipsw'), '-o', home.join('o.ipsw'))
        eventually('the request is there', 30, lambda: server.requests)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=15)  # at once, not when the server is given up
        assert process.returncode == 130, process.returncode
        assert_nothing_left(home)


def disk_that_fills_up(home):
    """Another process takes the space in the middle. Once there is some again, it continues where it was."""
    folder, image = publish(home)
    os.mkdir(home.join('full'))
    script = '''cd "$1" && mount -t tmpfs -o size=16M none . && cd "$1" || exit
        "$2" image fetch -o o.ipsw --limit-rate 4M "$3" &
        until [ "$(stat -c %b o.ipsw.part 2>/dev/null || echo 0)" -gt 4000 ]; do sleep 0.05; done
        head -c 20000000 /dev/zero >other 2>/dev/null
        wait $!; echo "code $?"; echo *; rm other
        "$2" image fetch -o o.ipsw "$3" || exit; echo *; sha256sum <o.ipsw'''
    with Server(folder) as server:
        result = subprocess.run([*mounter(), 'sh', '-c', script, 'sh', home.join('full'), VZ, server.url('i.ipsw')],
                                env=home.environment, capture_output=True, text=True, timeout=120)
        sent = server.bytes_sent()
    expect(result, 0, 'disk: cannot write', 'No space left on device', 'code 3\no.ipsw.part o.ipsw.part.state other\n')
    assert result.stdout.splitlines()[-2:] == ['o.ipsw', f'{digest(image)}  -'], result.stdout
    assert sent < 1.5 * os.path.getsize(image), sent


def little_memory(home):
    """With as many connections as allowed: the server limits each to 3 MB a second."""
    folder, _ = publish(home, '256M', '--other-digest')
    with Server(folder) as server:
        needs_little_memory(home, 'image', 'fetch', server.url('rate=3000000', 'i.ipsw'), '-o', home.join('o.ipsw'))
        assert server.connections > 4, server.connections
    assert os.path.getsize(home.join('o.ipsw')) == os.path.getsize(os.path.join(folder, 'i.ipsw'))


def configure(home, url, **more):
    """`mine` is an image at that address."""
    folder = home.join('config', 'vz', 'catalogs.d')
    os.makedirs(folder, exist_ok=True)
    catalog(home, url, HERE, ProductName='Mine', **more)
    with open(os.path.join(folder, '10-mine.conf'), 'w', encoding='utf-8') as file:
        file.write(f'[Catalog]\nURL={home.join("c.xml")}\n')


def installs(home):
    return sorted(name for name in os.listdir(home.path) if 'bundle' in name)


def install_checks_what_it_downloads(home):
    """The last chunk is corrupt, so an accepted image is refused when it is restored, and not before."""
    os.mkdir(home.join('served'))
    image = small_image(home.join('served', 'i.ipsw'), spoil=2)
    with Server(home.join('served')) as server:
        for more, texts in (({'FirmwareSHA256': digest(image)}, ['RootFileSystem']),
                            ({'FirmwareSHA1': WRONG['FirmwareSHA1']}, ['digest: sha1 abab', 'i.ipsw']),
                            ({'FirmwareSHA256': WRONG['FirmwareSHA256']}, ['digest: sha256 cdcd', 'i.ipsw']),
                            ({'FirmwareSize': 4711}, ['length: 4711 bytes expected'])):
            configure(home, server.url('i.ipsw'), **more)
            result = expect(home.vz('install', 'mine', '--disk', '1G', '--memory', '1G'), 4, *texts)
            assert ('RootFileSystem' in result.stderr) == ('RootFileSystem' in texts), result.stderr
            assert installs(home) == [], installs(home)


def a_file_is_what_the_catalog_says(home):
    """A `file:` address: fetching copies it, installing uses it in place, and both compare it with the catalog."""
    os.mkdir(home.join('served'))
    image = small_image(home.join('served', 'i.ipsw'), spoil=2)
    right = {'FirmwareSHA1': digest(image, 'sha1'), 'FirmwareSHA256': digest(image), 'FirmwareSize': os.path.getsize(image)}
    wrong = {'FirmwareSHA1': (WRONG['FirmwareSHA1'], 'digest: sha1 abab'),
             'FirmwareSHA256': (WRONG['FirmwareSHA256'], 'digest: sha256 cdcd'),
             'FirmwareSize': (4711, 'length: 4711 bytes expected')}
    for key, (value, text) in wrong.items():
        configure(home, f'file://{image}', **{key: value})
        fetch(home, 'mine', code=4, texts=[text, 'i.ipsw'])
        assert_nothing_left(home)
        for more in [], ['--keep-image']:
            result = expect(home.vz('install', 'mine', '--disk', '1G', '--memory', '1G', *more), 4, text, 'i.ipsw')
            assert 'RootFileSystem' not in result.stderr and installs(home) == [], result.stderr
    for key, value in right.items():
        configure(home, f'file://{image}', **{key: value})
        fetch(home, 'mine')
        assert_fetched(home, image)
        expect(home.vz('install', 'mine', '--disk', '1G', '--memory', '1G'), 4, 'RootFileSystem')


def kept(home):
    """The images' files in the cache."""
    folder = home.join('cache', 'vz', 'images')
    return sorted(os.listdir(folder)) if os.path.isdir(folder) else []


def interrupt_an_install(home, server, url, place, end):
    """When it has fetched 2 MiB; returns its output."""
    reached = server.bytes_sent() + 2 * MIB
    process = home.start('install', '--disk', '1G', '--memory', '1G', '--bundle', home.join(place), url)
    eventually('some is fetched', 60, lambda: server.bytes_sent() > reached)
    process.send_signal(end)
    said = process.communicate(timeout=60)[1]
    assert process.returncode == (130 if end == signal.SIGINT else -end), (process.returncode, said)
    return said


def install_goes_on_where_it_was_interrupted(home):
    """Interrupted and killed while it fetches: what is there is not fetched again, wherever the bundle is to be."""
    folder, image = publish(home, '12M', '--os', 'linux', '--dense')
    with Server(folder) as server:
        url = server.url('rate=1000000', 'i.ipsw')
        assert 'resuming' not in interrupt_an_install(home, server, url, 'a.bundle', signal.SIGINT)
        assert installs(home) == [] and len(kept(home)) == 2, (installs(home), kept(home))
        assert kept(home)[1] == kept(home)[0] + '.state', kept(home)
        assert 'resuming' in interrupt_an_install(home, server, url, 'b.bundle', signal.SIGKILL)
        process = home.start('install', '--json', '--disk', '1G', '--memory', '1G', url)
        phases = set()
        for line in process.stdout:
            phases.add(json.loads(line).get('phase'))
            if '"boot"' in line:
                break
        assert 'resuming' in phases and 'fetching' not in phases, (phases, process.stderr.read())
        assert digest(home.join('.VM.bundle.partial', 'RestoreImage.ipsw')) == digest(image)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        most = os.path.getsize(image) + 2 * CONNECTIONS * (256 << 10) + 2 * MIB
        assert server.bytes_sent() < most, (server.bytes_sent(), most)
    assert kept(home) == [] and not home.processes(), kept(home)


def install_with_the_cache_on_another_file_system(home):
    """Then the image is copied at the end, and nothing of it stays in the cache."""
    os.mkdir(home.join('served'))
    image = small_image(home.join('served', 'i.ipsw'), spoil=2)
    os.makedirs(home.join('cache'))
    script = '''mount -t tmpfs -o size=16M none "$1" || exit 99
        "$2" install --disk 1G --memory 1G "$3"; code=$?; ls -A "$1/vz/images"; exit $code'''
    with Server(home.join('served')) as server:
        result = subprocess.run([*mounter(), 'sh', '-c', script, 'sh', home.join('cache'), VZ, server.url('i.ipsw')],
                                env=home.environment, capture_output=True, text=True, timeout=120)
        assert server.bytes_sent() >= os.path.getsize(image)
    expect(result, 4, 'RootFileSystem')
    assert result.stdout == '', result.stdout



def install_from_an_address(home):
    """It examines the image, fetches it, restores it and boots it; there is nothing to boot, so it is interrupted."""
    os.mkdir(home.join('served'))
    image = small_image(home.join('served', 'i.ipsw'))
    size = os.path.getsize(image)
    with Server(home.join('served')) as server:
        process = home.start('install', '--json', '--disk', '1G', '--memory', '1G', server.url('i.ipsw'))
        for line in process.stdout:
            if '"boot"' in line:
                break
        assert server.bytes_sent() >= size and '"boot"' in line, (server.bytes_sent(), process.stderr.read())
        partial = home.join('.VM.bundle.partial')
        assert digest(os.path.join(partial, 'RestoreImage.ipsw')) == digest(image)
        with open(os.path.join(partial, 'Disk.img'), 'rb') as disk:
            head = disk.read(16 * MIB)
        assert all(bytes([number]) * CHUNK in head for number in (1, 2, 3))
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        assert process.returncode == 130, process.returncode
        assert installs(home) == [] and not home.processes()


GROUPS = {
    'fetch': [what_the_catalog_says_must_be_so, other_bytes_under_the_same_name_are_found_out, proxies, server_that_stalls,
              disk_that_fills_up, little_memory, install_checks_what_it_downloads, a_file_is_what_the_catalog_says,
              install_with_the_cache_on_another_file_system],
    'install': [install_from_an_address, install_goes_on_where_it_was_interrupted],
}
main(GROUPS[sys.argv[1]])
