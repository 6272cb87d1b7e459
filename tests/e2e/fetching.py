# SPDX-License-Identifier: LGPL-2.1-or-later
"""Shared by the tests of fetching: serving an image, fetching it to one place, examining the result."""
import hashlib
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'server'))
from vztest import expect  # noqa: E402  pylint: disable=wrong-import-position


def publish(home, size='12M', *options):
    """A folder with an image in it."""
    folder = home.join('served')
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, 'i.ipsw')
    subprocess.run([os.environ['VZ_MAKE_IPSW'], path, '--size', size, *options], check=True, timeout=60)
    return folder, path


def digest(path, kind='sha256'):
    found = hashlib.new(kind)
    with open(path, 'rb') as stream:
        while block := stream.read(1 << 20):
            found.update(block)
    return found.hexdigest()


def leftovers(home):
    return sorted(name for name in os.listdir(home.path) if name.startswith('o.ipsw'))


def fetch(home, url, *options, code=0, texts=(), **more):
    return expect(home.vz('image', 'fetch', url, '-o', home.join('o.ipsw'), *options, **more), code, *texts)


def assert_fetched(home, original):
    assert leftovers(home) == ['o.ipsw'], leftovers(home)
    assert digest(home.join('o.ipsw')) == digest(original)
    os.unlink(home.join('o.ipsw'))


def assert_nothing_left(home):
    assert leftovers(home) == [], leftovers(home)
