#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Devices of a running machine, through the commands: its memory balloon, USB disks. With the small guest of
tests/guest."""
import json
import os

from vztest import MIB, Console, Home, eventually, expect, main, small_guest

home = Home(prefix='vz-devices-')
BALLOON = {'memory-balloon-devices': [{'type': 'VzVirtioTraditionalMemoryBalloonDeviceConfiguration'}]}


def shown(bundle):
    return json.loads(expect(home.vz('show', '--json', bundle), 0).stdout)


def memory_follows_a_target():
    bundle = small_guest(home, **BALLOON)
    assert 'guest-memory-size' not in shown(bundle)
    expect(home.vz('set', bundle, '--memory-target', '192M'), 1, 'not running', 'vz run')
    expect(home.vz('run', '--detach', bundle), 0)
    Console(home, bundle).wait_until_up()
    assert shown(bundle)['guest-memory-size'] == 256 * MIB, shown(bundle)
    expect(home.vz('set', bundle, '--memory-target', '192M'), 0, 'memory target: 192M')
    eventually('a guest that gives memory back', 120, lambda: shown(bundle)['guest-memory-size'] == 192 * MIB)
    expect(home.vz('show', bundle), 0, 'guest-memory-size: 192M')
    # Impossible values are adjusted, as by the library.
    expect(home.vz('set', '--memory-target', '1M', bundle), 0, 'memory target: 128M')
    expect(home.vz('set', bundle, '--memory-target', '1T'), 0, 'memory target: 256M')
    eventually('a guest with all its memory', 120, lambda: shown(bundle)['guest-memory-size'] == 256 * MIB)
    expect(home.vz('set', bundle, '--memory-target', '192M'), 0)
    expect(home.vz('stop', '--force', bundle), 0)
    assert 'guest-memory-size' not in shown(bundle)


def what_cannot_be_set_is_refused():
    bundle = small_guest(home, 'plain.bundle')
    expect(home.vz('set', bundle, '--memory-target', '12Q'), 2, '--memory-target', "'12Q'", 'K, M, G')
    expect(home.vz('set', bundle, 'cpu-count=1', '--memory-target', '1G'), 2, 'one command for each')
    expect(home.vz('set', 'cpu-count=1', '--memory-target', '1G'), 2, 'one command for each')
    expect(home.vz('set', bundle), 2, 'nothing to set')
    expect(home.vz('set'), 2, 'nothing to set')
    expect(home.vz('run', '--detach', bundle), 0)
    expect(home.vz('set', bundle, '--memory-target', '192M'), 5, 'plain.bundle', 'no memory balloon')
    expect(home.vz('stop', '--force', bundle), 0)


def usb_disks_come_and_go():
    bundle = small_guest(home, 'usb.bundle', **{'usb-controllers': [{'type': 'VzXHCIControllerConfiguration'}]})
    stick, other = home.join('stick.img'), home.join('other.img')
    for path in (stick, other):
        with open(path, 'wb') as file:
            file.truncate(MIB)
    expect(home.vz('usb', 'attach', bundle, stick), 1, 'not running')
    expect(home.vz('run', '--detach', bundle), 0)
    Console(home, bundle).wait_until_up()
    expect(home.vz('usb', 'attach', bundle, home.join('none.img')), 5, 'none.img')
    first = json.loads(expect(home.vz('usb', 'attach', '--json', bundle, stick), 0).stdout)['uuid']
    expect(home.vz('usb', 'attach', bundle, stick), 6, stick, 'is in use by process')
    second = json.loads(expect(home.vz('usb', 'attach', '--json', '--read-only', bundle, other), 0).stdout)['uuid']
    expect(home.vz('usb', 'list', bundle), 0, first, stick, f'{other} (read-only)')
    expect(home.vz('usb', 'detach', bundle, second), 0)
    assert [json.loads(line) for line in expect(home.vz('usb', 'list', '--json', bundle), 0).stdout.splitlines()] == [
        {'uuid': first, 'path': stick, 'read-only': False}]
    # A saved machine has it again.
    expect(home.vz('save', bundle), 0)
    expect(home.vz('usb', 'list', bundle), 0)
    expect(home.vz('run', '--detach', bundle), 0)
    assert not os.path.exists(os.path.join(bundle, 'SaveFile.vzvmsave'))
    expect(home.vz('usb', 'list', bundle), 0, first, stick)
    expect(home.vz('usb', 'detach', bundle, stick), 0)
    expect(home.vz('usb', 'detach', bundle, stick), 5, 'stick.img', 'vz usb list')
    assert expect(home.vz('usb', 'list', bundle), 0).stdout == ''
    expect(home.vz('stop', '--force', bundle), 0)


def more_usb_disks_than_ports_are_refused():
    """A controller has 15 ports, and QEMU uses two of them for keyboard and pointer."""
    bundle = small_guest(home, 'ports.bundle', **{
        'usb-controllers': [{'type': 'VzXHCIControllerConfiguration'}],
        'keyboards': [{'type': 'VzUSBKeyboardConfiguration'}],
        'pointing-devices': [{'type': 'VzUSBScreenCoordinatePointingDeviceConfiguration'}]})
    expect(home.vz('run', '--detach', bundle), 0)
    odd = home.join('odd.img')
    with open(odd, 'wb') as file:
        file.truncate(1000)
    expect(home.vz('usb', 'attach', bundle, odd), 4, 'multiple of 512 bytes')
    for i in range(14):
        path = home.join(f'disk{i}.img')
        with open(path, 'wb') as file:
            file.truncate(MIB)
        if i < 13:
            expect(home.vz('usb', 'attach', bundle, path), 0)
    expect(home.vz('usb', 'attach', bundle, path), 1, 'all 15 ports of the USB controller 0 are in use')
    expect(home.vz('usb', 'detach', bundle, home.join('disk5.img')), 0)
    expect(home.vz('usb', 'attach', bundle, path), 0)
    expect(home.vz('stop', '--force', bundle), 0)


def a_machine_without_a_controller_says_so():
    bundle = home.join('plain.bundle')
    expect(home.vz('run', '--detach', bundle), 0)
    expect(home.vz('usb', 'attach', bundle, home.join('stick.img')), 5, 'no USB controller', 'VzXHCIControllerConfiguration')
    expect(home.vz('stop', '--force', bundle), 0)


try:
    main([memory_follows_a_target, what_cannot_be_set_is_refused, usb_disks_come_and_go,
          more_usb_disks_than_ports_are_refused, a_machine_without_a_controller_says_so])
finally:
    home.close()
