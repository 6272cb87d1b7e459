#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The console in a real terminal: leaving it, coming back, its menu, and what becomes of the terminal."""
import glob
import os
import re
import signal
import subprocess
import time

from vztest import Console, Home, eventually, expect, main, small_guest

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
    press('Enter')  # another key goes back, and does not reach the guest
    press('echo second words', 'Enter')
    see('\nsecond words')
    press('C-]', 'd')
    see('code=0')
    assert 'keeps running' in screen() and len(home.processes()) == 1
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


def see_keys(*codes):
    """The guest reports each key pressed, on its own line."""
    see('\n'.join(f'key {code}' for code in codes))


def keys_are_pressed():
    command('console', bundle)
    see('opens a menu')
    expect(home.vz('send-keys', bundle, 'a', 'Ctrl-Alt-F2', 'pagedown', '+'), 0)
    see_keys(30, 29, 56, 60, 109, 42, 13)
    expect(home.vz('send-keys', bundle, '--text', 'Ab ;', 'Enter'), 0)
    see_keys(42, 30, 48, 57, 39, 28)
    expect(home.vz('send-keys', bundle, 'b', 'Entre'), 2, "'Entre' found", 'Enter, Esc')
    expect(home.vz('send-keys', bundle, 'Ctrl-'), 2, "'' found in 'Ctrl-'")
    expect(home.vz('send-keys', bundle, '--text', 'gr\u00fcn \u20ac'), 2, '\u00fc \u20ac found', 'US keyboard')
    expect(home.vz('send-keys', bundle), 2, 'usage')
    expect(home.vz('pause', bundle), 0)
    expect(home.vz('send-keys', bundle, 'a'), 6, 'is paused', 'vz resume')
    expect(home.vz('resume', bundle), 0)
    press('echo no key since', 'Enter')
    see('key 28\nok\nno key since' if 'key 28\nok' in screen() else 'key 28\nno key since')


def a_break_reaches_the_kernel():
    press('C-]', 'b')
    press('h')  # the kernel's list of its commands
    see('sysrq: HELP')
    press('C-]', 'd')
    see('code=0')


def told_to_end():
    """A console that merely joined leaves the machine alone."""
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
    see('continues from here')
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
    expect(home.vz('run', '--detach', '--share', home.path, bundle), 2, '--share', 'is saved')
    expect(home.vz('run', '--detach', '--clipboard', bundle), 2, '--clipboard', 'is saved')
    expect(home.vz('run', '--detach', '--network', 'lab', bundle), 2, '--network', 'is saved')
    expect(home.vz('run', '--detach', '--sound', bundle), 2, '--sound', 'is saved')
    os.unlink(os.path.join(bundle, 'SaveFile.vzvmsave'))


def folders_that_will_not_do():
    odd = home.join('my files')
    os.mkdir(odd)
    for code, text, *shares in [
            (4, "'/nonexistent/x' found", '/nonexistent/x'), (4, 'must be a folder', os.path.join(bundle, 'Disk.img')),
            (2, "'my files' found, must be 1 to 31 bytes", f'{odd}:my files'), (2, "'a/b' found", f'{odd}:a/b'),
            (2, "'' found", f'{odd}:'), (2, "'..' found", f'{odd}:..:ro'), (2, 'DIR:TAG:ro', '/:a b'),
            (4, "'a' found, must differ", f'{odd}:a', f'{bundle}:a')]:
        expect(home.vz('run', '--detach', *(word for share in shares for word in ('--share', share)), bundle), code, text)
        assert not home.processes()
    expect(home.vz('run', '--on-close', 'save', '--share', f'{odd}:a', bundle), 2, "'save' found, must be stop or detach")
    expect(home.vz('run', '--on-close', 'save', '--clipboard', bundle), 2, "'save' found, must be stop or detach")


def networks_that_will_not_do():
    for name in ('a/b', 'x' * 65, 'a b'):
        expect(home.vz('run', '--detach', '--network', name, bundle), 4, f"network: '{name}' found, must be 1 to 64 letters")
        assert not home.processes()


def folders_whose_names_are_no_tags():
    """vz derives valid and distinct names from them."""
    names = ['my files', 'a' * 40, '-', '\u00fc' * 20, 'same', 'other/same']
    for name in names:
        os.makedirs(home.join(name), exist_ok=True)
    folders = [home.join(name) for name in names]
    said = expect(home.vz('run', '--detach', *(word for folder in folders for word in ('--share', folder)), bundle), 0).stderr
    tags = re.findall(r' is at /mnt/(\S+) in the guest', said)
    assert len(tags) == len(folders) == len(set(tags)), said
    assert tags[0] == 'my-files' and tags[1] == 'a' * 31 and tags[2] == '-' and tags[4:6] == ['same', 'same-2'], tags
    expect(home.vz('stop', '--force', bundle), 0)


def an_owner_told_to_end_does_what_was_said():
    command('run', '--on-close', 'detach', bundle)
    see('READY', 180)
    for pid in home.processes(' run '):
        os.kill(pid, signal.SIGTERM)
    see('code=0')
    assert 'keeps running' in screen() and len(home.processes()) == 1
    command('console', bundle)
    see('opens a menu')
    press('C-]', 'x')
    see('code=0')
    eventually('QEMU ends', 60, lambda: not home.processes())


def listen():
    """To a guest that is just being started."""
    eventually('a console', 60, lambda: glob.glob(os.path.join(home.runtime, 'vz', '*', 'console.sock')) and home.processes())
    console = Console(home, bundle)
    console.wait_until_up()
    return console


def waits_for_a_login_prompt():
    waiting = home.start('run', '--detach', '--wait', 'boot', bundle)
    console = listen()
    console.say('echo the login: is no prompt')
    console.expect('no prompt')
    time.sleep(1.5)
    assert waiting.poll() is None, waiting.communicate()
    console.say('echo small login: [    3.141593] the kernel speaks')
    errors = waiting.communicate(timeout=60)[1]
    assert waiting.returncode == 0 and errors.count("waiting for the guest's login prompt") == 1, errors
    expect(home.vz('stop', '--force', bundle), 0)
    waiting = home.start('run', '--detach', '--wait', 'boot', bundle)
    console = listen()
    console.say('poweroff')
    errors = waiting.communicate(timeout=60)[1]
    assert waiting.returncode == 1 and 'before it was up' in errors, errors


try:
    main([runs_and_leaves, comes_back, keys_are_pressed, a_break_reaches_the_kernel, told_to_end, shuts_down,
          saves_and_goes_on, networks_that_will_not_do, folders_that_will_not_do,
          folders_whose_names_are_no_tags, an_owner_told_to_end_does_what_was_said, waits_for_a_login_prompt])
finally:
    tmux('kill-server')
    home.close()
