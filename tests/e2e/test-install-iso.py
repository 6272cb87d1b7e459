#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""`vz install --iso` to its end: the small guest as an installer on a CD image, which copies itself to the disk."""
import glob
import hashlib
import os
import re
import signal
import struct
import sys
import urllib.request

HERE = os.path.dirname(__file__)
sys.path[:0] = [os.path.join(HERE, '..', 'server'), os.path.join(HERE, '..', 'disk')]
import isos  # noqa: E402  pylint: disable=wrong-import-position
from installing import LIMIT, check_bundle, command, console, small_guest_folder  # noqa: E402  pylint: disable=wrong-import-position
from vztest import ARCHITECTURE, Skip, eventually, expect, main  # noqa: E402  pylint: disable=wrong-import-position
from webserver import Server  # noqa: E402  pylint: disable=wrong-import-position


def installer(home, how):
    return isos.make_installer(home.join(f'{how}.iso'), small_guest_folder(), how)


def install(home, iso, *options):
    return home.vz(*command(home, iso, '--headless', *options), timeout=LIMIT)


def to_the_end(home):
    iso = installer(home, 'poweroff')
    expect(install(home, iso), 0, 'the installer is running', 'is installed')
    assert 'install: done' in console(home)
    check_bundle(home)


def restarts_when_done(home):
    """The guest does not boot again before the bundle is complete."""
    expect(install(home, installer(home, 'restart')), 0, 'is installed')
    assert 'READY' not in console(home)
    check_bundle(home)


def restarts_before(home):
    """With nothing on the disk, the CD starts again; the image comes from a server, and is not kept."""
    os.mkdir(home.join('www'))
    iso = installer(home, 'twice')
    os.rename(iso, home.join('www', 'twice.iso'))
    with open(home.join('www', 'twice.iso'), 'rb') as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    with Server(home.join('www')) as server:
        expect(install(home, server.url('twice.iso'), '--sha256', digest), 0, 'is installed')
    assert console(home).count('install: twice') == 2
    check_bundle(home)


def installs_nothing(home):
    iso = installer(home, 'nothing')
    before = home.files()
    expect(install(home, iso), 1, 'no system is installed')
    assert home.files() == before, home.files() - before


def begin(home, *options):
    process = home.start(*command(home, home.join('wait.iso'), *options))
    eventually(lambda: console(home), LIMIT, lambda: 'install: wait' in console(home))
    return process


def interrupted(home):
    """On a signal it leaves nothing; what a killed one leaves is replaced."""
    iso = installer(home, 'wait')
    before = home.files()
    process = begin(home, '--headless')
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130 and 'interrupted' in said, said
    assert home.files() == before and not home.processes(), home.files() - before
    process = home.start(*command(home, iso, '--headless'))
    eventually(lambda: console(home), LIMIT, lambda: console(home).count('install: wait') == 2)
    expect(install(home, iso), 6)
    process.kill()
    process.wait()
    eventually('the end of QEMU', 30, lambda: not home.processes())
    assert not os.path.exists(home.join('i.bundle'))
    expect(install(home, installer(home, 'poweroff')), 0, 'replacing what the interrupted installation', 'is installed')
    check_bundle(home)


def shows_its_screen(home):
    """On a page, unless requested otherwise."""
    iso = installer(home, 'wait')
    process = home.start(*command(home, iso))
    address = None
    for line in process.stderr:
        found = re.search(r'screen: (http://\S+)', line)
        address = found.group(1) if found else address
        if 'the installer is running' in line:
            break
    browser = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor())
    with browser.open(address, timeout=60) as page:
        assert page.status == 200, page.status
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 130 and not home.processes()
    process = home.start(*command(home, iso, '--display', 'vnc'))
    assert any(re.search(r'screen: vnc://127\.0\.0\.1:\d+ password: ', line) for line in process.stderr)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130 and not os.path.exists(home.join('i.bundle'))


def memtest(architecture):
    found = glob.glob(f'/usr/lib/memtest86+/*{architecture}*.iso')
    if not found:
        raise Skip(f'the package memtest86+ has no CD image for {architecture} here')
    return found[0]


def another_programs_cd(home):
    """memtest86+ as published; its screen is full of text, in a mode of its own."""
    picture = home.join('a.png')

    def shows_it():
        home.vz('screenshot', home.join('.i.bundle.partial'), picture)
        if not os.path.exists(picture) or os.stat(picture).st_size < 4000:
            return False
        with open(picture, 'rb') as file:
            return struct.unpack('>II', file.read(24)[16:]) == (640, 480)

    if ARCHITECTURE != 'x86_64':
        raise Skip('memtest86+ is for x86')
    process = home.start(*command(home, memtest('x64'), '--headless'))
    eventually('its screen', LIMIT, shows_it)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130 and not home.processes()
    expect(install(home, memtest('ia32')), 3, 'is for i386')


main([to_the_end, restarts_when_done, restarts_before, installs_nothing, interrupted, shows_its_screen,
      another_programs_cd])
