# SPDX-License-Identifier: LGPL-2.1-or-later
"""A publisher of disk images: a server with an image and its digests, keys to sign them, the file of the system 'acme'."""
import hashlib
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(__file__)
sys.path[:0] = [os.path.join(HERE, '..', 'server'), os.path.join(HERE, '..', 'disk')]
import disks  # noqa: E402  pylint: disable=wrong-import-position
from vztest import ARCHITECTURE, expect  # noqa: E402  pylint: disable=wrong-import-position
from webserver import Server  # noqa: E402  pylint: disable=wrong-import-position

IMAGE = 'acme-1.qcow2'


class Publisher:
    """A server with an image, its digests, and keys to sign them with."""

    def __init__(self, home, raw=None):
        """@raw: the disk; by default a small one with no system on it."""
        self.home = home
        self.gnupg = home.join('gnupg')
        os.mkdir(self.gnupg, 0o700)
        self.www = home.join('www')
        os.mkdir(self.www)
        raw = raw or disks.make_raw(home.join('a.raw'))
        with open(disks.convert(raw, self.path(IMAGE), 'qcow2', '-c'), 'rb') as file:
            self.image = file.read()
        self.server = Server(self.www)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.server.close()
        self.run('gpgconf', '--kill', 'all')

    def path(self, name):
        return os.path.join(self.www, name)

    def run(self, *command, data=None):
        return subprocess.run(command, env=dict(os.environ, GNUPGHOME=self.gnupg), input=data, check=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE).stdout

    def gpg(self, *words, data=None):
        return self.run('gpg', '--batch', '--quiet', '--yes', '--passphrase', '', *words, data=data)

    def make_key(self, name, *options, until='never'):
        """Returns the fingerprint of a new key, whose public half is served as NAME.asc and NAME.gpg."""
        self.gpg(*options, '--quick-gen-key', f'{name}@acme.example', 'ed25519', 'sign', until)
        for end, armor in (('asc', ['--armor']), ('gpg', [])):
            with open(self.path(f'{name}.{end}'), 'wb') as file:
                file.write(self.gpg(*armor, '--export', f'{name}@acme.example'))
        lines = self.gpg('--with-colons', '--list-keys', f'{name}@acme.example').decode().splitlines()
        return next(line.split(':')[9] for line in lines if line.startswith('fpr'))

    def forge(self, name, attacker):
        """Serves NAME.asc as another key's owner would: with a subkey that NAME has never signed. Returns that subkey."""
        whole = f'{attacker}@acme.example'
        own = self.make_key(attacker)
        self.gpg('--quick-add-key', own, 'ed25519', 'sign', 'never')
        folder = self.home.join('packets')
        os.mkdir(folder)
        self.run('gpgsplit', '--prefix', folder + '/', data=self.gpg('--export', whole))
        packets = sorted(os.listdir(folder))
        first = next(i for i, packet in enumerate(packets) if packet.endswith('.public_subkey'))
        with open(self.path(f'{name}.gpg'), 'rb') as file:
            forged = file.read()
        for packet in packets[first:]:
            with open(os.path.join(folder, packet), 'rb') as file:
                forged += file.read()
        with open(self.path('forged.gpg'), 'wb') as file:
            file.write(forged)
        lines = self.gpg('--with-colons', '--list-keys', whole).decode().splitlines()
        return [line.split(':')[9] for line in lines if line.startswith('fpr')][-1]

    def digests(self, kind='sha256', name=IMAGE, tagged=False, others=True, image=None):
        digest = hashlib.new(kind, image if image is not None else self.image).hexdigest()
        line = f'{kind.upper()} ({name}) = {digest}' if tagged else f'{digest} *{name}'
        other = hashlib.new(kind, b'other').hexdigest()
        before = [f'{kind.upper()} (other.qcow2) = {other}' if tagged else f'{other} *other.qcow2'] if others else []
        return '\n'.join([*before, line, '']).encode()

    def publish(self, key, text=None, how='--detach-sign', options=()):
        """SUMS and its signature. @key: a name, or the fingerprint of a subkey."""
        text = self.digests() if text is None else text
        user = f'{key}!' if len(key) == 40 else f'{key}@acme.example'
        signed = self.gpg(*options, '--local-user', user, how, data=text)
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
        """Fails as expected; the image is not requested, and nothing is left."""
        shutil.rmtree(self.home.join('d.bundle'), ignore_errors=True)
        before = self.home.files()
        result = expect(self.install(*arguments, name=name), code, *texts)
        assert IMAGE not in self.asked(), self.asked()
        assert asks is None or self.asked() == asks, self.asked()
        assert self.home.files() == before, self.home.files() - before
        return result
