#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Paths are bytes, texts are UTF-8 in any locale, JSON is valid, terminals get no control sequences, and files with
secrets are private with any umask."""
import json
import os
import pty
import re
import stat
import subprocess

from machinefiles import bundle, configure
from vztest import VZ, expect, main, small_image

LOCALES = ('C', 'POSIX', 'C.UTF-8', 'de_DE.ISO-8859-1', 'tr_TR.UTF-8', 'nonsense')
EVIL = 'a\x1b[31mb\x9bc\u202edc\r.bundle'


def raw(home, *arguments, umask=None):
    """The bytes that it prints."""
    return subprocess.run([os.fsencode(VZ), *map(os.fsencode, arguments)], env=home.environment, stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=120, preexec_fn=None if umask is None else lambda: os.umask(umask))


def on_terminal(home, *arguments):
    """What a terminal gets from both outputs."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen([os.fsencode(VZ), *map(os.fsencode, arguments)], env=home.environment,
                               stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs)
    os.close(theirs)
    said = b''
    try:
        while part := os.read(ours, 4096):
            said += part
    except OSError:  # the other side is closed
        pass
    process.wait(60)
    os.close(ours)
    return said


def strings_in_every_locale(home):
    for locale in LOCALES:
        home.environment['LC_ALL'] = locale
        expect(home.vz('install', '--name', 'Bücher', 'x'), 2, "'Bücher' found")
        expect(home.vz('install', '--user', 'Jürgen', 'x'), 2, "'Jürgen' found")
        expect(home.vz('install', '--publish', 'ü', '--publish', 'b', 'x'), 2, "'ü' is not a published port")
        assert "'Bücher' found" in home.vz('image', 'compose', '--suite', 'Bücher', '-o', home.join('x')).stderr
        expect(home.vz('image', 'fetch', '--catalog', home.join('Bücher'), 'x'), 5, 'Bücher')
        done = raw(home, 'install', '--name', b'B\xfccher', 'x')
        assert done.returncode == 2 and b"--name: 'B\\xfccher' is not UTF-8" in done.stderr, (locale, done)


def paths_are_bytes(home):
    for number, locale in enumerate(LOCALES):
        home.environment['LC_ALL'] = locale
        path = configure(bundle(home, name=f'Bücher{number}.bundle', data=1 << 20, size=8 << 20))
        wild = os.fsencode(home.path) + b'/B\xfccher%d' % number
        done = raw(home, 'backup', path, wild)
        assert done.returncode == 0 and done.stdout == wild + b'\n', (locale, done)
        done = raw(home, 'restore-backup', '--json', wild, wild + b'.bundle')
        assert done.returncode == 0, (locale, done)
        for line in done.stdout.decode().splitlines():  # strict: valid UTF-8
            last = json.loads(line)
        assert last['bundle'].encode() == os.fsencode(home.path) + b'/B\\xfccher%d.bundle' % number, last
        done = raw(home, 'show', '--json', wild + b'.bundle')
        assert done.returncode == 0 and json.loads(done.stdout.decode()), done
        assert raw(home, 'check', wild + b'.bundle').returncode in (0, 4)
        done = raw(home, 'backup', '--json', wild + b'.none', wild)
        assert done.returncode == 5 and json.loads(done.stdout.decode().splitlines()[-1])['event'] == 'error', done


def numbers_in_json_have_a_point(home):
    home.environment['LC_ALL'] = 'de_DE.UTF-8'
    path = bundle(home, data=1 << 20, size=8 << 20)
    done = raw(home, 'backup', '--json', path, home.join('x'))
    assert all(json.loads(line) for line in done.stdout.decode().splitlines()), done


def a_terminal_is_not_commanded(home):
    path = configure(bundle(home, name=EVIL, data=1 << 20, size=8 << 20))
    allowed = re.compile(rb'\r|\x1b\[K')  # of the progress itself
    for arguments in (('show', path), ('check', path), ('list',), ('backup', path, home.join('backup')),
                      ('show', path + '.none'), ('set', path, 'x\x1b]0;y\x07=1'), ('image', 'inspect', path),
                      ('image', 'fetch', '-o', home.join('x'), 'none\x1b[2J'), ('\x1b[2J',), ('list', '--\x1b[2J')):
        said = on_terminal(home, *arguments)
        rest = allowed.sub(b'', said).decode()
        bad = [c for c in rest if (ord(c) < 32 and c not in '\n\t') or 127 <= ord(c) < 160 or ord(c) == 0x202e]
        assert not bad, (arguments, said)
        assert arguments[0] not in ('show', 'check') or b'a\\x1b[31mb\\u009b' in said, said
    # Pipes get the bytes, since scripts use them; JSON gets its own notation for them.
    assert raw(home, 'backup', path, home.join(EVIL + '2')).stdout == os.fsencode(home.join(EVIL + '2')) + b'\n'
    done = raw(home, 'backup', '--json', path, home.join(EVIL + '3')).stdout
    assert b'\x1b' not in done and b'\xc2\x9b' not in done and json.loads(done.splitlines()[-1])['backup'] == home.join(EVIL + '3')


def a_name_is_one_line(home):
    """A line break in a name does not become one in a message, where the rest would pass for another message."""
    evil = home.join('a\nvz: all is well')
    path = configure(bundle(home, name='a\nvz: all is well', data=1 << 20, size=8 << 20))
    for arguments in (('show', evil + '.none'), ('ip', path), ('run', '--detach', path), ('backup', path, path),
                      ('image', 'inspect', evil), ('delete', evil + '.none'), ('a\nvz: all is well',),
                      ('clone', path, path), ('list', '--a\nvz: all is well'), ('export', path, evil + '.none')):
        done = raw(home, *arguments)
        said = done.stderr.decode()
        assert done.returncode and '\nvz: all' not in said and 'a\\x0avz: all' in said, (arguments, said)
    for arguments in (('list',), ('show', path)):
        said = on_terminal(home, *arguments)
        assert b'\nvz: all' not in said and b'a\\x0avz: all' in said, (arguments, said)
    assert os.fsencode(path) in raw(home, 'list').stdout


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


def secrets_are_private_whatever_the_umask(home):
    path = bundle(home, data=1 << 20, size=8 << 20)
    image = small_image(home.join('a.ipsw'))
    for umask in (0o000, 0o022, 0o077):
        at = home.join(f'{umask:o}')
        os.mkdir(at, 0o700)
        backup, restored, clone = (os.path.join(at, name) for name in ('vm.backup', 'r.bundle', 'c.bundle'))
        assert raw(home, 'backup', path, backup, umask=umask).returncode == 0
        assert raw(home, 'restore-backup', backup, restored, umask=umask).returncode == 0
        assert raw(home, 'clone', path, clone, umask=umask).returncode == 0
        assert mode(backup) == 0o600, oct(mode(backup))
        for made in (restored, clone):
            assert mode(made) == 0o700
            for name in os.listdir(made):
                assert mode(os.path.join(made, name)) == 0o600, name
        # Files meant for others follow the umask.
        assert raw(home, 'image', 'fetch', '-o', os.path.join(at, 'a.ipsw'), image, umask=umask).returncode == 0
        assert raw(home, 'image', 'extract', '-d', os.path.join(at, 'out'), image, 'RootFileSystem', umask=umask).returncode == 0
        for name in ('a.ipsw', os.path.join('out', 'RootFileSystem.img')):
            assert mode(os.path.join(at, name)) == 0o666 & ~umask, (name, oct(umask), oct(mode(os.path.join(at, name))))


def private_from_the_first_moment(home):
    """While it is being written, no file has a name, or others cannot open it."""
    path = bundle(home, data=64 << 20, size=128 << 20)
    at = home.join('at')
    os.mkdir(at)
    process = subprocess.Popen([VZ, 'backup', path, os.path.join(at, 'vm.backup')], env=home.environment,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=lambda: os.umask(0))
    seen = set()
    while process.poll() is None:
        # A process that is ending may lose its descriptors at any point here.
        try:
            for name in os.listdir(f'/proc/{process.pid}/fd'):
                opened = f'/proc/{process.pid}/fd/{name}'
                if os.readlink(opened).startswith(at):
                    seen.add(stat.S_IMODE(os.stat(opened).st_mode))
        except OSError:
            continue
    assert process.returncode == 0 and seen <= {0o600, 0o700, 0o755, 0o777} and 0o644 not in seen and 0o666 not in seen, seen


main([strings_in_every_locale, paths_are_bytes, numbers_in_json_have_a_point, a_terminal_is_not_commanded,
      a_name_is_one_line,
      secrets_are_private_whatever_the_umask, private_from_the_first_moment])
