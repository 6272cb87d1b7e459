#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Images of the size of Apple's, 20 GB of four thousand members, sparse: inspected, verified, taken out, in little memory, and
as unzip has them."""
import json
import os
import time

from images import extract_as_unzip, make, unzip, verify
from vztest import expect, main, needs_little_memory

SIZE = 20 << 30
MEMBERS = 4000


class Clock:  # pylint: disable=too-few-public-methods
    def __init__(self):
        self.begin = time.monotonic()

    def say(self, what):
        now = time.monotonic()
        print(f'# {what}: {now - self.begin:.1f} s', flush=True)
        self.begin = now


def inspect(home, path, said):
    found = json.loads(expect(home.vz('image', 'inspect', '--all', '--json', path), 0).stdout)
    listed = [line.split(None, 3) for line in unzip('-lqq', path).splitlines()]
    sizes = {name: int(size) for size, _, _, name in listed if not name.startswith('__MACOSX/')}
    assert found['size'] == os.path.getsize(path) >= SIZE and len(sizes) >= MEMBERS
    assert found['unpacked-size'] == sum(sizes.values())
    assert len(found['components']) == len(said['components'])
    for component in found['components']:
        if component['path'] in sizes:
            assert component['size'] == sizes[component['path']], component
    return found


def check(home, *options):
    path, clock = home.join('a.ipsw'), Clock()
    said = make(path, '--size', str(SIZE), '--members', str(MEMBERS), '--junk', *options)
    assert os.stat(path).st_blocks * 512 < 100 << 20, 'not sparse'
    clock.say('make')
    found = inspect(home, path, said)
    clock.say('inspect')
    findings, event = verify(home, path, 0)
    clock.say('verify')
    assert event['event'] == 'result' and event['members'] == len(said['members']), event
    assert {one['state'] for one in findings} <= {'good', 'not-verified'}
    print(f'# {extract_as_unzip(home, path)} members are as unzip has them')
    clock.say('extract and compare')
    needs_little_memory(home, 'image', 'inspect', path)
    needs_little_memory(home, 'image', 'verify', path)
    needs_little_memory(home, 'image', 'extract', path, '*', '-d', home.join('all'))
    clock.say('all of it again, in little memory')
    return found, event


def macos(home):
    found, event = check(home, '--zip64', '--devices', '5')
    assert found['operating-system'] == 'macOS' and not found['is-supported']
    assert len({one['device-class'] for one in found['build-identities']}) == 6
    assert event['good'] > 100, event


def linux(home):
    found, event = check(home, '--os', 'linux', '--devices', '2', '--descriptors')
    assert found['is-supported'] and {one['encoding'] for one in found['components']} == {'chunks'}
    assert event['good'] == 4, event


main([macos, linux])
