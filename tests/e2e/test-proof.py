#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What vouches for a disk image: a publisher's list of digests and its signature, right and wrong, of a system that is called
by its name and of an image at an address. The signature is looked at before the image is fetched."""
import hashlib
import json
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(__file__)
sys.path[:0] = [os.path.join(HERE, '..', 'server'), os.path.join(HERE, '..', 'disk')]
import disks  # noqa: E402  pylint: disable=wrong-import-position
from vztest import ARCHITECTURE, expect, main  # noqa: E402  pylint: disable=wrong-import-position
from webserver import Server  # noqa: E402  pylint: disable=wrong-import-position

IMAGE = 'acme-1.qcow2'


class Publisher:
    """A server with an image, its digests, and keys to sign them with."""

    def __init__(self, home):
        self.home = home
        self.gnupg = home.join('gnupg')
        os.mkdir(self.gnupg, 0o700)
        self.www = home.join('www')
        os.mkdir(self.www)
        raw = disks.make_raw(home.join('a.raw'))
        with open(disks.convert(raw, self.path(IMAGE), 'qcow2', '-c'), 'rb') as file:
            self.image = file.read()
        self.server = Server(self.www)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.server.close()
        self.gpg('--version', program='gpgconf', arguments=['--kill', 'all'])

    def path(self, name):
        return os.path.join(self.www, name)

    def gpg(self, *words, program='gpg', arguments=None, data=None):
        command = [program, *arguments] if arguments else ['gpg', '--batch', '--quiet', '--yes', '--passphrase', '', *words]
        return subprocess.run(command, env=dict(os.environ, GNUPGHOME=self.gnupg), input=data, check=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE).stdout

    def make_key(self, name, *options, until='never'):
        """The fingerprint of a new key; its public half is served as NAME.asc and NAME.gpg."""
        self.gpg(*options, '--quick-gen-key', f'{name}@acme.example', 'ed25519', 'sign', until)
        for end, armor in (('asc', ['--armor']), ('gpg', [])):
            with open(self.path(f'{name}.{end}'), 'wb') as file:
                file.write(self.gpg(*armor, '--export', f'{name}@acme.example'))
        lines = self.gpg('--with-colons', '--list-keys', f'{name}@acme.example').decode().splitlines()
        return next(line.split(':')[9] for line in lines if line.startswith('fpr'))

    def digests(self, kind='sha256', name=IMAGE, tagged=False, others=True, image=None):
        digest = hashlib.new(kind, image if image is not None else self.image).hexdigest()
        line = f'{kind.upper()} ({name}) = {digest}' if tagged else f'{digest} *{name}'
        other = hashlib.new(kind, b'other').hexdigest()
        before = [f'{kind.upper()} (other.qcow2) = {other}' if tagged else f'{other} *other.qcow2'] if others else []
        return '\n'.join([*before, line, '']).encode()

    def publish(self, key, text=None, how='--detach-sign', options=()):
        """SUMS and its signature."""
        text = self.digests() if text is None else text
        signed = self.gpg(*options, '--local-user', f'{key}@acme.example', how, data=text)
        with open(self.path('SUMS'), 'wb') as file:
            file.write(signed if how == '--clear-sign' else text)
        if how != '--clear-sign':
            with open(self.path('SUMS.gpg'), 'wb') as file:
                file.write(signed)

    def describe(self, *lines, image=IMAGE):
        """The file of the system 'acme'."""
        folder = self.home.join('config', 'vz', 'systems.d')
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, 'acme.conf'), 'w', encoding='utf-8') as file:
            file.write('\n'.join(['[System]', 'ID=acme', 'Title=Acme {version}', f'Architectures={ARCHITECTURE}',
                                  f'Image={self.server.url(image)}', *lines, '[Release 1]', '']))

    def install(self, *arguments, name='acme'):
        shutil.rmtree(self.home.join('d.bundle'), ignore_errors=True)
        self.server.forget()
        return self.home.vz('install', '--bundle', self.home.join('d.bundle'), '--disk', '256M', '--no-settings', *arguments,
                            name)

    def asked(self):
        return [request.target.lstrip('/') for request in self.server.requests]

    def refused(self, code, *texts, arguments=(), name='acme', asks=None):
        """As expected; the image is not asked for, and nothing is left."""
        shutil.rmtree(self.home.join('d.bundle'), ignore_errors=True)
        before = self.home.files()
        result = expect(self.install(*arguments, name=name), code, *texts)
        assert IMAGE not in self.asked(), self.asked()
        assert asks is None or self.asked() == asks, self.asked()
        assert self.home.files() == before, self.home.files() - before
        return result


def signed(home):
    """Detached, with a key that this host does not have, and is recognised by its fingerprint."""
    with Publisher(home) as acme:
        key = acme.make_key('one')
        acme.publish('one')
        acme.describe('Checksums=SUMS', 'Signature=SUMS.gpg', f'SignedBy={key}', f"Key={acme.server.url('one.asc')}")
        expect(acme.install(), 0, 'is installed')
        first = acme.asked().index(IMAGE)
        assert set(acme.asked()[:first]) == {'SUMS', 'SUMS.gpg', 'one.asc'}, acme.asked()
        assert set(acme.asked()[first:]) == {IMAGE}, acme.asked()
        # The same name in other letters, and with a version.
        expect(acme.install(name='ACME@1'), 0)


def signed_in_itself(home):
    """As Fedora does it; with a key of this host's, SHA-512, and a name that is another than the address'."""
    with Publisher(home) as acme:
        acme.make_key('one')
        acme.publish('one', acme.digests('sha512', 'acme-1-build7.qcow2', tagged=True), how='--clear-sign')
        acme.describe('Checksums=SUMS', 'ClearSigned=true', f"Keyrings=/none.gpg;{acme.path('one.gpg')}",
                      'ListedAs=acme-?-*.qcow2')
        expect(acme.install(), 0, 'is installed')
        assert set(acme.asked()) == {'SUMS', IMAGE}, acme.asked()
        # What stands outside of what is signed does not count.
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
        # Not in the keyring; in it, but not the one that is meant; what is fetched as the key is another one.
        acme.describe('Checksums=SUMS', 'Signature=SUMS.gpg', f"Keyrings={acme.path('one.gpg')}")
        acme.refused(4, 'signed by the key', other[-16:], 'not among those that are known')
        acme.describe('Checksums=SUMS', 'Signature=SUMS.gpg', f'SignedBy={key}', f"Keyrings={acme.path('all.gpg')}")
        acme.refused(4, f'it is signed by the key {other}, must be {key}')
        acme.describe('Checksums=SUMS', 'Signature=SUMS.gpg', f'SignedBy={key}', f"Key={acme.server.url('two.asc')}")
        acme.refused(4, f'it is signed by the key {other}, must be {key}')
        # Expired, which does not keep gpgv from calling it good.
        acme.publish('old', options=['--faked-system-time', '20200201T000000'])
        acme.describe('Checksums=SUMS', 'Signature=SUMS.gpg', f"Keyrings={acme.path('all.gpg')}")
        acme.refused(4, 'the key that signed it has expired')
        # The user's keyring counts more than what is known.
        acme.publish('two')
        acme.describe('Checksums=SUMS', 'Signature=SUMS.gpg', f'SignedBy={key}')
        acme.refused(2, 'this host does not have his key', '--keyring', asks=[])
        expect(acme.install('--keyring', acme.path('two.asc')), 0)
        expect(acme.install('--keyring', acme.path('one.gpg'), '--keyring', acme.path('two.gpg')), 0)
        expect(acme.install('--allow-unverified'), 0)


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
                            (acme.digests() + acme.digests(image=b'x'), 'several digests')):
            acme.publish('one', text)
            acme.refused(4, words)
        # The signature is cut, none, or a message that is signed in itself: good for that message alone.
        acme.publish('one')
        os.truncate(acme.path('SUMS.gpg'), 20)
        acme.refused(4, 'no signature that can be read')
        with open(acme.path('SUMS.gpg'), 'wb') as file:
            file.write(acme.gpg('--clear-sign', data=b'good day\n'))
        acme.refused(4, 'no signature that can be read')
        os.unlink(acme.path('SUMS.gpg'))
        acme.refused(5, 'the signature of', 'SUMS.gpg')
        os.unlink(acme.path('SUMS'))
        acme.refused(5, 'the list of digests', 'SUMS')
        acme.publish('one')
        with open(acme.path('one.gpg'), 'wb') as file:
            file.write(b'-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabcd\n')
        acme.refused(4, 'keyring: a key in it is damaged or truncated')


def another_image(home):
    """All is signed, and the image is another one."""
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
        # A list that is here is the user's word.
        expect(acme.install('--checksums', acme.path('SUMS'), name=url), 0)
        expect(acme.install('--checksums', acme.path('SUMS'), name=acme.path(IMAGE)), 0)
        acme.refused(2, 'its list of digests is not signed', arguments=['--checksums', sums], name=url, asks=[])
        expect(acme.install('--checksums', sums, '--allow-unverified', name=url), 0)
        # The keyring of a gpg of today is a keybox.
        acme.gpg('--no-default-keyring', '--keyring', acme.path('k.kbx'), '--import', acme.path('one.asc'))
        expect(acme.install('--checksums', sums, *signature, '--keyring', acme.path('k.kbx'), name=url), 0)
        acme.publish('one', how='--clear-sign')
        expect(acme.install('--checksums', sums, *keys, name=url), 0)
        acme.publish('one', acme.digests(image=b'another'))
        expect(acme.install('--checksums', sums, '--allow-unverified', name=url), 4, 'differs from what was expected')
        expect(acme.install('--checksums', acme.path('SUMS'), name=acme.path(IMAGE)), 4, 'differs from what was expected')
        # What does not go together.
        for code, words, arguments in (
                (2, '--sha256: cannot be combined with --checksums', ['--sha256', 'ab' * 32, '--checksums', sums]),
                (2, '--sha256: cannot be combined with --allow-unverified', ['--sha256', 'ab' * 32, '--allow-unverified']),
                (2, '--signature: needs checksums', signature), (2, '--keyring: there is nothing signed', keys),
                (2, '--signature: needs a keyring', ['--checksums', sums, *signature]),
                (5, '--keyring: ', ['--checksums', sums, *signature, '--keyring', home.join('none.gpg')])):
            acme.refused(code, words, arguments=arguments, name=url, asks=[])


def not_signed(home):
    with Publisher(home) as acme:
        acme.describe()
        acme.refused(2, 'nothing says what this file should be', asks=[])
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


def dry_run(home):
    """Nothing is asked of the network, nothing is written."""
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
        # What an installation would refuse is refused behind the plan.
        result = expect(acme.install('--dry-run', '--memory', '200M'), 4, '--memory: 200M found')
        assert 'Acme 1 (acme@1)' in result.stdout, result
        acme.describe('Checksums=SUMS')
        result = expect(acme.install('--dry-run'), 2, 'its list of digests is not signed')
        assert 'checksum alone' in result.stdout, result
        expect(acme.install('--dry-run', '--allow-unverified', name=acme.server.url(IMAGE)), 0, 'nothing')
        expect(acme.install('--dry-run', name=acme.path(IMAGE)), 0, 'it is a local file')
        os.truncate(acme.path(IMAGE), 1000)
        expect(acme.install('--dry-run', name=acme.path(IMAGE)), 4)
        assert acme.server.requests == [], acme.asked()
        assert home.files() == before, home.files() - before


if __name__ == '__main__':
    main([signed, signed_in_itself, wrong_keys, tampered, another_image, at_an_address, not_signed, without_gpgv, needs, unknown,
          dry_run])
