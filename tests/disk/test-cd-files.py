#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""vz-unpack with a CD image: one file of it, whatever other names it has."""
import os
import subprocess
import sys

sys.path.append(os.path.join(os.path.dirname(__file__), '..', 'e2e'))
from vztest import main  # noqa: E402  pylint: disable=wrong-import-position

UNPACK = os.path.join(os.environ['VZ_LIBEXECDIR'], 'vz-unpack')
KERNEL = bytes(range(256)) * 1000
TOO_LARGE, EMPTY, DAMAGED = 3, 5, 1


def cd(home):
    """Two names of one file, as Debian's CDs have them for kernels, so that only the first has data."""
    root = home.join('root')
    os.makedirs(os.path.join(root, 'install.amd', 'gtk'))
    with open(os.path.join(root, 'install.amd', 'vmlinuz'), 'wb') as file:
        file.write(KERNEL)
    os.link(os.path.join(root, 'install.amd', 'vmlinuz'), os.path.join(root, 'install.amd', 'gtk', 'vmlinuz'))
    with open(os.path.join(root, 'sparse'), 'wb') as file:
        file.write(bytes(100000) + b'end')
    subprocess.run(['xorriso', '-as', 'mkisofs', '-quiet', '--hardlinks', '-R', '-o', home.join('a.iso'), root], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return home.join('a.iso')


def unpack(home, iso, name, limit=1 << 20):
    with open(iso, 'rb') as source, open(home.join('out'), 'w+b') as out:
        numbers = source.fileno(), out.fileno()
        done = subprocess.run([UNPACK, str(numbers[0]), str(numbers[1]), str(limit), 'member', name], pass_fds=numbers,
                              capture_output=True, text=True, timeout=60)
        return done.returncode, out.read(), done.stdout + done.stderr


def each_name_of_a_file(home):
    iso = cd(home)
    for name in ('install.amd/vmlinuz', 'install.amd/gtk/vmlinuz'):
        status, data, said = unpack(home, iso, name)
        assert status == 0 and data == KERNEL, (name, status, len(data), said)
        assert f'size {len(KERNEL)}' in said, said


def zeros(home):
    status, data, said = unpack(home, cd(home), 'sparse')
    assert status == 0 and data == bytes(100000) + b'end', said


def what_is_not_there(home):
    iso = cd(home)
    for name in ('install.amd/none', 'install.amd', '/install.amd/vmlinuz', '../etc/passwd', ''):
        status, data, said = unpack(home, iso, name)
        assert (status, data) == (EMPTY, b''), (name, status, said)
        assert 'no such file' in said, said


def limits(home):
    iso = cd(home)
    assert unpack(home, iso, 'install.amd/vmlinuz', len(KERNEL))[0] == 0
    status, _, said = unpack(home, iso, 'install.amd/vmlinuz', len(KERNEL) - 1)
    assert status == TOO_LARGE, said


def damage(home):
    iso = cd(home)
    os.truncate(iso, 30 << 11)
    for path in (iso, os.path.join(home.path, 'text')):
        if path != iso:
            with open(path, 'w') as file:
                file.write('no CD\n' * 20000)
        status, _, said = unpack(home, path, 'install.amd/vmlinuz')
        assert status in (DAMAGED, EMPTY), (status, said)


main([each_name_of_a_file, zeros, what_is_not_there, limits, damage])
