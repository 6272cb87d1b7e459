#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A real guest in a terminal, from a saved state and into one."""
import subprocess
import time

from guestmachine import BOOT, PREFIX, installed
from vztest import Home, eventually, expect, main

home = Home(PREFIX, BOOT)


def the_clock_is_right_after_a_restore():
    installed(home)
    expect(home.vz('run', '--detach', '--wait', 'boot', timeout=BOOT), 0)
    word = home.vz('exec', '--', 'systemctl', 'is-system-running').stdout
    assert word in ('running\n', 'degraded\n', 'starting\n'), word  # the prompt may come first
    expect(home.vz('exec', '--', 'sh', '-c', 'echo tester:secret | chpasswd'), 0)
    expect(home.vz('save', timeout=BOOT), 0)
    expect(home.vz('run', '--share', home.path), 2, '--share', 'saved')
    time.sleep(10)
    expect(home.vz('run', '--detach', '--wait', 'agent', timeout=BOOT), 0, 'restored')
    before = time.time()
    now = float(expect(home.vz('exec', '--', 'date', '+%s.%N'), 0).stdout)
    assert before - 2 < now < time.time() + 2, (before, now, time.time())
    expect(home.vz('save', timeout=BOOT), 0)


class Terminal:
    """A tmux terminal with a shell in it."""

    def __init__(self, columns, rows):
        self.server = home.join('tmux')
        self.tmux('-f', '/dev/null', 'new-session', '-d', '-s', 'vz', '-x', str(columns), '-y', str(rows), 'sh')
        self.tmux('set', '-g', 'status', 'off')
        self.resize(columns, rows)

    def tmux(self, *arguments):
        return subprocess.run(['tmux', '-S', self.server, *arguments], env=home.environment, capture_output=True, text=True,
                              timeout=60)

    def resize(self, columns, rows):
        self.tmux('resize-window', '-t', 'vz', '-x', str(columns), '-y', str(rows))

    def lines(self):
        return self.tmux('capture-pane', '-p', '-t', 'vz').stdout.splitlines()

    def press(self, *keys):
        self.tmux('send-keys', '-t', 'vz', *keys)

    def see(self, what, test, seconds=120):
        try:
            eventually(what, seconds, lambda: test(self.lines()))
        except AssertionError as error:
            raise AssertionError(f'{error}; it shows:\n' + '\n'.join(self.lines())) from None

    def see_text(self, text, seconds=120):
        self.see(repr(text), lambda lines: any(text in line for line in lines), seconds)

    def close(self):
        self.tmux('kill-server')


def works_in_a_terminal():
    """`vz run`, a login, vi, a window that is resized, out and in again."""
    terminal = Terminal(100, 30)
    try:
        terminal.press('clear; "$VZ_PROGRAM" run; echo code=$?', 'Enter')
        terminal.see_text('restored', BOOT)
        terminal.press('Enter')
        terminal.see_text('tester@first-guest:~$')  # its console logs in by itself
        expect(home.vz('console'), 6, 'attached')
        terminal.press('clear; su - tester', 'Enter')
        terminal.see_text('Password:')
        terminal.press('secret', 'Enter')
        terminal.see_text('tester@first-guest:~$')
        terminal.press('clear; stty size', 'Enter')
        terminal.see_text('30 100')
        terminal.press('vi note', 'Enter')
        # An empty file: one line of text, one for messages, and between them placeholders for missing lines.
        terminal.see('28 times ~', lambda lines: sum(line.startswith('~') for line in lines) == 28)
        terminal.press('ifrom vz', 'Escape')
        terminal.resize(132, 40)
        terminal.see('38 times ~', lambda lines: sum(line.startswith('~') for line in lines) == 38)
        terminal.press(':wq', 'Enter')
        terminal.see_text('tester@first-guest:~$')
        terminal.press('clear; stty size', 'Enter')
        terminal.see_text('40 132')
        terminal.press('C-]')
        terminal.see_text('d: leave')
        terminal.press('d')
        terminal.see_text('keeps running')
        terminal.see_text('code=0')
        terminal.press('clear; stty -a | grep -q -e -echo\\  || echo sa""ne', 'Enter')
        terminal.see_text('sane')
        assert len(home.processes()) == 1, 'the machine went away with its console'
        terminal.press('clear; "$VZ_PROGRAM" console; echo code=$?', 'Enter')
        terminal.see_text('opens a menu')
        terminal.press('echo; cat no""te; exit', 'Enter')  # the same shell as before
        terminal.see_text('from vz')
        assert expect(home.vz('exec', '--', 'cat', '/home/tester/note'), 0).stdout == 'from vz\n'
        terminal.press('C-]', 'q')
        terminal.see_text('code=0', BOOT)
    finally:
        terminal.close()
    assert not home.processes(), 'QEMU is left'


def headless_stops_on_a_signal():
    process = home.start('run', '--headless', '--on-close', 'stop')
    eventually('it runs', 30, home.processes)
    eventually('the guest is up', BOOT, lambda: home.vz('exec', '--', 'true', timeout=BOOT).returncode == 0)
    process.terminate()
    _, errors = process.communicate(timeout=BOOT)
    assert process.returncode == 0, errors
    assert not home.processes(), 'QEMU is left'


try:
    main([the_clock_is_right_after_a_restore, works_in_a_terminal, headless_stops_on_a_signal])
finally:
    home.close()
