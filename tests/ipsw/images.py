# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the tests of images share: making one, reading what a command says as JSON, spoiling a file's bytes."""
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'e2e'))
sys.dont_write_bytecode = True
from vztest import expect  # noqa: E402  pylint: disable=wrong-import-position

MAKER = os.environ['VZ_MAKE_IPSW']
VM_KERNEL, RAMDISK = 'kernelcache.release.vma2', '044-87893-111.dmg'
SYSTEM, CRYPTEX_APP = '044-87952-101.dmg.aea', '044-87834-111.dmg'


def make(path, *options):
    """Makes an image and returns what its maker says of it."""
    result = subprocess.run([MAKER, path, '--json', *options], check=True, stdout=subprocess.PIPE, text=True, timeout=120)
    return json.loads(result.stdout)


def unzip(*arguments):
    return subprocess.run(['unzip', *arguments], check=True, stdout=subprocess.PIPE, text=True, timeout=120).stdout


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
