# SPDX-License-Identifier: LGPL-2.1-or-later
"""What `vz ssh` asks of ssh, as ssh itself understands it (ssh -G), in a home where everything is against it."""
import base64
import json
import os
import pty
import shutil
import signal
import subprocess

from vztest import VZ, eventually, expect, main, small_guest

HERE = os.path.dirname(__file__)

NETWORK = {'network-devices': [{
    'type': 'VzVirtioNetworkDeviceConfiguration',
    'attachment': {'type': 'VzNATNetworkDeviceAttachment', 'published-ports': [
        {'protocol': 'tcp', 'host-address': '127.0.0.1', 'host-port': 0, 'guest-port': 22}]}}]}


def put_ssh(home, script):
    """A program in place of ssh."""
    tools = home.join('tools')
    os.makedirs(tools, exist_ok=True)
    with open(os.path.join(tools, 'ssh'), 'w') as file:
        file.write(f'#!/bin/sh\n{script}\n')
    os.chmod(os.path.join(tools, 'ssh'), 0o755)
    home.environment['PATH'] = f'{tools}:{os.environ["PATH"]}'


def put_key(home):
    os.makedirs(home.join('data', 'vz', 'ssh'))
    with open(home.join('data', 'vz', 'ssh', 'id_ed25519'), 'w'):
        pass


def nothing_of_the_users_has_a_say(home):
    bundle = small_guest(home, **NETWORK)
    put_ssh(home, f'exec {shutil.which("ssh")} -G "$@"')
    strange = home.join('100%h ~d "q" \\ state')
    os.mkdir(strange)
    home.environment.update(XDG_STATE_HOME=strange, SSH_AUTH_SOCK=home.join('agent'))
    expect(home.vz('run', '--detach', bundle), 0)
    expect(home.vz('ssh', bundle, '--ssh-option', '', '--', 'true'), 2, "--ssh-option: '' found")
    said = expect(home.vz('ssh', bundle, '--user', 'somebody', '--ssh-option', 'Compression=yes', '--', 'true'), 0).stdout
    seen = dict(line.split(' ', 1) for line in said.splitlines() if ' ' in line)
    for key, value in {'hostname': '127.0.0.1', 'user': 'somebody', 'identitiesonly': 'yes', 'identityagent': 'none',
                       'controlmaster': 'false', 'globalknownhostsfile': 'none', 'forwardagent': 'no',
                       'compression': 'yes'}.items():
        assert seen.get(key) == value, (key, value, said)
    for key in ('proxycommand', 'proxyjump', 'controlpath', 'remotecommand', 'localforward'):
        assert seen.get(key, 'none') == 'none', (key, said)
    assert seen['userknownhostsfile'].replace('%%', '%') == os.path.join(strange, 'vz', 'known_hosts'), said
    assert said.count('identityfile ') == 1, said
    expect(home.vz('stop', '--force', bundle), 0)


def agent_of(home, bundle):
    return json.loads(home.vz('show', '--json', bundle).stdout).get('guest-agent')


def an_agent_of_the_guests_is_known(home):
    bundle = small_guest(home)
    expect(home.vz('run', '--detach', bundle), 0)
    eventually('the agent of the guest', 60, lambda: agent_of(home, bundle) == 'installed')
    expect(home.vz('pause', bundle), 0)
    assert agent_of(home, bundle) is None, 'it cannot be asked'
    expect(home.vz('stop', '--force', bundle), 0)


def says_what_it_waits_for(home, *command):
    """On a terminal, after a while in which there is nothing to see."""
    ours, theirs = pty.openpty()
    said = b''
    with subprocess.Popen([VZ, *command], env=home.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=theirs) as waiting:
        os.close(theirs)
        while b"waiting for the guest's agent" not in said:
            said += os.read(ours, 4096)  # fails once the command has ended
        waiting.send_signal(signal.SIGINT)
        assert waiting.wait(timeout=30) == 130, (command, said)
    os.close(ours)


def an_agent_is_started_where_there_is_none(home):
    """How a login is requested, and what is said if it is of no use. The small guest has neither agent nor ssh."""
    user = {'platform': {'type': 'VzGenericPlatformConfiguration', 'user-name': 'tester'}}
    bundle = small_guest(home, options='agent=none', **NETWORK, **user)
    put_key(home)
    log = home.join('asked')
    put_ssh(home, f'printf "%s\\n" "$@" >>{log}; echo "the guest has no Python" >&2; exit 11')
    expect(home.vz('run', '--detach', bundle), 0)
    expect(home.vz('exec', '-n', bundle, '--', 'true'), 3, 'over SSH: the guest has no Python')
    with open(log) as file:
        words = file.read().splitlines()
    assert 'tester' in words and '-oBatchMode=yes' in words and words[-1].startswith("sh -c 'echo "), words
    script = base64.b64decode(words[-1].split()[3]).decode()
    assert script.startswith('agent=') and 'systemd-run' in script, script
    agent = base64.b64decode(script.splitlines()[0].partition('=')[2]).decode()
    assert agent == open(os.path.join(HERE, '..', '..', 'src', 'guest', 'agent.py')).read()
    assert agent_of(home, bundle) == 'absent'
    # Even if it needs the agent only at the end, it asks for it first, before anything is copied.
    backup = home.join('none.backup')
    expect(home.vz('backup', bundle, backup), 3, 'over SSH: the guest has no Python')
    expect(home.vz('clone', bundle, home.join('clone.bundle')), 3, 'over SSH: the guest has no Python')
    assert not os.path.exists(backup) and not os.path.exists(home.join('clone.bundle'))
    # The guest's own agent not answering is the reason, not that there is too little time for a last try.
    put_ssh(home, f'[ -e {log}.until ] || date -d "35 seconds" +%s >{log}.until\n'
                  f'[ "$(date +%s)" -lt "$(cat {log}.until)" ] || exec sleep 60\n'
                  'echo "the guest has an agent of its own" >&2; exit 10')
    expect(home.vz('backup', bundle, backup), 1, 'the guest has an agent of its own', 'no answer in time')
    # A guest that is still booting is asked again, and without a user there is nothing to log in as.
    os.unlink(log)
    put_ssh(home, f'echo asked >>{log}; echo "Connection refused" >&2; exit 255')
    with home.start('exec', '-n', bundle, '--', 'true') as waiting:
        eventually('a second try', 60, lambda: os.path.exists(log) and len(open(log).readlines()) > 1)
        waiting.send_signal(signal.SIGINT)
        assert waiting.wait(timeout=30) == 130
    for command in (('exec', '-n', bundle, '--', 'true'), ('ip', bundle), ('copy', f'{bundle}:/etc/fstab', home.path),
                    ('resize', bundle, '+1G')):
        says_what_it_waits_for(home, *command)
    expect(home.vz('stop', '--force', bundle), 0)


if __name__ == '__main__':
    main([nothing_of_the_users_has_a_say, an_agent_of_the_guests_is_known, an_agent_is_started_where_there_is_none])
