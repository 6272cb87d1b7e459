#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Debian's own installer, on a CD image, used from the page in a real browser that `vz install --iso` shows it on."""
import os
import signal
import subprocess
import sys

from chromium import Driver
from pageserver import PageServer
from vztest import ARCHITECTURE, Home, Skip, eventually, main

sys.path.append(os.path.join(os.path.dirname(__file__), '..', 'disk'))
import isos  # noqa: E402  pylint: disable=wrong-import-position

LIMIT = 1200
# How many pixels in a thousand are of the installer's background, and how many of its boxes.
COLORS = '''
const canvas = document.querySelector('#screen canvas');
if (!canvas || !canvas.width) return [0, 0];
const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
let blue = 0, grey = 0;
for (let i = 0; i < data.length; i += 4) {
  blue += data[i] < 20 && data[i + 1] < 20 && data[i + 2] > 130 && data[i + 2] < 200;
  grey += data[i] > 150 && data[i] < 190 && data[i] === data[i + 1] && data[i] === data[i + 2];
}
return [blue, grey].map(n => Math.round(n * 4000 / data.length));
'''

home = Home()
driver = server = desktop = None
question = 0


def keep(name):
    """A picture for the docs, when VZ_KEEP_PICTURES names a folder."""
    if os.environ.get('VZ_KEEP_PICTURES'):
        desktop.screenshot(os.path.join(os.environ['VZ_KEEP_PICTURES'], name))


def colors():
    return desktop.run(COLORS)


def asks_its_first_question():
    global driver, server, desktop, question
    if ARCHITECTURE != 'x86_64':
        raise Skip('the installer is the one for x86_64')
    folder = os.environ['VZ_TEST_GUEST']
    subprocess.run([os.environ['VZ_TEST_MAKE_INSTALLER'], folder], check=True, stdout=subprocess.DEVNULL)
    iso = isos.make_starting(home.join('debian.iso'), os.path.join(folder, 'debian-installer'), 'quiet')
    driver = Driver()
    server = PageServer(home, 'install', '--iso', iso, '--bundle', home.join('debian.bundle'), '--memory', '1G', '--disk', '8G')
    desktop = driver.browser(1280, 800)
    desktop.open(server.address())
    eventually('the state', 120, lambda: desktop.text('#state') == 'running')
    eventually(lambda: f'the list of languages: {colors()}', LIMIT, lambda: colors()[0] > 50 and colors()[1] > 400)
    question = colors()[1]
    keep('installer.png')


def takes_an_answer():
    if desktop is None:
        raise Skip('there is no installer')
    desktop.click('#screen canvas')
    desktop.type('\n')
    eventually(lambda: f'another question: {question}, {colors()}', LIMIT,
               lambda: colors()[0] > 50 and abs(colors()[1] - question) > 20)


def is_not_saved():
    """Half an installation would be gone with the bundle that is not yet there."""
    if desktop is None:
        raise Skip('there is no installer')
    desktop.click('#save')
    eventually('the refusal', 60, lambda: 'cannot be saved' in desktop.run('return document.body.innerText'))
    assert desktop.text('#state') == 'running', desktop.text('#state')


def leaves_nothing():
    if server is None:
        raise Skip('there is no installer')
    server.process.send_signal(signal.SIGTERM)
    assert server.wait() == 130, server.text
    assert sorted(name for name in os.listdir(home.path) if 'bundle' in name) == [], os.listdir(home.path)
    assert not home.processes()


try:
    main([asks_its_first_question, takes_an_answer, is_not_saved, leaves_nothing])
finally:
    if driver:
        driver.close()
    home.close()
