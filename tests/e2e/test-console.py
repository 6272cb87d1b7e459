#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The console in a real terminal: leaving it, coming back, its menu, and what becomes of the terminal."""
import os
import signal
import subprocess

from vztest import Home, eventually, expect, main, small_guest

home = Home()
bundle = None
commands = 0
server = home.join('tmux')


def tmux(*arguments):
    return subprocess.run(['tmux', '-S', server, *arguments], env=home.environment, capture_output=True, text=True,
                          timeout=60)


def screen():
    return tmux('capture-pane', '-p', '-J', '-t', 'vz').stdout


def press(*keys):
    tmux('send-keys', '-t', 'vz', *keys)


def see(text, seconds=60):
    try:
        eventually(f'{text!r} on the terminal', seconds, lambda: text in screen())
    except AssertionError as error:
        raise AssertionError(f'{error}; it shows: {screen()}') from None


def command(*words):
    """What is seen after this is the new command's."""
    global commands
    commands += 1
    press(f'clear; echo run-{commands}.; "$VZ_PROGRAM" ' + ' '.join(words) + '; echo code=$?', 'Enter')
    see(f'run-{commands}.\n')


def runs_and_leaves():
    global bundle
    bundle = small_guest(home)
    tmux('-f', '/dev/null', 'new-session', '-d', '-s', 'vz', '-x', '120', '-y', '30', 'sh')
    command('run', bundle)
    see('READY', 180)
    press('echo first words', 'Enter')
    see('\nfirst words')
    press('C-]')
    see('d: leave')
    press('Enter')  # another key goes back, and is not the guest's
    press('echo second words', 'Enter')
    see('\nsecond words')
    press('C-]', 'd')
    see('code=0')
    assert 'goes on running' in screen() and len(home.processes()) == 1
    press('clear; stty -a | grep -q -e -echo\\  || echo sa""ne', 'Enter')
    see('sane')


def comes_back():
    command('console', bundle)
    see('opens a menu')
    press('echo third words', 'Enter')
    see('\nthird words')
    expect(home.vz('console', bundle), 6, 'attached')
    press('C-]', 'C-]')
    see('code=0')
    assert len(home.processes()) == 1


def told_to_end():
    """A console that only came by leaves the machine alone."""
    command('console', bundle)
    see('opens a menu')
    for pid in home.processes(' console '):
        os.kill(pid, signal.SIGTERM)
    see('code=0')
    assert len(home.processes()) == 1


def shuts_down():
    command('console', bundle)
    see('opens a menu')
    press('C-]', 'q')
    see('asking')
    see('code=0', 120)
    eventually('QEMU ends', 60, lambda: not home.processes())


def saves_and_goes_on():
    command('run', bundle)
    see('READY', 180)
    press('C-]', 's')
    see('goes on from here')
    see('code=0')
    assert not home.processes() and os.path.exists(os.path.join(bundle, 'SaveFile.vzvmsave'))
    command('run', bundle)
    see('opens a menu')
    press('echo awake again', 'Enter')
    see('\nawake again')
    for pid in home.processes(' run '):  # the default is to save
        os.kill(pid, signal.SIGTERM)
    see('code=0', 120)
    assert not home.processes() and os.path.exists(os.path.join(bundle, 'SaveFile.vzvmsave'))
    os.unlink(os.path.join(bundle, 'SaveFile.vzvmsave'))


def an_owner_told_to_end_does_what_was_said():
    command('run', '--on-close', 'detach', bundle)
    see('READY', 180)
    for pid in home.processes(' run '):
        os.kill(pid, signal.SIGTERM)
    see('code=0')
    assert 'goes on running' in screen() and len(home.processes()) == 1
    command('console', bundle)
    see('opens a menu')
    press('C-]', 'x')
    see('code=0')
    eventually('QEMU ends', 60, lambda: not home.processes())


try:
    main([runs_and_leaves, comes_back, told_to_end, shuts_down, saves_and_goes_on, an_owner_told_to_end_does_what_was_said])
finally:
    tmux('kill-server')
    home.close()
