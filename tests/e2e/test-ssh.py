# SPDX-License-Identifier: LGPL-2.1-or-later
"""What `vz ssh` asks of ssh, as ssh itself understands it (ssh -G), in a home that has everything against it."""
import os
import shutil

from vztest import expect, main, small_guest

NETWORK = {'network-devices': [{
    'type': 'VzVirtioNetworkDeviceConfiguration',
    'attachment': {'type': 'VzNATNetworkDeviceAttachment', 'published-ports': [
        {'protocol': 'tcp', 'host-address': '127.0.0.1', 'host-port': 0, 'guest-port': 22}]}}]}


def nothing_of_the_users_has_a_say(home):
    bundle = small_guest(home, **NETWORK)
    tools = home.join('tools')
    os.mkdir(tools)
    with open(os.path.join(tools, 'ssh'), 'w') as file:
        file.write(f'#!/bin/sh\nexec {shutil.which("ssh")} -G "$@"\n')
    os.chmod(os.path.join(tools, 'ssh'), 0o755)
    strange = home.join('100%h ~d "q" \\ state')
    os.mkdir(strange)
    home.environment.update(PATH=f'{tools}:{os.environ["PATH"]}', XDG_STATE_HOME=strange,
                            SSH_AUTH_SOCK=home.join('agent'))
    expect(home.vz('run', '--detach', bundle), 0)
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


if __name__ == '__main__':
    main([nothing_of_the_users_has_a_say])
