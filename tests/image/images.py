# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the tests of images share: making one, reading what a command says as JSON, spoiling a file's bytes."""
import filecmp
import json
import os
import subprocess
import sys
import zipfile
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'e2e'))
sys.dont_write_bytecode = True
from vztest import MIB, expect  # noqa: E402  pylint: disable=wrong-import-position

MAKER = os.environ['VZ_MAKE_IPSW']
VM_KERNEL, RAMDISK = 'kernelcache.release.vma2', '044-87893-111.dmg'
SYSTEM, CRYPTEX_APP = '044-87952-101.dmg.aea', '044-87834-111.dmg'


def make(path, *options):
    """Makes an image and returns what its maker says of it."""
    result = subprocess.run([MAKER, path, '--json', *options], check=True, stdout=subprocess.PIPE, text=True, timeout=600)
    return json.loads(result.stdout)


def unzip(*arguments):
    return subprocess.run(['unzip', *arguments], check=True, stdout=subprocess.PIPE, text=True, timeout=600).stdout


def member(said, name):
    return next(one for one in said['members'] if one['name'] == name)


def patch(path, offset, data):
    with open(path, 'r+b') as file:
        file.seek(offset)
        file.write(data)


def verify(home, path, code, *texts):
    """Runs vz image verify --json: its findings and its last event."""
    result = expect(home.vz('image', 'verify', '--json', path, timeout=600), code, *texts)
    events = [json.loads(line) for line in result.stdout.splitlines()]
    assert all(event['event'] in ('progress', 'finding') for event in events[:-1])
    return [event for event in events if event['event'] == 'finding'], events[-1]


def extract(home, image, *names, code=0, texts=(), into='out'):
    return expect(home.vz('image', 'extract', image, *names, '-d', home.join(into), timeout=600), code, *texts)


def tree(folder):
    """Files, links and empty folders."""
    return {os.path.relpath(os.path.join(here, name), folder) for here, dirs, names in os.walk(folder)
            for name in names + [one for one in dirs if not os.listdir(os.path.join(here, one))]}


def checksum(path):
    crc = 0
    with open(path, 'rb') as file:
        while data := file.read(MIB):
            crc = zlib.crc32(data, crc)
    return crc


def extract_as_unzip(home, path, take=extract):
    """Takes everything out, here and by unzip, and compares it member by member; returns how many there are."""
    large = [line.split(None, 3)[3] for line in unzip('-lqq', path).splitlines() if int(line.split()[0]) > 16 * MIB]
    take(home, path, '*')
    os.mkdir(home.join('unzip'))
    unzip('-qq', path, '-d', home.join('unzip'), '-x', '__MACOSX/*', *large)
    ours, theirs = tree(home.join('out')), tree(home.join('unzip'))
    assert ours == theirs | set(large), ours ^ theirs
    _, wrong, failed = filecmp.cmpfiles(home.join('unzip'), home.join('out'), theirs, shallow=False)
    assert not wrong and not failed, (wrong, failed)
    assert large and len(ours) >= 1000, (large, len(ours))
    with zipfile.ZipFile(path) as archive:
        for name in large:
            found = home.join('out', name)
            assert checksum(found) == archive.getinfo(name).CRC, name
            assert os.path.getsize(found) == archive.getinfo(name).file_size
            assert os.stat(found).st_blocks * 512 < 2 * MIB, 'zeros were written'
    subprocess.run(['rm', '-r', home.join('out'), home.join('unzip')], check=True)
    return len(ours)
