#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""`vz image list`: Apple's real catalogs, all their dialects, catalogs from the network, configured ones."""
import glob
import json
import os
import plistlib
import signal
import sys

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..')
sys.path[:0] = [os.path.join(TESTS, 'e2e'), os.path.join(TESTS, 'server')]

from catalogs import SHA1, apple, mac, restore, write  # noqa: E402
from vztest import ARCHITECTURE, Skip, eventually, expect, main, needs_little_memory, small_image  # noqa: E402
from webserver import Server  # noqa: E402

FIXTURES = os.environ.get('VZ_TEST_CATALOGS') or os.path.join(TESTS, '..', '..', 'shared', 'fixtures')
VIRTUAL = 'VirtualMac2,1'
HERE = f'VzGeneric-{ARCHITECTURE}'


def images(home, *arguments, code=0, note=None):
    """The objects that `vz image list --json` prints."""
    result = expect(home.vz('image', 'list', '--json', *arguments), code)
    if note is None:
        assert result.stderr == '', result.stderr
    else:
        assert note in result.stderr, result.stderr
    found = [json.loads(line) for line in result.stdout.splitlines()]
    return [one for one in found if 'product' in one]  # the others are systems: e2e-systems


def configure(home, name, *lines):
    folder = home.join('config', 'vz', 'catalogs.d')
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), 'w', encoding='utf-8') as file:
        file.write('\n'.join(['[Catalog]', *lines, '']))


def without_apple(home):
    configure(home, '50-apple.conf', 'Enabled=false')


def truth(path):
    """(product, version, build) -> address, and address -> digest, read without vz."""
    with open(path, 'rb') as file:
        root = plistlib.load(file)
    found, digests = {}, {}
    for product, builds in root['MobileDeviceSoftwareVersionsByVersion']['1']['MobileDeviceSoftwareVersions'].items():
        for build in builds.values():
            entry = build.get('Restore') or build['Universal']['Restore']
            found[product, entry['ProductVersion'], entry['BuildVersion']] = entry['FirmwareURL']
            if entry.get('FirmwareSHA1'):
                digests[entry['FirmwareURL']] = entry['FirmwareSHA1']
    return found, digests


def apples_own_catalogs(home):
    fixtures = sorted(glob.glob(os.path.join(FIXTURES, '*.xml')))
    if not fixtures:
        raise Skip(f'no catalogs in {FIXTURES}')
    assert len(fixtures) >= 5
    for path in fixtures:
        found, digests = truth(path)
        listed = images(home, '--catalog', path, '--all')
        assert {(i['product'], i['product-version'], i['build-version']): i['url'] for i in listed} == found
        assert len(listed) == len(found)
        assert all(i['sha1'] == digests[i['url']] for i in listed)
        virtual, = images(home, '--catalog', path, '--product', VIRTUAL)
        assert virtual in listed and virtual['product'] == VIRTUAL
        assert not virtual['is-supported'] and 'Linux host' in virtual['unsupported-reasons'][0]
        assert images(home, '--catalog', path) == [virtual]
        expect(home.vz('image', 'list', '--catalog', path), 0, VIRTUAL, virtual['product-version'], 'no [1]', '[1] ')
        needs_little_memory(home, 'image', 'list', '--all', '--catalog', path)


def versions_are_numbers(home):
    builds = {'25Z9': '26.9', '25Z10': '26.10', '24F74': '15.5', '25D125': '26.3', '25D2128': '26.3.1',
              '26A5353q': '27.0', '26A337': '27.0'}
    path = write(home.join('c.xml'), {VIRTUAL: {build: restore(version, build) for build, version in builds.items()}})
    listed = images(home, '--catalog', path)
    assert [i['build-version'] for i in listed] == ['26A337', '26A5353q', '25Z10', '25Z9', '25D2128', '25D125', '24F74']
    assert all('sha1' not in i and 'size' not in i for i in listed)


def dialects(home):
    products = apple('26.3.1', '25D2128', other=('26.3.2', '25D2140'))
    products['Mac17,6'] = mac('26.3.1', '25D2128', sha1='')  # an empty digest is none
    products['iMac21,1'] = {'25D2128': {'SameAs': '25D2140'}, '25D2140': restore('26.3.2', '25D2140'),
                            'Unknown': {'Universal': {'Update': {}}}}
    products['Mac13,1'] = {'25A1': restore('26.0', '25A1', 'protected://images.example/a.ipsw')}
    path = write(home.join('c.xml'), products)
    listed = {(i['product'], i['build-version']): i for i in images(home, '--catalog', path, '--all')}
    assert set(listed) == {(VIRTUAL, '25D2128'), ('Macmini9,1', '25D2128'), ('Mac17,5', '25D2140'),
                           ('Mac17,6', '25D2128'), ('iMac21,1', '25D2140'), ('Mac13,1', '25A1')}, set(listed)
    assert all(i['sha1'] == SHA1 for i in listed.values() if i['product'] != 'Mac13,1')
    assert 'protected://' in listed['Mac13,1', '25A1']['unsupported-reasons'][1]
    assert len(images(home, '--catalog', path, '--product', 'Mac1?,?')) == 3


def ours(home):
    products = {HERE: {'1': restore('13.1', '1', 'images/debian.ipsw', FirmwareSize=5 << 30, FirmwareSHA256='AB' * 32,
                                    ProductName='Debian GNU/Linux')},
                'VzGeneric-riscv64': {'1': restore('13.1', '1')}}
    path = write(home.join('c.xml'), products)
    first, other = sorted(images(home, '--catalog', path), key=lambda i: i['product'] == 'VzGeneric-riscv64')
    assert first['url'] == f'file://{home.path}/images/debian.ipsw' and first['is-supported']
    assert first['size'] == 5 << 30 and first['sha256'] == 'ab' * 32 and first['unsupported-reasons'] == []
    assert not other['is-supported'] and 'VzGeneric-riscv64' in other['unsupported-reasons'][0]
    expect(home.vz('image', 'list', '--catalog', path), 0, HERE, '5.0', 'GiB', 'yes')


def a_digest_in_dispute_is_nobodys(home):
    url = 'https://images.example/x.ipsw'
    products = {VIRTUAL: {'1': restore('1', '1', url)},
                'Mac1,1': {'1': restore('1', '1', url, FirmwareSHA1=SHA1)},
                'Mac1,2': {'1': restore('1', '1', url, FirmwareSHA1=SHA1[::-1])}}
    listed = {i['product']: i.get('sha1') for i in images(home, '--catalog', write(home.join('c.xml'), products), '--all')}
    assert listed == {VIRTUAL: None, 'Mac1,1': SHA1, 'Mac1,2': SHA1[::-1]}


def what_is_no_catalog(home):
    path = home.join('c.xml')

    def refused(content, *texts, code=4):
        with open(path, 'wb') as file:
            file.write(content)
        expect(home.vz('image', 'list', '--catalog', path), code, 'c.xml', *texts)

    def refused_entry(text, **keys):
        products = {VIRTUAL: {'24F74': restore('15.5', '24F74', **keys)}}
        write(path, products)
        with open(path, 'rb') as file:
            refused(file.read(), VIRTUAL, '24F74', text)

    refused(b'', 'empty')
    refused(b'<html><body>Please log in</body></html>', 'property list')
    refused(plistlib.dumps({}, fmt=plistlib.FMT_BINARY), 'binary')
    refused(plistlib.dumps({'a': 1}), 'MobileDeviceSoftwareVersionsByVersion')
    refused(plistlib.dumps({'MobileDeviceSoftwareVersionsByVersion': {'1': []}}), 'not a dictionary')
    refused(b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><plist><dict>&b;</dict></plist>', 'XML')
    refused(b'<plist>' + b'<dict>' * 50, 'nested')
    refused(b' ' * (4 << 20) + b'<plist/>')
    refused_entry('FirmwareURL', FirmwareURL='')
    refused_entry('not an address', FirmwareURL='//[')
    refused_entry('FirmwareSHA1', FirmwareSHA1='12')
    refused_entry('FirmwareSize', FirmwareSize=-1)
    refused_entry('control characters', ProductName='a\tb')
    expect(home.vz('image', 'list', '--catalog', home.join('none.xml')), 5, 'none.xml')
    expect(home.vz('image', 'list', '--catalog', 'gopher://a/b'), 2, 'gopher')
    write(path, apple())
    expect(home.vz('image', 'list', '--catalog', path, '--product', 'Mac99,1'), 5, 'Mac99,1')


def from_the_network(home):
    root = home.join('www')
    os.mkdir(root)
    write(os.path.join(root, 'c.xml'), apple())
    with Server(root) as server:
        url = server.url('gzip', 'c.xml')
        first = images(home, '--catalog', url)
        assert server.requests[-1].status == 200
        assert images(home, '--catalog', url) == first
        assert server.requests[-1].status == 304 and server.requests[-1].sent == 0
        write(os.path.join(root, 'c.xml'), apple('26.7', '25H1'))
        assert images(home, '--catalog', url)[0]['product-version'] == '26.7'
        with open(os.path.join(root, 'c.xml'), 'w', encoding='ascii') as file:
            file.write('<html>Please log in</html>')
        assert images(home, '--catalog', url, note='copy of')[0]['product-version'] == '26.7'
        os.unlink(os.path.join(root, 'c.xml'))
        assert images(home, '--catalog', url, note='404')[0]['product-version'] == '26.7'
        expect(home.vz('image', 'list', '--catalog', server.url('other.xml')), 1, 'other.xml', '404')
    old = images(home, '--catalog', url, note='copy of')
    assert old[0]['product-version'] == '26.7'
    # A copy that is damaged is none.
    for path in glob.glob(home.join('cache', 'vz', 'catalogs', '*')):
        os.truncate(path, os.path.getsize(path) // 2)
    expect(home.vz('image', 'list', '--catalog', url), 1, 'c.xml')


def a_cut_does_not_hurt_the_copy(home):
    root = home.join('www')
    os.mkdir(root)
    write(os.path.join(root, 'c.xml'), apple())
    with Server(root) as server:
        url = server.url('new-etag=2', 'c.xml')  # from the second request on another content, which is no catalog
        first = images(home, '--catalog', url)
        assert images(home, '--catalog', url, note='copy of') == first
        assert images(home, '--catalog', url, note='copy of') == first
        expect(home.vz('image', 'list', '--catalog', server.url('cut=500', 'c.xml')), 1, 'c.xml')


def an_interrupt_ends_it(home):
    root = home.join('www')
    os.mkdir(root)
    write(os.path.join(root, 'c.xml'), apple())
    with Server(root) as server:
        process = home.start('image', 'list', '--catalog', server.url('stall=100', 'c.xml'))
        eventually('the request', 20, lambda: server.requests and server.requests[0].sent)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=20)
        assert process.returncode == 130 and output == ''
    assert not glob.glob(home.join('cache', 'vz', 'catalogs', '*'))


def files_of_this_host_are_not_a_servers_business(home):
    root = home.join('www')
    os.mkdir(root)
    write(os.path.join(root, 'c.xml'), {HERE: {'1': restore('1', '1', 'file:///etc/passwd'), '2': restore('2', '2', 'a.ipsw')}})
    with Server(root) as server:
        good, bad = images(home, '--catalog', server.url('c.xml'))
        assert good['url'] == server.url('a.ipsw') and good['is-supported']
        assert not bad['is-supported'] and 'file:///etc/passwd' in bad['unsupported-reasons'][0]


def configured_catalogs(home):
    root = home.join('www')
    os.mkdir(root)
    write(os.path.join(root, 'c.xml'), apple('99.0', '99A1'))
    with Server(root) as server:
        configure(home, '50-apple.conf', f'URL={server.url("c.xml")}', 'Products=*Mac*')
        listed = images(home)
        assert [i['product-version'] for i in listed if i['product'] == VIRTUAL][0] == '99.0'
        assert {'VzGeneric-x86_64', 'VzGeneric-aarch64', VIRTUAL} == {i['product'] for i in listed}
        assert any(i['build-version'] == '24F74' and i['size'] == 16879691985 for i in listed)
        server.forget()
        assert {i['product'] for i in images(home, '--product', HERE)} == {HERE}
        assert not server.requests, 'Linux alone asks nothing of Apple'
    # Apple's server is gone, and its catalog was never here under this name.
    configure(home, '50-apple.conf', f'URL={server.url("never.xml")}', 'Products=*Mac*')
    assert images(home, note='never.xml')
    without_apple(home)
    configure(home, '70-macos.conf', 'Enabled=false')
    assert {i['product'] for i in images(home)} == {'VzGeneric-x86_64', 'VzGeneric-aarch64'}


def a_catalog_of_ones_own(home):
    without_apple(home)
    folder = home.join('config', 'vz', 'catalogs.d')
    images_folder = home.join('images')
    os.makedirs(images_folder)
    small_image(os.path.join(images_folder, 'mine.ipsw'))
    write(os.path.join(folder, 'mine.xml'), {
        HERE: {'1': restore('1.0', '1', '../../../images/mine.ipsw', ProductName='Mine')},
        VIRTUAL: {'24F74': restore('15.5', '24F74', 'http://mirror.example/15.5.ipsw')}})
    configure(home, '10-mine.conf', 'URL=mine.xml')
    configure(home, '20-wrong.conf', 'Adress=mine.xml')
    configure(home, '21-wrong.conf', 'URL=missing.xml')
    note = '20-wrong.conf'
    assert [i['product-version'] for i in images(home, '--product', HERE, note=note)] == ['1.0', 'stable']
    mine = [i for i in images(home, '--product', VIRTUAL, note='missing.xml') if i['build-version'] == '24F74']
    assert [i['url'] for i in mine] == ['http://mirror.example/15.5.ipsw'], 'the first catalog counts'
    shown = expect(home.vz('image', 'inspect', 'mine'), 0, 'Test 1.0')
    assert "'Adress' found" in shown.stderr
    os.mkdir(home.join('debian'))
    expect(home.vz('image', 'inspect', 'debian', cwd=home.path), 0, 'Debian', 'stable')
    expect(home.vz('image', 'inspect', f'{HERE}@1.0'), 0, 'Test 1.0')


def names_that_mean_nothing(home):
    without_apple(home)
    expect(home.vz('image', 'inspect', 'macos@15.5.9'), 5, 'is not a file', 'macos@15.5.9', '26.6 (25G72)', '10 more')
    expect(home.vz('install', 'plan9'), 5, 'plan9', 'is not a file')
    expect(home.vz('install', '@'), 2, "'@'")
    expect(home.vz('install', 'macos'), 3, 'Linux host cannot run macOS')
    expect(home.vz('install', '12.6.1'), 3, 'Linux host cannot run macOS')
    assert not os.path.exists(home.join('VM.bundle'))


main([apples_own_catalogs, versions_are_numbers, dialects, ours, a_digest_in_dispute_is_nobodys, what_is_no_catalog,
      from_the_network, a_cut_does_not_hurt_the_copy, an_interrupt_ends_it, files_of_this_host_are_not_a_servers_business,
      configured_catalogs, a_catalog_of_ones_own, names_that_mean_nothing])
