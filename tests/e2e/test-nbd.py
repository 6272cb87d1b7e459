#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Disks on NBD servers, through the commands. With the small guest of tests/guest and a real nbdkit or qemu-nbd."""
import json
import os
import shutil
import socket
import subprocess

from vztest import MIB, Console, Home, eventually, expect, main, small_guest

home = Home(prefix='vz-nbd-')
bundle = small_guest(home)
image, address = home.join('served.img'), home.join('nbd.sock')
URL = f'nbd+unix:///?socket={address}'
NBD = 'VzNetworkBlockDeviceStorageDeviceAttachment'


def serve():
    with open(image, 'ab') as file:
        file.truncate(4 * MIB)
    command = (['nbdkit', '-f', '-U', address, 'file', image] if shutil.which('nbdkit') else
               ['qemu-nbd', '-t', '-f', 'raw', '-k', address, image])
    server = subprocess.Popen(command)  # pylint: disable=consider-using-with
    eventually('an NBD server', 20, lambda: os.path.exists(address))
    return server


def served(text):
    with open(image, 'rb') as file:
        return file.read(len(text)) == text


def edit(path, change):
    file = os.path.join(path, 'Configuration.json')
    with open(file, encoding='utf-8') as stream:
        configuration = json.load(stream)
    change(configuration)
    with open(file, 'w', encoding='utf-8') as stream:
        json.dump(configuration, stream)


def addresses_that_will_not_do():
    for url, reason in [('http://localhost', "its scheme is 'http'"), ('nbd:///disk', 'it has no host'),
                        ('nbd+unix:///disk', "parameter 'socket'"), ('disk', 'not absolute')]:
        expect(home.vz('run', '--detach', '--nbd', url, bundle), 2, f"--nbd: '{url}' found, must be such as nbd://", reason)
        assert not home.processes()


def without_a_server_it_does_not_start():
    said = expect(home.vz('run', '--detach', '--nbd', URL, bundle), 1, f"cannot use the NBD server of '{URL}'", 'log: ')
    assert 'reconnect-delay' not in said.stderr, said.stderr
    assert not home.processes()


def a_silent_server_is_named():
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(home.join('silent.sock'))
        silent.listen()
        url = f'nbd+unix:///?socket={home.join("silent.sock")}'
        expect(home.vz('run', '--detach', '--nbd', url, bundle, timeout=240), 1, 'did not answer in time', f"'{url}'")
    assert not home.processes()


def one_run_has_another_disk():
    server = serve()
    expect(home.vz('run', '--detach', '--nbd', URL, bundle), 0)
    console = Console(home, bundle)
    console.wait_until_up()
    console.say('use-disk vdb from the guest')
    eventually('what the guest has written', 60, lambda: served(b'from the guest'))
    # Whoever saves it need not have started it.
    expect(home.vz('save', bundle), 1, 'it has a disk on an NBD server')
    expect(home.vz('stop', '--force', bundle), 0)
    server.kill()
    server.wait()
    os.unlink(address)


def what_cannot_be_with_such_a_disk_is_refused():
    disk = {'type': 'VzVirtioBlockDeviceConfiguration', 'attachment': {'type': NBD, 'url': URL}}
    edit(bundle, lambda configuration: configuration['storage-devices'].append(disk))
    shown = json.loads(expect(home.vz('show', '--json', bundle), 0).stdout)
    assert URL in json.dumps(shown), shown
    other = home.join('clone.bundle')
    expect(home.vz('clone', bundle, other), 3, URL, 'forced-read-only')
    assert not os.path.exists(other)
    expect(home.vz('run', '--detach', '--ephemeral', bundle), 3, URL, 'forced-read-only')
    expect(home.vz('backup', bundle, home.join('vm.backup')), 0, f"'{URL}' is on a server and is not backed up")
    expect(home.vz('set', bundle, 'storage-devices[1].attachment.timeout=0'), 4, 'timeout')
    expect(home.vz('set', bundle, 'storage-devices[1].attachment.forced-read-only=true'), 0)
    expect(home.vz('clone', bundle, other), 0)


try:
    main([addresses_that_will_not_do, without_a_server_it_does_not_start, a_silent_server_is_named,
          one_run_has_another_disk,
          what_cannot_be_with_such_a_disk_is_refused])
finally:
    home.close()
