# SPDX-License-Identifier: LGPL-2.1-or-later
"""Certificates for a server on the loopback address, made by openssl: a right one, and wrong ones."""
import os
import subprocess

WRONG = ('self-signed', 'wrong-name', 'expired')


def openssl(*arguments):
    subprocess.run(['openssl', *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Authority:
    """Signs certificates; `path` is what a client has to trust ($SSL_CERT_FILE)."""

    def __init__(self, folder):
        self.folder = folder
        self.path, self.key = os.path.join(folder, 'authority.pem'), os.path.join(folder, 'authority.key')
        openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=Authority of vz tests',
                '-addext', 'basicConstraints=critical,CA:TRUE', '-keyout', self.key, '-out', self.path)

    def certificate(self, kind='right'):
        """(certificate, key): 'right' or one of WRONG."""
        base = os.path.join(self.folder, kind)
        name = 'DNS:other.invalid' if kind == 'wrong-name' else 'IP:127.0.0.1'
        if kind == 'self-signed':
            openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=self',
                    '-addext', f'subjectAltName={name}', '-keyout', base + '.key', '-out', base + '.pem')
            return base + '.pem', base + '.key'
        with open(base + '.ext', 'w') as file:
            file.write(f'subjectAltName={name}\n')
        openssl('req', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=server', '-keyout', base + '.key',
                '-out', base + '.csr')
        openssl('x509', '-req', '-in', base + '.csr', '-CA', self.path, '-CAkey', self.key, '-CAcreateserial',
                '-days', '0' if kind == 'expired' else '2', '-extfile', base + '.ext', '-out', base + '.pem')
        return base + '.pem', base + '.key'
