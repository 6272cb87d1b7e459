#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Shared folders as seen from the host: which kind, what doctor reports, and that no server is left behind."""
import os
import signal
import stat
import subprocess
import sys

from vztest import VZ, Skip, eventually, expect, main, small_guest

WITHOUT_NAMESPACES = ['unshare', '--user', '--map-user=1001', '--map-group=1001', '--keep-caps', 'sh', '-c',
                      'echo 0 >/proc/sys/user/max_user_namespaces && exec setpriv --inh-caps=-all --ambient-caps=-all "$@"',
                      'sh']


def real_server():
    """Debian 13's virtiofsd."""
    folder = os.environ['VZ_TEST_GUEST']
    made = subprocess.run([os.environ['VZ_TEST_MAKE_VIRTIOFSD'], folder], capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise Skip(f'virtiofsd cannot be fetched: {made.stderr.strip()[-200:]}')
    return os.path.join(folder, 'virtiofsd', 'virtiofsd')


def false_server(home, lines):
    """One that claims the right version, and then does what @lines say."""
    path = home.join('virtiofsd')
    with open(path, 'w', encoding='utf-8') as file:
        file.write('#!/bin/sh\n[ "$1" = --version ] && echo virtiofsd 1.13.2 && exit 0\n' + lines)
    os.chmod(path, stat.S_IRWXU)
    return path


def folder_of(home):
    path = home.join('work')
    os.makedirs(path, exist_ok=True)
    return path


def without_namespaces(home, *arguments):
    """vz as an ordinary user to whom the host refuses a user namespace."""
    if subprocess.run([*WITHOUT_NAMESPACES, 'true'], capture_output=True, check=False).returncode != 0:
        raise Skip('this host has no user namespaces, in which they could be refused')
    return subprocess.run([*WITHOUT_NAMESPACES, VZ, *arguments], env=home.environment, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=300, check=False)


def without(home, *names):
    """A PATH without these programs."""
    folder = home.join('programs')
    os.mkdir(folder)
    for place in reversed(os.environ['PATH'].split(':')):
        for name in os.listdir(place) if os.path.isdir(place) else []:
            link = os.path.join(folder, name)
            if name not in names:
                if os.path.lexists(link):
                    os.unlink(link)
                os.symlink(os.path.join(place, name), link)
    return folder


def servers(home):
    return home.processes('--shared-dir')


def doctor_says_which_and_why(home):
    home.environment['VZ_VIRTIOFSD'] = 'none'
    expect(home.vz('doctor'), 0, "over 9P, which QEMU serves itself, not over virtio-fs: VZ_VIRTIOFSD is 'none'")
    home.environment['VZ_VIRTIOFSD'] = false_server(home, 'exit 0\n')
    expect(home.vz('doctor'), 0, f"over virtio-fs: virtiofsd 1.13.2 ('{home.join('virtiofsd')}')",
           "files belong to the guest's user")
    home.environment['VZ_VIRTIOFSD'] = false_server(home, 'echo "[t ERROR virtiofsd] no luck" >&2; exit 1\n')
    expect(home.vz('doctor'), 0, 'not over virtio-fs', 'does not start here: no luck')


def no_server_outlives_qemu(home):
    home.environment['VZ_VIRTIOFSD'] = real_server()
    bundle = small_guest(home)
    for number in (signal.SIGKILL, None):
        expect(home.vz('run', '--detach', '--share', folder_of(home), bundle, timeout=300), 0, '/mnt/work')
        assert servers(home)
        expect(home.vz('save', bundle), 1, 'directory-sharing-devices')
        if number:
            for pid in home.processes():
                os.kill(pid, number)
        else:
            expect(home.vz('stop', '--force', bundle), 0)
        eventually('a process that is left', 30, lambda: not servers(home) and not home.processes())


def a_server_that_fails_is_named(home):
    folder = folder_of(home)
    home.environment['VZ_VIRTIOFSD'] = false_server(home, f'case "$*" in *" {folder} "*) echo "no luck"; exit 7 ;; esac\n')
    done = home.vz('run', '--detach', '--share', folder, small_guest(home), timeout=300)
    expect(done, 1, f"cannot share the folder '{folder}'", 'ended with status 7', 'no luck')
    assert not home.processes()


def namespaces_refused(home):
    bundle = small_guest(home)
    home.environment['VZ_VIRTIOFSD'] = 'none'
    said = 'this host refuses user namespaces: '
    expect(without_namespaces(home, 'doctor'), 0, "the guest sees the host's owners", said)
    expect(without_namespaces(home, 'run', '--detach', '--share', folder_of(home), bundle), 0, '/mnt/work', said)
    expect(home.vz('stop', '--force', bundle), 0)
    home.environment['VZ_VIRTIOFSD'] = real_server()
    done = expect(without_namespaces(home, 'doctor'), 0, 'over virtio-fs', 'does not allow to confine itself to the folder')
    assert said not in done.stdout.split('shared folders')[1].split('\nok ')[0]
    done = expect(without_namespaces(home, 'run', '--detach', '--share', folder_of(home), bundle), 0, '/mnt/work')
    assert said not in done.stderr
    assert servers(home)
    expect(home.vz('stop', '--force', bundle), 0)
    eventually('a server that is left', 30, lambda: not servers(home))


def the_translator_is_a_share(home):
    """And a machine whose host has none says so, and leaves nothing behind."""
    home.environment['VZ_VIRTIOFSD'] = 'none'
    bundle = small_guest(home, **{'directory-sharing-devices': [
        {'type': 'VzVirtioFileSystemDeviceConfiguration', 'tag': 'rosetta',
         'share': {'type': 'VzLinuxRosettaDirectoryShare'}}]})
    done = expect(home.vz('check', bundle), 4)
    assert done.stdout == 'AuxiliaryStorage: is missing\n', done.stdout  # which the small guest does without
    expect(home.vz('show', bundle), 0)
    expect(home.vz('show', '--json', bundle), 0, 'VzLinuxRosettaDirectoryShare')
    expect(home.vz('run', '--detach', bundle), 0, 'is at /mnt/rosetta/rosetta in the guest, read-only')
    expect(home.vz('show', bundle), 0)
    expect(home.vz('stop', '--force', bundle), 0)
    expect(home.vz('doctor'), 0, 'guests can use it to run programs of another architecture')
    home.environment['VZ_TRANSLATOR'] = 'none'
    expect(home.vz('doctor'), 0, "VZ_TRANSLATOR is 'none'")
    expect(home.vz('run', '--detach', bundle), 3, "VZ_TRANSLATOR is 'none'")
    assert not home.processes()
    del home.environment['VZ_TRANSLATOR']
    home.environment['PATH'] = without(home, 'qemu-aarch64-static', 'qemu-aarch64', 'qemu-x86_64-static', 'qemu-x86_64')
    expect(home.vz('run', '--detach', bundle), 3, '(package qemu-user-static)')
    expect(home.vz('check', bundle), 4, '(package qemu-user-static)')
    expect(home.vz('show', bundle), 0)


TESTS = [doctor_says_which_and_why, no_server_outlives_qemu, a_server_that_fails_is_named, namespaces_refused,
         the_translator_is_a_share]
main([test for test in TESTS if not sys.argv[1:] or test.__name__ in sys.argv[1:]])
