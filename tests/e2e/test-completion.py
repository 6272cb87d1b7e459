#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What bash offers after `vz`: commands, their second words, options, machines, systems, files."""
import os
import subprocess

from machinefiles import bundle, configure
from vztest import VZ, expect, main, small_image

SCRIPT = """. "$1"; shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_vz
printf '%s\\n' "${COMPREPLY[@]}"
"""


def offered(home, *words):
    """The last word is the one being typed."""
    script = home.join('completion')
    if not os.path.exists(script):
        with open(script, 'w', encoding='utf-8') as file:
            file.write(expect(home.vz('--completion'), 0).stdout)
        os.symlink(VZ, home.join('vz'))
    result = subprocess.run(['bash', '-c', SCRIPT, 'bash', script, 'vz', *words], capture_output=True, text=True, check=True,
                            cwd=home.path, env=dict(home.environment, PATH=f'{home.path}:{os.environ["PATH"]}'), timeout=60)
    assert result.stderr == '', result
    return set(result.stdout.split())


def commands(home):
    words = offered(home, '')
    assert {'install', 'run', 'image', 'usb', 'list'} <= words and 'completion' not in words, words
    assert offered(home, 'res') == {'resize', 'restore-backup', 'resume'}
    assert offered(home, 'image', '') == {'compose', 'extract', 'fetch', 'inspect', 'list', 'verify'}
    assert offered(home, 'usb', 'a') == {'attach'}
    assert offered(home, 'nonsense', 'x') == set()


def options(home):
    words = offered(home, 'install', '--')
    assert {'--help', '--json', '--cpus', '--bundle', '--dry-run'} <= words, words
    assert offered(home, 'image', 'list', '--sys') == {'--systems'}
    assert offered(home, 'install', '--dry') == {'--dry-run'}


def machines_and_files(home):
    os.mkdir(home.join('machines'))
    for name in ('first', 'second'):
        expect(home.vz('set', configure(bundle(home, f'machines/{name}.bundle')), 'cpu-count=1'), 0)  # notes the place
    words = offered(home, 'stop', '')
    assert words >= {'first', 'second', 'machines'}, words
    assert offered(home, 'usb', 'list', 'sec') == {'second'}
    assert offered(home, 'run', './mach') == {'./machines'}
    assert offered(home, 'doctor', 'fir') == set()


def names_are_not_run(home):
    """bash expands the words that it is given as choices."""
    path = configure(bundle(home, '$(touch${IFS}$PWNED).bundle'))
    expect(home.vz('set', path, 'cpu-count=1'), 0)
    assert path in home.vz('list').stdout
    home.environment['PWNED'] = home.join('pwned')
    offered(home, 'stop', '')
    assert not os.path.exists(home.join('pwned'))


def systems(home):
    small_image(home.join('uncommon.ipsw'))
    for words in (('install', 'fed'), ('image', 'fetch', 'fed')):
        names = offered(home, *words)
        assert names == {'fedora'}, (words, names)
    assert offered(home, 'install', 'unc') == {'uncommon.ipsw'}


main([commands, options, machines_and_files, names_are_not_run, systems])
