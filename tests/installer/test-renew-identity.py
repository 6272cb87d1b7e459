#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What vz installs in a guest for a clone's first boot, run unchanged, in its own namespaces with made-up /etc,
/var/lib and /sys."""
import os
import re
import shutil
import subprocess
import tempfile
import textwrap

from vztest import Skip, main

SCRIPT = os.environ['VZ_TEST_PROVISION']
OLD, NEW = '11111111-1111-1111-1111-111111111111', '22222222-2222-2222-2222-222222222222'
OLD_ID, FIRST_BOOT_ID = 'a' * 32, 'f' * 32
UNSHARE = ['unshare', '--mount', '--uts'] + ([] if os.geteuid() == 0 else ['--user', '--map-root-user'])
WRAPPER = textwrap.dedent(r'''
    set -eu
    root=$1; shift
    mount --bind "$root/etc" /etc
    mount --bind "$root/lib" /var/lib
    mount -t tmpfs none /sys
    mkdir -p /sys/class/dmi/id /sys/firmware/dmi/tables
    cp "$root/uuid" /sys/class/dmi/id/product_uuid
    cp "$root/DMI" /sys/firmware/dmi/tables/DMI
    [ ! -e "$root/first-boot" ] || mount --bind -o ro "$root/first-boot" /etc/machine-id
    [ ! -e "$root/read-only" ] || mount -t tmpfs -o ro none /usr/local/lib
    export PATH=/usr/sbin:/usr/bin:/sbin:/bin
    "$@"
    hostname
''')


def script():
    with open(SCRIPT, encoding='utf-8') as file:
        return re.search(r"/renew-identity\" << 'END'\n(.*?)\nEND\n", file.read(), re.DOTALL).group(1)


class Guest:
    """What counts here of a guest, as an installation leaves it, cloned."""

    def __init__(self, name=None, first_boot=False, cloned=True):
        self.root = tempfile.mkdtemp(prefix='vz-identity-')
        for folder in ('etc/ssh', 'lib/vz', 'lib/systemd', 'lib/dbus', 'lib/dhcp'):
            os.makedirs(self.path(folder))
        self.write('etc/passwd', 'root:x:0:0:root:/root:/bin/sh\n')
        self.write('etc/machine-id', '' if first_boot else OLD_ID + '\n')
        if first_boot:
            self.write('first-boot', FIRST_BOOT_ID + '\n')
        self.write('etc/hostname', 'original\n')
        self.write('etc/hosts', '127.0.0.1\tlocalhost\n127.0.1.1\toriginal\n10.0.0.1\tother\n')
        for kind in ('rsa', 'ecdsa', 'ed25519'):
            self.write(f'etc/ssh/ssh_host_{kind}_key', 'old')
            self.write(f'etc/ssh/ssh_host_{kind}_key.pub', 'old')
        self.write('lib/systemd/random-seed', 'old')
        self.write('lib/dhcp/eth0.leases', 'old')
        self.write('lib/vz/machine-uuid', OLD + '\n')
        self.write('uuid', (NEW if cloned else OLD) + '\n')
        self.write('DMI', b'\x0b\x05\x00\x0e\x02' + (f'vz.host-name={name}'.encode() if name else b'other=x') + b'\0\0\x7f\x04')
        self.write('renew', script())
        self.said = ''

    def path(self, name):
        return os.path.join(self.root, name)

    def write(self, name, content):
        with open(self.path(name), 'wb') as file:
            file.write(content if isinstance(content, bytes) else content.encode())

    def read(self, name):
        with open(self.path(name), encoding='utf-8') as file:
            return file.read()

    def boot(self, *shell, code=0):
        """@shell: what runs the script; as installed, unless specified."""
        command = [*UNSHARE, 'sh', '-c', WRAPPER, 'sh', self.root, *(shell or ('sh',)), self.path('renew')]
        result = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert (result.returncode == 0) == (code == 0), result
        self.said = result.stdout
        return result.stdout.split('\n')[-2] if code == 0 else None

    def everything(self):
        found = {}
        for here, _, names in os.walk(self.root):
            for name in names:
                with open(os.path.join(here, name), 'rb') as file:
                    found[os.path.relpath(os.path.join(here, name), self.root)] = file.read()
        return found

    def expect_renewed(self, name):
        number = self.read('etc/machine-id')
        assert re.fullmatch('[0-9a-f]{32}\n', number) and number != OLD_ID + '\n', number
        assert sorted(os.listdir(self.path('etc/ssh'))) == [f'ssh_host_{kind}_key{end}' for kind in ('ecdsa', 'ed25519')
                                                            for end in ('', '.pub')]
        for kind in ('ecdsa', 'ed25519'):
            public = subprocess.run(['ssh-keygen', '-y', '-f', self.path(f'etc/ssh/ssh_host_{kind}_key')], check=True,
                                    capture_output=True, text=True).stdout
            assert public.split()[:2] == self.read(f'etc/ssh/ssh_host_{kind}_key.pub').split()[:2], public
        assert self.read('etc/hostname') == name + '\n'
        assert self.read('etc/hosts') == f'127.0.0.1\tlocalhost\n10.0.0.1\tother\n127.0.1.1\t{name}\n' or name == 'original'
        for gone in ('lib/systemd/random-seed', 'lib/dhcp/eth0.leases'):
            assert not os.path.exists(self.path(gone)), gone
        assert self.read('lib/vz/machine-uuid') == NEW + '\n'

    def close(self):
        shutil.rmtree(self.root)


def namespaces_are_there():
    probe = subprocess.run([*UNSHARE, 'sh', '-c', 'mount -t tmpfs none /sys'], capture_output=True, text=True, check=False)
    if probe.returncode:
        raise Skip(f'this host refuses namespaces: {probe.stderr.strip()}')


def a_clone_is_renewed_once():
    namespaces_are_there()
    guest = Guest(name='web-2')
    assert guest.boot() == 'web-2'
    guest.expect_renewed('web-2')
    after = guest.everything()
    guest.boot()
    assert guest.everything() == after, 'the second boot changes something'
    guest.close()


def the_original_stays():
    namespaces_are_there()
    guest = Guest(name='web-2', cloned=False)
    before = guest.everything()
    guest.boot()
    assert guest.everything() == before
    guest.close()


def before_the_first_ordinary_boot():
    """systemd has mounted a file over /etc/machine-id, which is busy; its number was generated in this boot and
    stays."""
    namespaces_are_there()
    guest = Guest(name='web-2', first_boot=True)
    guest.boot()
    guest.expect_renewed('web-2')
    assert guest.read('etc/machine-id') == FIRST_BOOT_ID + '\n'
    os.remove(guest.path('first-boot'))
    after = guest.everything()
    guest.boot()
    assert guest.everything() == after, 'the second boot changes something'
    guest.close()


def an_old_number_of_dbus_is_renewed():
    """systemd uses that number in a first boot."""
    namespaces_are_there()
    guest = Guest(name='web-2', first_boot=True)
    guest.write('first-boot', OLD_ID + '\n')
    guest.write('lib/dbus/machine-id', OLD_ID + '\n')
    guest.boot()
    guest.expect_renewed('web-2')
    assert guest.read('lib/dbus/machine-id') == guest.read('etc/machine-id')
    guest.close()


def settings_where_usr_is_read_only():
    """The whole script, as run by a guest with cloud-init or Ignition: what it installs goes elsewhere, and starts."""
    namespaces_are_there()
    guest = Guest()
    os.makedirs(guest.path('etc/systemd/system'))
    guest.write('read-only', '')
    with open(SCRIPT, encoding='utf-8') as file:
        guest.write('renew', "in_boot=1 host_name=box user_name=anna console_login=1 keys=''\n" + file.read())
    assert guest.boot() == 'box'
    unit = guest.read('etc/systemd/system/vz-renew-identity.service')
    assert 'ExecStart=/var/lib/vz/programs/renew-identity\n' in unit, unit
    assert os.access(guest.path('lib/vz/programs/renew-identity'), os.X_OK)
    assert guest.read('lib/vz/programs/renew-identity') == script() + '\n'
    assert '--autologin anna ' in guest.read('etc/systemd/system/serial-getty@.service.d/vz-login.conf')
    guest.close()


def without_a_name_it_keeps_its():
    namespaces_are_there()
    guest = Guest()
    guest.boot()
    guest.expect_renewed('original')
    guest.close()


def interrupted_anywhere():
    """Before each command in turn: none of the original's keys is left once the first is gone, and the next boot does
    everything again."""
    namespaces_are_there()
    step, ended = 0, False
    while not ended:
        step += 1
        guest = Guest(name='web-2', first_boot=step % 2 == 0)
        # bash counts the commands that it starts; a power failure asks nobody.
        kill = f'n=0; trap \'n=$((n + 1)); [ $n -lt {step} ] || kill -KILL $$\' DEBUG; set -T; . "$0"'
        ended = kill_at(guest, kill)
        keys = os.listdir(guest.path('etc/ssh'))
        done = guest.read('lib/vz/machine-uuid') == NEW + '\n'
        if done:
            guest.expect_renewed('web-2')
        elif keys and len(keys) < 6:
            assert all(guest.read(f'etc/ssh/{name}') != 'old' for name in keys), keys
        if guest.read('etc/machine-id') and os.path.exists(guest.path('first-boot')):
            os.remove(guest.path('first-boot'))  # for systemd, that was it
        before = guest.everything()
        guest.boot()
        guest.expect_renewed('web-2')
        assert not done or guest.everything() == before, 'renewed twice'
        guest.close()
    assert step > 15, f'only {step} steps'


def kill_at(guest, kill):
    command = [*UNSHARE, 'sh', '-c', WRAPPER, 'sh', guest.root, 'bash', '-c', kill, guest.path('renew')]
    return subprocess.run(command, capture_output=True, timeout=120, check=False).returncode == 0


main([a_clone_is_renewed_once, the_original_stays, before_the_first_ordinary_boot, an_old_number_of_dbus_is_renewed,
      settings_where_usr_is_read_only, without_a_name_it_keeps_its, interrupted_anywhere])
