#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The screen of a real guest: pictures of it, and a browser through which it is used."""
import os
import sys

from guestmachine import BOOT, PREFIX, running
from png import read_png
from vztest import Home, eventually, expect, main

sys.path.append(os.path.join(os.path.dirname(__file__), '..', 'web'))
from chromium import Driver  # noqa: E402
from pageserver import PageServer  # noqa: E402

home = Home(PREFIX, BOOT)


def goes_on():
    running(home)


def takes_a_screenshot():
    picture = home.join('x.png')
    expect(home.vz('screenshot', picture), 0)
    width, height, pixels, channels = read_png(picture)
    assert (width, height) == (1920, 1200), (width, height)
    # A text console has text at the top left and is dark below. QEMU's own "Display output is not active" has it in the
    # middle and nothing in the corner.
    stride = 1 + width * channels
    corner = b''.join(pixels[row * stride:row * stride + 1 + 400 * channels] for row in range(100))
    assert len(set(corner)) > 2 and any(value > 100 for value in corner), 'nothing at the top left'


def input_events(line):
    """Type, code and value of an input event, from a line of od's output."""
    numbers = [int(word) for word in line.split()]
    return numbers[8], numbers[9], numbers[10] | numbers[11] << 16


FOLLOWS = """const canvas = document.querySelector("#screen canvas"), box = canvas.parentElement;
return Math.abs(canvas.width - box.clientWidth) < 8 && Math.abs(canvas.height - box.clientHeight) < 8"""


def a_browser_reaches_it():
    """The guest's screen takes the page's size, typed text appears on the console, and a click arrives where it is
    made."""
    driver = Driver()
    server = PageServer(home, 'display', home.join('VM.bundle'), 'web')
    script = 'echo listening; exec timeout 120 stdbuf -oL od -An -v -t u2 -w24 /dev/input/by-id/usb-QEMU*-event-mouse'
    mouse = home.start('exec', '--no-stdin', '--', 'sh', '-c', script)
    try:
        assert mouse.stdout.readline() == 'listening\n', mouse.communicate()
        browser = driver.browser(1280, 800)
        browser.open(server.address())
        eventually('a picture', 120, lambda: browser.run('return document.querySelector("#notice").hidden'))
        eventually("a screen of the page's size", 120, lambda: browser.run(FOLLOWS))
        browser.click_at('#screen canvas', 200, 100)
        seen = {}
        while (1, 272) not in seen:
            kind, code, value = input_events(mouse.stdout.readline())
            seen[kind, code] = value
        width, height = browser.run('const box = document.querySelector("#screen canvas").getBoundingClientRect();'
                                    'return [box.width, box.height]')
        for code, expected in ((0, 0.5 + 200 / width), (1, 0.5 + 100 / height)):
            assert abs(seen[3, code] / 32767 - expected) < 0.01, (seen, width, height)
        browser.type('somebody')
        eventually('the name on the console', 60,
                   lambda: 'somebody' in home.vz('exec', '-n', '--', 'cat', '/dev/vcs1').stdout)
        browser.command('Emulation.setDeviceMetricsOverride', width=1000, height=700, deviceScaleFactor=1, mobile=False)
        eventually('the screen of a smaller window', 120, lambda: browser.run(FOLLOWS))
        size = browser.run('const { width, height } = document.querySelector("#screen canvas"); return [width, height]')
        modes = home.vz('exec', '-n', '--', 'sh', '-c', 'cat /sys/class/drm/card*/modes').stdout.split()
        assert size[0] == 1000 and modes[0] == '{}x{}'.format(*size), (size, modes)
        # Letters of 8 by 16: the console has no more lines than can be seen.
        seen = f'{size[1] // 16} {size[0] // 8}'
        eventually('the text console follows', 120,
                   lambda: home.vz('exec', '-n', '--', 'stty', '-F', '/dev/tty1', 'size').stdout.strip() == seen)
        assert not browser.complaints()
    finally:
        mouse.terminate()
        mouse.communicate(timeout=60)
        server.process.terminate()
        server.wait()
        driver.close()


try:
    main([goes_on, takes_a_screenshot, a_browser_reaches_it])
finally:
    home.close()
