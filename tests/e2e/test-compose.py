#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Composing, and installing what has to be composed, on hosts that lack something. The recipe and the archive are
stand-ins (composing.py); the real ones are tested end to end."""
import os
import re
import shutil
import signal
import stat
import subprocess
import time

from vztest import VZ, Skip, eventually, expect, main, mounter
from composing import Archive
from mounts import NONE_OF_THEM, bindfs, formatted, take_away

SOON = 60  # seconds, on a loaded machine


def able(home):
    """The sentences here are about hosts that could compose."""
    said = home.vz('doctor').stdout
    if 'cannot compose' in said:
        raise Skip('this host cannot compose')


def content(path):
    with open(path, 'rb') as file:
        return file.read()


def compose(home, path, *options):
    expect(home.vz('image', 'compose', *options, '-o', path), 0)
    return content(path)


def refused(home, code, *texts, before=()):
    """By both commands that compose, before anything is created."""
    for command in (['image', 'compose', '-o', home.join('x.ipsw')], ['install', '--bundle', home.join('x.bundle')]):
        done = subprocess.run([*before, VZ, *command], env=home.environment, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=2 * SOON)
        expect(done, code, *texts)
        assert not [name for name in os.listdir(home.path) if name.startswith(('x', '.x'))], os.listdir(home.path)


def every_umask(home):
    able(home)
    images = []
    with Archive(home):
        for mask in (0o000, 0o022, 0o077):
            path = home.join(f'{mask:03o}.ipsw')
            before = os.umask(mask)
            try:
                images.append(compose(home, path, '--no-cache'))
            finally:
                os.umask(before)
            assert stat.S_IMODE(os.stat(path).st_mode) == 0o666 & ~mask, path
    assert images[0] == images[1] == images[2]


def each_call_missing(home):
    able(home)
    with Archive(home):
        usual = compose(home, home.join('usual.ipsw'), '--no-cache')
        for number, row in enumerate(NONE_OF_THEM):
            take_away(home, row)
            shutil.rmtree(home.join('cache'))
            for kind, options in (('new', ['--no-cache']), ('filled', []), ('cached', [])):
                assert compose(home, home.join(f'{kind}{number}.ipsw'), *options) == usual, (row, kind)
        assert os.listdir(home.join('cache', 'vz', 'tmp')) == []


def desktop(home):
    """It is part of the request, also for the cache, and requires a larger machine."""
    able(home)
    with Archive(home):
        usual = compose(home, home.join('usual.ipsw'))
        made = compose(home, home.join('desktop.ipsw'), '--desktop', '--packages', 'vim')
        assert made != usual
        assert compose(home, home.join('again.ipsw'), '--packages', 'vim', '--desktop') == made
        assert compose(home, home.join('plain.ipsw'), '--packages', 'vim') != made
        assert compose(home, home.join('still.ipsw')) == usual
        assert len([name for name in os.listdir(home.join('cache', 'vz', 'images')) if name.endswith('.ipsw')]) == 3
        done = subprocess.run([VZ, 'image', 'compose', '--desktop'], env=home.environment, cwd=home.path,
                              capture_output=True, text=True, timeout=SOON, check=True)
        assert done.stdout.endswith('_desktop.ipsw\n'), done
    expect(home.vz('install', '--dry-run', home.join('usual.ipsw')), 0, '512M of memory, 2G of disk')
    expect(home.vz('install', '--dry-run', home.join('desktop.ipsw')), 0, '1G of memory, 4G of disk')
    expect(home.vz('install', '--memory', '512M', home.join('desktop.ipsw')), 4, '--memory', '1G')
    expect(home.vz('install', '--disk', '3G', home.join('desktop.ipsw')), 4, '--disk', '4G')


def lists_of_packages():
    """What mmdebstrap is told, from the recipe's own function."""
    recipe = os.path.join(os.environ['VZ_DATADIR'], 'compose')
    with open(os.path.join(recipe, 'compose'), encoding='utf-8') as file:
        function = re.search(r'^list_packages\(\)\n{\n.*?^}\n', file.read(), re.DOTALL | re.MULTILINE).group(0)

    def packages(**more):
        environment = {'PATH': os.environ['PATH'], 'VZ_DATA': recipe, 'VZ_DISTRIBUTION': 'debian', 'VZ_DEB_ARCH': 'amd64',
                       'VZ_PACKAGES': '', 'VZ_DESKTOP': '', **more}
        return subprocess.run(['sh', '-euc', function + 'list_packages'], env=environment, capture_output=True, text=True,
                              check=True).stdout.split()

    usual = packages()
    added = packages(VZ_DESKTOP='1')[len(usual):]
    assert not set(added) & set(usual) and {'lightdm', 'xfce4-session', 'thunar', 'spice-vdagent'} <= set(added), added
    assert packages(VZ_DESKTOP='1', VZ_PACKAGES='vim,git') == usual + added + ['vim', 'git']


def other_file_system(home, mount, takes_links):
    with Archive(home), mount:
        usual = compose(home, home.join('usual.ipsw'))
        assert compose(home, os.path.join(mount.place, 'new.ipsw'), '--no-cache') == usual
        assert compose(home, os.path.join(mount.place, 'cached.ipsw')) == usual
        expect(home.vz('image', 'compose', '-o', os.path.join(mount.place, 'new.ipsw')), 1, 'already exists')
        assert sorted(os.listdir(mount.place)) == ['cached.ipsw', 'new.ipsw']
        home.environment['XDG_CACHE_HOME'] = os.path.join(mount.place, 'cache')
        if takes_links:
            assert compose(home, home.join('there.ipsw')) == usual
        else:
            refused(home, 3, 'XDG_CACHE_HOME', mount.place, 'symbolic links', 'on another file system')


def on_bindfs(home):
    able(home)
    other_file_system(home, bindfs(home), True)


def on_exfat(home):
    able(home)
    other_file_system(home, formatted(home, 'exfat', 6 << 30), False)


def on_vfat(home):
    able(home)
    other_file_system(home, formatted(home, 'vfat', 6 << 30, '-F', '32'), False)


def noexec_cache(home):
    """The guest's programs are run in it."""
    able(home)
    os.mkdir(home.join('cache'))
    before = [*mounter(), 'sh', '-c', 'mount -t tmpfs -o noexec,size=8G none "$XDG_CACHE_HOME" && exec "$@"', 'sh']
    with Archive(home):
        refused(home, 3, home.join('cache'), 'noexec', 'XDG_CACHE_HOME', before=before)
    done = subprocess.run([*before, VZ, 'doctor'], env=home.environment, capture_output=True, text=True, timeout=SOON)
    said = [line for line in done.stdout.splitlines() if 'noexec' in line]
    assert done.returncode in (0, 3) and len(said) == 1 and 'XDG_CACHE_HOME' in said[0], done


def no_name_servers(home):
    able(home)
    for name in list(home.environment):
        if name.lower().endswith('_proxy'):
            del home.environment[name]
    open(home.join('resolv.conf'), 'w', encoding='ascii').close()
    place = os.path.realpath('/etc/resolv.conf')
    before = [*mounter(), 'sh', '-c', 'mount --bind "$1" "$2" && shift 2 && exec "$@"', 'sh', home.join('resolv.conf'), place]
    texts = 'this host has no name servers', '/etc/resolv.conf', "'nameserver ADDRESS'"
    refused(home, 1, *texts, before=before)
    for command, code in ((['image', 'fetch', 'http://example.invalid/x.ipsw', '-o', home.join('x.ipsw')], 1),
                          (['image', 'inspect', 'https://example.invalid/x.ipsw'], 1), (['doctor'], None)):
        done = subprocess.run([*before, VZ, *command], env=home.environment, capture_output=True, text=True, timeout=SOON)
        expect(done, code if code is not None else done.returncode, *texts)


def wrong_clock(home):
    """The archive's time is tomorrow's; so is this program's, for the doctor."""
    able(home)
    with Archive(home, age=-86400):
        refused(home, 3, "this host's clock says", 'the archive is from', "'timedatectl set-ntp true'")
    program = home.join('vz')
    shutil.copy(VZ, program)
    os.utime(program, (time.time() + 3 * 86400,) * 2)
    done = subprocess.run([program, 'doctor'], env=home.environment, capture_output=True, text=True, timeout=SOON)
    expect(done, done.returncode, "this host's clock says", 'this program is from', "'timedatectl set-ntp true'")


def stand_in(home, text):
    folder = home.join('bin')
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, 'unshare'), 'w', encoding='ascii') as file:
        file.write('#!/bin/sh\n' + text)
    os.chmod(file.name, 0o700)
    home.environment['PATH'] = f"{folder}:{os.environ['PATH']}"


def refused_namespaces(home):
    """As util-linux does it: the process started to map other IDs remains, and holds the output."""
    able(home)
    stand_in(home, 'sleep 300 &\necho "unshare: not permitted" >&2\nexit 1\n')
    with Archive(home):
        refused(home, 3, 'may not create namespaces (unshare: not permitted)')


def namespaces_refused_by_the_kernel(home):
    """For real, in a namespace in which no more of that kind are allowed: with the kernel's own limits."""
    able(home)
    limits = ('max_user_namespaces', 'max_mnt_namespaces', 'max_pid_namespaces')
    script = ''.join(f'echo 0 > /proc/sys/user/{name} && ' for name in limits) + 'exec "$@"'
    before = ['unshare', '--user', '--map-root-user', 'sh', '-c', script, 'sh']
    if subprocess.run([*before, 'true'], capture_output=True).returncode:
        raise Skip('no namespace can be made in which this could be set')
    with Archive(home):
        refused(home, 3, 'may not create namespaces (unshare', 'max_', 'sysctl', before=before)
    done = subprocess.run([*before, VZ, 'doctor'], env=home.environment, capture_output=True, text=True, timeout=SOON)
    expect(done, done.returncode, 'may not create namespaces', 'sysctl')


def interrupted(home):
    """While it checks whether namespaces can be created: at once, and nothing remains."""
    able(home)
    stand_in(home, f'# {home.path}\ntouch "{home.path}/asked"\ntrap "" TERM INT HUP\nsleep 299 &\nsleep 299\n')
    commands = (['image', 'compose', '-o', home.join('x.ipsw')], ['install', '--bundle', home.join('x.bundle')], ['doctor'])
    with Archive(home):
        for command in commands:
            for number in (signal.SIGINT, signal.SIGTERM):
                process = home.start(*command)
                eventually('the question', SOON, lambda: os.path.exists(home.join('asked')))
                start = time.monotonic()
                process.send_signal(number)
                _, said = process.communicate(timeout=SOON)
                assert time.monotonic() - start < 10, (command, time.monotonic() - start)
                assert process.returncode == 130, (command, process.returncode, said)
                # What it had just started is killed with it, and gone as soon as the kernel gets to it.
                eventually(f'the end of what {command} asked', 2, lambda: not home.processes('unshare'))
                os.unlink(home.join('asked'))
    assert not [name for name in os.listdir(home.path) if name.startswith(('x', '.x'))], os.listdir(home.path)


main([every_umask, desktop, lists_of_packages, each_call_missing, on_bindfs, on_exfat, on_vfat, noexec_cache,
      no_name_servers, wrong_clock, refused_namespaces, namespaces_refused_by_the_kernel, interrupted])
