#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What vouches for a disk image: a publisher's list of digests and its signature, right and wrong, for a system given
by name and for an image at an address. The signature is checked before the image is fetched."""
import hashlib
import json
import os
import shutil
import signal

from publisher import IMAGE, Publisher, disks
from vztest import eventually, expect, main


def signed(home):
    """Detached, with a key that this host does not have, recognized by its fingerprint."""
    with Publisher(home) as acme:
        key = acme.make_key('one')
        acme.publish('one')
        acme.describe('Checksums=SUMS', 'Signature=SUMS.gpg', f'SignedBy={key}', f"Key={acme.server.url('one.asc')}")
        expect(acme.install(), 0, 'is installed')
        first = acme.asked().index(IMAGE)
        assert set(acme.asked()[:first]) == {'SUMS', 'SUMS.gpg', 'one.asc'}, acme.asked()
        assert set(acme.asked()[first:]) == {IMAGE}, acme.asked()
        # The same name with different capitals, and with a version.
        expect(acme.install(name='ACME@1'), 0)


def signed_in_itself(home):
    """As Fedora does it; with a key from this host, SHA-512, and a name other than the address's."""
    with Publisher(home) as acme:
        acme.make_key('one')
        acme.publish('one', acme.digests('sha512', 'acme-1-build7.qcow2', tagged=True), how='--clear-sign')
        acme.describe('Checksums=SUMS', 'ClearSigned=true', f"Keyrings=/none.gpg;{acme.path('one.gpg')}",
                      'ListedAs=acme-?-*.qcow2')
        expect(acme.install(), 0, 'is installed')
        assert set(acme.asked()) == {'SUMS', IMAGE}, acme.asked()
        # Text outside of the signed part does not count.
        with open(acme.path('SUMS'), 'rb') as file:
            text = file.read()
        with open(acme.path('SUMS'), 'wb') as file:
            file.write(acme.digests('sha512', 'acme-1-evil.qcow2', others=False) + text)
        acme.refused(4, 'SUMS', 'it is not signed')
        with open(acme.path('SUMS'), 'wb') as file:
            file.write(text + acme.digests('sha512', 'acme-1-evil.qcow2', others=False, image=b'evil'))
        result = acme.install()
        assert result.returncode in (0, 4) and 'differs' not in result.stderr, result


def wrong_keys(home):
    with Publisher(home) as acme:
        key = acme.make_key('one')
        other = acme.make_key('two')
        acme.make_key('old', '--faked-system-time', '20200101T000000', until='1y')
        with open(acme.path('all.gpg'), 'wb') as file:
            for name in ('one', 'two', 'old'):
                with open(acme.path(name + '.gpg'), 'rb') as one:
                    file.write(one.read())
        acme.publish('two')
        # Not in the keyring; in it, but not the intended one; another key is fetched as the key.
        acme.describe('Checksums=SUMS', 'Signature=SUMS.gpg', f"Keyrings={acme.path('one.gpg')}")
        acme.refused(4, 'signed by the key', other[-16:], 'which is not a known key')
        acme.describe('Checksums=SUMS', 'Signature=SUMS.gpg', f'SignedBy={key}', f"Keyrings={acme.path('all.gpg')}")
        acme.refused(4, f'it is signed by the key {other}, must be {key}')
        acme.describe('Checksums=SUMS', 'Signature=SUMS.gpg', f'SignedBy={key}', f"Key={acme.server.url('two.asc')}")
        acme.refused(4, f'it is signed by the key {other}, must be {key}')
        # Expired, although gpgv still calls the signature good.
        acme.publish('old', options=['--faked-system-time', '20200201T000000'])
        acme.describe('Checksums=SUMS', 'Signature=SUMS.gpg', f"Keyrings={acme.path('all.gpg')}")
        acme.refused(4, 'the key that signed it has expired')
        # The user's keyring takes precedence over what is known.
        acme.publish('two')
        acme.describe('Checksums=SUMS', 'Signature=SUMS.gpg', f'SignedBy={key}')
        acme.refused(2, "this host does not have the publisher's key", '--keyring', asks=[])
        expect(acme.install('--keyring', acme.path('two.asc')), 0)
        expect(acme.install('--keyring', acme.path('one.gpg'), '--keyring', acme.path('two.gpg')), 0)
        expect(acme.install('--allow-unverified'), 0)


def forged_key(home):
    """A matching fingerprint says nothing about what follows it in the file: gpgv 2.2 finds such a subkey, but not good
    for signing; 2.4 does not even see it."""
    with Publisher(home) as acme:
        key = acme.make_key('one')
        subkey = acme.forge('one', 'evil')
        acme.publish(subkey)
        acme.describe('Checksums=SUMS', 'Signature=SUMS.gpg', f'SignedBy={key}', f"Key={acme.server.url('forged.gpg')}")
        acme.refused(4, f'signed by the key {subkey[-16:]}, which is not ')
        acme.publish('one')
        expect(acme.install(), 0)


def interrupted(home):
    """What was fetched stays for next time, unless the publisher has another image by then."""
    raw = disks.make_raw(home.join('large.raw'))
    with open(raw, 'r+b') as file:
        file.seek(16 << 20)
        file.write(os.urandom(24 << 20))
    with Publisher(home, raw) as acme:
        acme.make_key('one')
        acme.publish('one')
        acme.describe('Checksums=SUMS', 'Signature=SUMS.gpg', f"Keyrings={acme.path('one.gpg')}",
                      image=f'rate={4 << 20}/{IMAGE}')
        command = ['install', '--bundle', home.join('d.bundle'), '--disk', '256M', '--no-settings', 'acme']

        def interrupt():
            acme.server.forget()
            process = home.start(*command)
            eventually('some of it', 60, lambda: acme.server.bytes_sent() > 12 << 20 or process.poll() is not None)
            process.send_signal(signal.SIGINT)
            assert process.wait(60) == 130, process.stderr.read()
            assert not [name for name in home.files() if '.bundle' in name], home.files()
            acme.server.forget()

        interrupt()
        expect(home.vz(*command), 0, 'is installed', 'resuming')
        assert sum(one.sent for one in acme.server.requests if IMAGE in one.target) < len(acme.image), acme.asked()
        shutil.rmtree(home.join('d.bundle'))
        interrupt()
        with open(acme.path(IMAGE), 'ab') as file:
            file.write(bytes(512))
        acme.publish('one', acme.digests(image=acme.image + bytes(512)))
        expect(home.vz(*command), 0, 'is installed')


def tampered(home):
    with Publisher(home) as acme:
        acme.make_key('one')
        acme.describe('Checksums=SUMS', 'Signature=SUMS.gpg', f"Keyrings={acme.path('one.gpg')}")
        acme.publish('one')
        with open(acme.path('SUMS'), 'ab') as file:
            file.write(b'\n')
        acme.refused(4, 'SUMS', 'it is not what was signed')
        acme.refused(4, 'it is not what was signed', arguments=['--allow-unverified'])
        # Another name; no name; only what proves nothing; two digests for it.
        for text, words in ((acme.digests(name='acme-2.qcow2'), "no digest for 'acme-1.qcow2'"), (b'hello\n', 'no digest'),
                            (hashlib.md5(acme.image).hexdigest().encode() + b'  acme-1.qcow2\n', 'only MD5 or SHA-1'),
                            (acme.digests() + acme.digests(image=b'x'), 'several different digests')):
            acme.publish('one', text)
            acme.refused(4, words)
        # The signature is cut off, missing, or an inline-signed message: good for that message only.
        acme.publish('one')
        os.truncate(acme.path('SUMS.gpg'), 20)
        acme.refused(4, 'no readable signature')
        with open(acme.path('SUMS.gpg'), 'wb') as file:
            file.write(acme.gpg('--clear-sign', data=b'good day\n'))
        acme.refused(4, 'no readable signature')
        os.unlink(acme.path('SUMS.gpg'))
        acme.refused(5, 'the signature of', 'SUMS.gpg')
        os.unlink(acme.path('SUMS'))
        acme.refused(5, 'the list of digests', 'SUMS')
        acme.publish('one')
        with open(acme.path('one.gpg'), 'wb') as file:
            file.write(b'-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabcd\n')
        acme.refused(4, 'keyring: a key in it is damaged or truncated')


def another_image(home):
    """Everything is signed, but the image is another one."""
    with Publisher(home) as acme:
        acme.make_key('one')
        acme.describe('Checksums=SUMS', 'Signature=SUMS.gpg', f"Keyrings={acme.path('one.gpg')}")
        for kind in ('sha256', 'sha512'):
            acme.publish('one', acme.digests(kind, image=b'another'))
            expect(acme.install(), 4, 'differs from what was expected', kind)
            assert not os.path.exists(home.join('d.bundle'))
        assert not [name for name in home.files() if name.startswith('cache') and 'part' in name], home.files()


def at_an_address(home):
    with Publisher(home) as acme:
        acme.make_key('one')
        acme.publish('one')
        url, sums = acme.server.url(IMAGE), acme.server.url('SUMS')
        signature, keys = ['--signature', acme.server.url('SUMS.gpg')], ['--keyring', acme.path('one.gpg')]
        expect(acme.install('--checksums', sums, *signature, *keys, name=url), 0)
        assert acme.asked().index('SUMS.gpg') < acme.asked().index(IMAGE), acme.asked()
        # A local list is the user's word.
        expect(acme.install('--checksums', acme.path('SUMS'), name=url), 0)
        expect(acme.install('--checksums', acme.path('SUMS'), name=acme.path(IMAGE)), 0)
        acme.refused(2, 'its list of digests is not signed', arguments=['--checksums', sums], name=url, asks=[])
        expect(acme.install('--checksums', sums, '--allow-unverified', name=url), 0)
        # The keyring of a current gpg is a keybox.
        acme.gpg('--no-default-keyring', '--keyring', acme.path('k.kbx'), '--import', acme.path('one.asc'))
        expect(acme.install('--checksums', sums, *signature, '--keyring', acme.path('k.kbx'), name=url), 0)
        acme.publish('one', how='--clear-sign')
        expect(acme.install('--checksums', sums, *keys, name=url), 0)
        acme.publish('one', acme.digests(image=b'another'))
        expect(acme.install('--checksums', sums, '--allow-unverified', name=url), 4, 'differs from what was expected')
        expect(acme.install('--checksums', acme.path('SUMS'), name=acme.path(IMAGE)), 4, 'differs from what was expected')
        # What cannot be combined.
        for code, words, arguments in (
                (2, '--sha256: cannot be combined with --checksums', ['--sha256', 'ab' * 32, '--checksums', sums]),
                (2, '--sha256: cannot be combined with --allow-unverified', ['--sha256', 'ab' * 32, '--allow-unverified']),
                (2, '--signature: needs checksums', signature), (2, '--keyring: nothing is signed', keys),
                (2, '--signature: needs a keyring', ['--checksums', sums, *signature]),
                (5, '--keyring: ', ['--checksums', sums, *signature, '--keyring', home.join('none.gpg')])):
            acme.refused(code, words, arguments=arguments, name=url, asks=[])


def not_signed(home):
    with Publisher(home) as acme:
        acme.describe()
        acme.refused(2, 'there is no digest to verify this file with', asks=[])
        expect(acme.install('--sha256', hashlib.sha256(acme.image).hexdigest()), 0)
        expect(acme.install('--allow-unverified'), 0)
        with open(acme.path('SUMS'), 'wb') as file:
            file.write(acme.digests())
        acme.describe('Checksums=SUMS')
        acme.refused(2, 'its list of digests is not signed', '--sha256', '--allow-unverified', asks=[])
        expect(acme.install('--allow-unverified'), 0)
        with open(acme.path('SUMS'), 'wb') as file:
            file.write(acme.digests(image=b'another'))
        expect(acme.install('--allow-unverified'), 4, 'differs from what was expected')


def without_gpgv(home):
    with Publisher(home) as acme:
        acme.make_key('one')
        acme.publish('one')
        home.environment['PATH'] = home.join('nothing')
        acme.refused(3, 'gpgv is not installed (package gpgv)', name=acme.server.url(IMAGE),
                     arguments=['--checksums', acme.server.url('SUMS'), '--signature', acme.server.url('SUMS.gpg'), '--keyring',
                                acme.path('one.gpg')])


def needs(home):
    with Publisher(home) as acme:
        acme.describe('MinimumMemory=1G', 'MinimumDisk=512M', 'MinimumCPUs=1')
        acme.refused(4, '--disk: 256M found, must be at least 512M for Acme 1', asks=[])
        acme.refused(4, '--memory: 512M found, must be at least 1G for Acme 1', arguments=['--memory', '512M'], asks=[])


def unknown(home):
    with Publisher(home) as acme:
        acme.describe()
        acme.refused(5, "no system is called 'acem'; the nearest name is acme", name='acem')
        acme.refused(5, "no system is called 'acme@2'; the nearest name is acme@1", name='acme@2')
        acme.refused(5, "no system is called 'acem'", name='acem', arguments=['--allow-unverified'])
        acme.refused(5, "no system is called 'zzzzzzzz'", 'vz image list', name='zzzzzzzz')
        # If it is a restore image's name, it is reported missing as one.
        result = expect(home.vz('install', '--bundle', home.join('d.bundle'), 'linux@99'), 5, 'linux@99')
        assert 'no system' not in result.stderr, result


def fetched(home):
    """The image alone, to a file."""
    with Publisher(home) as acme:
        acme.make_key('one')
        acme.publish('one')
        acme.describe('Checksums=SUMS', 'Signature=SUMS.gpg', f"Keyrings={acme.path('one.gpg')}")
        path = home.join('f.qcow2')
        expect(home.vz('image', 'fetch', 'acme', '-o', path), 0, path)
        with open(path, 'rb') as file:
            assert file.read() == acme.image
        expect(home.vz('image', 'fetch', 'acme', '-o', path), 1, 'already exists')
        os.unlink(path)
        expect(home.vz('image', 'fetch', 'acme', cwd=home.path), 0, IMAGE)
        acme.publish('one', acme.digests(image=b'another'))
        expect(home.vz('image', 'fetch', 'acme', '-o', path), 4, 'differs from what was expected')
        with open(acme.path('SUMS'), 'ab') as file:
            file.write(b'x\n')
        expect(home.vz('image', 'fetch', 'acme', '-o', path), 4, 'it is not what was signed')
        expect(home.vz('image', 'fetch', acme.server.url(IMAGE), '-o', path), 2, 'there is no digest to verify this file with')
        expect(home.vz('image', 'fetch', acme.server.url(IMAGE), '-o', path, '--sha256', 'x'), 2, "--sha256: 'x' found")
        expect(home.vz('image', 'fetch', acme.path(IMAGE), '-o', path), 2, 'is a local file')
        expect(home.vz('image', 'fetch', 'acem', '-o', path), 5, 'the nearest name is acme')
        expect(home.vz('image', 'fetch', 'latest', '-o', path, '--allow-unverified'), 2, '--allow-unverified: is for disk images')
        assert not [name for name in os.listdir(home.path) if name.startswith('f.qcow2')], os.listdir(home.path)


def dry_run(home):
    """Nothing is requested from the network, nothing is written."""
    with Publisher(home) as acme:
        key = acme.make_key('one')
        acme.describe('Checksums=SUMS', 'Signature=SUMS.gpg', f'SignedBy={key}', f"Key={acme.server.url('one.asc')}",
                      'MinimumMemory=256M', 'MinimumDisk=100M')
        before = home.files()
        expect(acme.install('--dry-run'), 0, 'Acme 1 (acme@1)', acme.server.url(IMAGE), acme.server.url('SUMS.gpg'), key,
               'at least 1 processor, 256M of memory, 100M of disk')
        plan = json.loads(expect(acme.install('--dry-run', '--json'), 0).stdout)
        assert plan['event'] == 'plan' and plan['verified-by'] == 'signature' and plan['signers'] == [key], plan
        assert (plan['minimum-memory-size'], plan['disk-size'], plan['system']) == (256 << 20, 256 << 20, 'acme@1'), plan
        assert plan['keys'] == acme.server.url('one.asc') and plan['bundle'] == home.join('d.bundle'), plan
        # What an installation would refuse is refused after the plan.
        result = expect(acme.install('--dry-run', '--memory', '200M'), 4, '--memory: 200M found')
        assert 'Acme 1 (acme@1)' in result.stdout, result
        os.mkdir(home.join('taken'))
        result = expect(acme.install('--dry-run', '--bundle', home.join('taken')), 1, 'already exists', '--bundle')
        assert 'Acme 1 (acme@1)' in result.stdout, result
        acme.describe('Checksums=SUMS')
        result = expect(acme.install('--dry-run'), 2, 'its list of digests is not signed')
        assert 'checksum alone' in result.stdout, result
        expect(acme.install('--dry-run', '--allow-unverified', name=acme.server.url(IMAGE)), 0, 'nothing', 'of memory')
        result = expect(acme.install('--dry-run', name=acme.server.url(IMAGE)), 2, 'there is no digest to verify this file with')
        assert acme.server.url(IMAGE) in result.stdout and ' 0 ' not in result.stdout, result
        expect(acme.install('--dry-run', name=acme.path(IMAGE)), 0, 'it is a local file')
        os.truncate(acme.path(IMAGE), 1000)
        expect(acme.install('--dry-run', name=acme.path(IMAGE)), 4)
        assert acme.server.requests == [], acme.asked()
        assert home.files() == before, home.files() - before


if __name__ == '__main__':
    main([signed, signed_in_itself, wrong_keys, forged_key, interrupted, tampered, another_image, at_an_address, not_signed,
          without_gpgv, needs, unknown, fetched, dry_run])
