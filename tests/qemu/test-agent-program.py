#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The agent of src/guest/agent.py, spoken to as the library does, on a socket instead of a virtio port."""
import base64
import importlib.util
import json
import os
import signal
import socket
import sys
import threading
import time
import traceback

HERE = os.path.dirname(__file__)
SPEC = importlib.util.spec_from_file_location('agent', os.path.join(HERE, '..', '..', 'src', 'guest', 'agent.py'))
agent = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(agent)


class Client:
    def __init__(self):
        self.socket, other = socket.socketpair()
        self.wakes, self.end = os.pipe()
        self.agent = agent.Agent(other.detach(), self.wakes)
        threading.Thread(target=self.agent.serve, daemon=True).start()
        self.answers = self.socket.makefile('rb')

    def send(self, command, **arguments):
        self.socket.sendall(json.dumps({'execute': command, 'arguments': arguments}).encode() + b'\n')

    def call(self, command, **arguments):
        self.send(command, **arguments)
        return json.loads(self.answers.readline())

    def run(self, *argv, given=b'', **more):
        arguments = {'path': argv[0], 'arg': list(argv[1:]), 'capture-output': True, **more}
        if given:
            arguments['input-data'] = base64.b64encode(given).decode()
        pid = self.call('guest-exec', **arguments)['return']['pid']
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            status = self.call('guest-exec-status', pid=pid)['return']
            if status['exited']:
                return status
            time.sleep(0.01)
        raise AssertionError(f'{argv} does not end')


def decode(status, name):
    return base64.b64decode(status.get(name, ''))


def begins_anew_at_the_delimiter(client):
    client.socket.sendall(b'{"execute": "guest-pi\xff')
    client.send('guest-sync-delimited', id=42)
    assert client.answers.readline() == b'\xff{"return": 42}\n'
    client.socket.sendall(b'no json\n')
    assert 'desc' in json.loads(client.answers.readline())['error']
    assert client.call('guest-ping') == {'return': {}}
    assert client.call('guest-info') == {'return': {'version': 'vz'}}
    assert 'not been found' in client.call('guest-dance')['error']['desc']


def runs_commands(client):
    data = os.urandom(1 << 20)
    status = client.run('sh', '-c', 'cat; echo gone wrong >&2; exit 7', given=data)
    assert status['exitcode'] == 7 and decode(status, 'out-data') == data, status['exitcode']
    assert decode(status, 'err-data') == b'gone wrong\n'
    assert client.run('sh', '-c', 'kill -9 $$')['signal'] == signal.SIGKILL
    assert decode(client.run('sh', '-c', 'echo $OWN', env=['OWN=a=b']), 'out-data') == b'a=b\n'
    assert client.run('true', given=b'x' * 300000)['exitcode'] == 0
    assert len(decode(client.run('head', '-c', str(20 << 20), '/dev/zero'), 'out-data')) == agent.OUTPUT_MAX
    said = client.call('guest-exec', path='/no/program')['error']['desc']
    assert said == '/no/program: No such file or directory', said
    assert 'PID 1 ' in client.call('guest-exec-status', pid=1)['error']['desc']
    assert not client.agent.commands


def waits_for_who_has_the_streams(client):
    begin = time.monotonic()
    assert decode(client.run('sh', '-c', '(sleep 1; echo late) & echo soon'), 'out-data') == b'soon\nlate\n'
    assert time.monotonic() - begin >= 1


def writes_files(client):
    path = f'/tmp/vz-agent-{os.getpid()}'
    handle = client.call('guest-file-open', path=path, mode='w')['return']
    for part in (b'one\n', b'\0two'):
        text = base64.b64encode(part).decode()
        answer = client.call('guest-file-write', handle=handle, **{'buf-b64': text})
        assert answer['return']['count'] == len(part), answer
    client.call('guest-file-close', handle=handle)
    with open(path, 'rb') as file:
        assert file.read() == b'one\n\0two'
    os.unlink(path)
    assert 'error' in client.call('guest-file-close', handle=handle)
    assert 'No such' in client.call('guest-file-open', path='/no/folder/x', mode='w')['error']['desc']


def does_nothing_else_while_frozen(client):
    assert client.call('guest-fsfreeze-status')['return'] == 'thawed'
    client.agent.frozen.append(os.open('/dev/null', os.O_RDONLY))
    assert client.call('guest-fsfreeze-status')['return'] == 'frozen'
    assert 'disabled' in client.call('guest-exec', path='true')['error']['desc']
    assert client.call('guest-ping') == {'return': {}}
    os.close(client.agent.frozen.pop())


def finds_file_systems(_client):
    for place in agent.find_file_systems():
        assert os.path.isabs(place), place


def main():
    tests = [begins_anew_at_the_delimiter, runs_commands, waits_for_who_has_the_streams, writes_files,
             does_nothing_else_while_frozen, finds_file_systems]
    print(f'1..{len(tests)}')
    failed = False
    for number, test in enumerate(tests, 1):
        try:
            test(Client())
            print(f'ok {number} - {test.__name__.replace("_", " ")}', flush=True)
        except Exception:
            failed = True
            print(f'not ok {number} - {test.__name__.replace("_", " ")}', flush=True)
            traceback.print_exc()
    sys.exit(failed)


main()
