#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""`vz ssh` and `vz copy` with the user's setup against them: their ssh configuration, their agent full of keys."""
import os
import pwd
import re
import subprocess
import sys

from guestmachine import BOOT, PREFIX, running
from vztest import VZ, Home, Skip, eventually, expect, main

home = Home(PREFIX, BOOT)
port = None
# Where ssh looks, whatever HOME says.
DOT_SSH = os.path.join(pwd.getpwuid(os.getuid()).pw_dir, '.ssh')
HOSTILE = '''Host *
  HostName 192.0.2.1
  Port 9
  User nobody
  ProxyJump jump.invalid
  RemoteCommand echo hijacked
  RequestTTY force
  PreferredAuthentications password
  PubkeyAuthentication no
  IdentityFile ~/.ssh/none
  ControlMaster auto
  ControlPath {path}/master-%h
  ControlPersist 60
  LocalForward 9999 localhost:9
  HostKeyAlias other
  UserKnownHostsFile {path}/others
  StrictHostKeyChecking yes
  ServerAliveInterval 1
'''
# In its own mount namespace, where @argv[1] stands in for the user's ~/.ssh.
BESIDE = '''import ctypes, os, sys
source, target = (os.fsencode(path) for path in sys.argv[1:3])
libc = ctypes.CDLL(None, use_errno=True)
if libc.mount(None, b'/', None, 16384 | 262144, None) or libc.mount(source, target, None, 4096, None):
    sys.exit(77)
os.execvp(sys.argv[3], sys.argv[3:])
'''


def namespace():
    """The prefix of what is to run with the hostile configuration."""
    words = ['unshare', '--mount'] if os.getuid() == 0 else ['unshare', '--user', '--map-current-user', '--keep-caps', '--mount']
    return [*words, sys.executable, '-c', BESIDE, home.join('dot-ssh'), DOT_SSH]


def in_it(*command, **more):
    return subprocess.run([*namespace(), *command], env=home.environment, text=True, capture_output=True, timeout=BOOT,
                          **{'stdin': subprocess.DEVNULL, **more})


def goes_on():
    global port
    port = re.search(r'the guest.s port 22 is at 127\.0\.0\.1:(\d+)', running(home))[1]


def logs_in():
    assert 'uid=1000(tester)' in expect(home.vz('ssh', '--', 'id', timeout=BOOT), 0).stdout
    assert home.vz('ssh', '--', 'exit 9').returncode == 9
    assert expect(home.vz('ssh', '--', 'cat', input='a\nb\n'), 0).stdout == 'a\nb\n'
    assert expect(home.vz('ssh', '--user', 'root', '--ssh-option', 'BatchMode=yes', '--', 'true'), 255)
    assert os.path.exists(home.join('state', 'vz', 'known_hosts'))


def a_hostile_configuration_has_no_say():
    os.mkdir(home.join('dot-ssh'), 0o700)
    with open(home.join('dot-ssh', 'config'), 'w', encoding='utf-8') as file:
        file.write(HOSTILE.format(path=home.path))
    made = not os.path.isdir(DOT_SSH)
    if made:
        os.mkdir(DOT_SSH, 0o700)
    try:
        seen = in_it('ssh', '-G', '127.0.0.1')
        if seen.returncode == 77 or 'unshare' in seen.stderr:
            raise Skip(f'nothing can be mounted over ~/.ssh here: {seen.stderr.strip()}')
        expect(seen, 0, 'jump.invalid', 'hijacked', '192.0.2.1')  # it applies if one asks ssh
        for _ in range(2):  # with what the first has left, were it a connection
            said = expect(in_it(VZ, 'ssh', '--', 'echo "$USER@$(hostname)"'), 0).stdout
            assert said == 'tester@first-guest\n', said
        copies(in_it)
        assert not [name for name in os.listdir(home.path) if name.startswith('master-')]
    finally:
        if made:
            os.rmdir(DOT_SSH)


def copies(run):
    expect(run(VZ, 'copy', '/etc/services', ':/root/services'), 0)
    expect(run(VZ, 'copy', ':/root/services', home.join('services')), 0)
    with open('/etc/services', 'rb') as one, open(home.join('services'), 'rb') as other:
        assert one.read() == other.read()
    os.remove(home.join('services'))


def an_agent_with_eight_keys_locks_nobody_out():
    """A server accepts six attempts."""
    socket = home.join('agent')
    with subprocess.Popen(['ssh-agent', '-D', '-a', socket], stdout=subprocess.DEVNULL) as agent:
        try:
            eventually('its socket', 60, lambda: os.path.exists(socket))
            home.environment['SSH_AUTH_SOCK'] = socket
            for number in range(8):
                key = home.join(f'key-{number}')
                subprocess.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', key], check=True)
                subprocess.run(['ssh-add', '-q', key], env=home.environment, check=True)
            listed = subprocess.run(['ssh-add', '-l'], env=home.environment, check=True, capture_output=True, text=True)
            assert len(listed.stdout.splitlines()) == 8, listed
            expect(subprocess.run(['ssh', '-F', 'none', '-p', port, '-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=no', '-o',
                                   'UserKnownHostsFile=/dev/null', 'tester@127.0.0.1', 'true'], env=home.environment,
                                  capture_output=True, text=True, timeout=BOOT), 255, 'Too many authentication failures')
            expect(home.vz('ssh', '--', 'id -un'), 0, 'tester')
            copies(lambda *command: home.vz(*command[1:]))
            # Nor is it offered to the guest.
            assert expect(home.vz('ssh', '--', 'echo "[$SSH_AUTH_SOCK]"'), 0).stdout == '[]\n'
        finally:
            del home.environment['SSH_AUTH_SOCK']
            agent.terminate()


try:
    main([goes_on, logs_in, a_hostile_configuration_has_no_say, an_agent_with_eight_keys_locks_nobody_out])
finally:
    home.close()
