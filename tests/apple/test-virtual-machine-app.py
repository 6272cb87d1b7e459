#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""VirtualMachineApp of apple/ with the stand-in for macOS: starting, restoring, saving, with a window and without."""
import json
import os
import signal
import time

import mac as macos
from mac import WHOLE, expect, expect_golden

APP = 'VirtualMachineApp'
SAVED = WHOLE | {'SaveFile.vzvmsave'}
RUNS = 'VZVirtualMachine start answers'


def installed(mac, saved=b'', **changes):
    """A bundle as InstallationTool makes it."""
    result = mac.run('InstallationTool', mac.image)
    assert result.code == 0, result
    path = mac.path('VM.bundle', 'Configuration.json')
    with open(path) as file:
        configuration = json.load(file)
    configuration.update(changes)
    with open(path, 'w') as file:
        json.dump(configuration, file)
    if saved:
        with open(mac.path('VM.bundle', 'SaveFile.vzvmsave'), 'wb') as file:
            file.write(saved)


def calls_of(result, name='VZVirtualMachine '):
    return [call.split(': ', 1)[1] for call in result.calls if name in call]


def has(result, *wanted):
    """These calls, in this order, maybe with others between."""
    calls = iter(result.calls)
    for call in wanted:
        assert any(call in found for found in calls), f'{call} not there or not in order\n{result}'


# ---- Starting --------------------------------------------------------------------------------------


def starts_in_a_window_and_saves(mac):
    installed(mac)
    result = mac.run(APP, QUIT_ON=RUNS)
    expect(result, 0, 'The virtual machine runs.', 'The virtual machine is saved.', bundle=SAVED, alive=None)
    expect_golden(result, 'app-window-14.txt')


def starts_in_a_window_on_macos_13(mac):
    installed(mac)
    result = mac.run(APP, QUIT_ON=RUNS, MACOS=13)
    expect(result, 0, 'it is turned off', bundle=WHOLE, alive=None)
    expect_golden(result, 'app-window-13.txt')


def starts_without_a_window_and_saves(mac):
    installed(mac)
    result = mac.run(APP, '--headless', INTERRUPT_ON=RUNS)
    expect(result, 0, 'The virtual machine is saved.', bundle=SAVED)
    expect_golden(result, 'app-headless.txt')


def goes_on_from_the_saved_state(mac):
    installed(mac, saved=b'SAVED')
    result = mac.run(APP, '--headless', GUEST='stops')
    expect(result, 0, 'The guest stopped.', bundle=WHOLE)
    expect_golden(result, 'app-restore.txt')
    installed_again = mac.run(APP, '--headless', GUEST='stops')
    has(installed_again, 'startWithCompletionHandler:')


def what_it_saves_it_restores(mac):
    installed(mac)
    expect(mac.run(APP, '--headless', INTERRUPT_ON=RUNS), 0, bundle=SAVED)
    result = mac.run(APP, QUIT_ON='resume answers')
    expect(result, 0, bundle=SAVED, alive=None)
    assert not calls_of(result, 'startWith'), result


def starts_the_recovery(mac):
    installed(mac)
    result = mac.run(APP, '--headless', '--recovery', GUEST='stops')
    expect(result, 0, bundle=WHOLE)
    has(result, 'setStartUpFromMacOSRecovery: 1', 'startWithOptions: recovery: 1')


def takes_what_the_bundle_says(mac):
    installed(mac, **{'cpu-count': 3, 'memory-size': 6 << 30})
    result = mac.run(APP, '--headless', GUEST='stops')
    expect(result, 0, bundle=WHOLE)
    has(result, 'setCPUCount: 3', f'setMemorySize: {6 << 30}')
    network = [{'type': 'VzVirtioNetworkDeviceConfiguration', 'mac-address': '02:00:00:00:00:01'}]
    mac.clear()
    installed(mac, **{'network-devices': network})
    has(mac.run(APP, '--headless', GUEST='stops'), 'setMACAddress: 02:00:00:00:00:01')


def takes_a_bundle_of_the_sample(mac):
    """It has no Configuration.json."""
    installed(mac)
    os.unlink(mac.path('VM.bundle', 'Configuration.json'))
    os.rename(mac.path('VM.bundle'), mac.path('other.bundle'))
    result = mac.run(APP, '--headless', 'other.bundle', GUEST='stops')
    expect(result, 0, 'The guest stopped.')
    has(result, 'setCPUCount: 7', 'setMACAddress: b6:79:02:be:a0:b7')


# ---- What is refused -------------------------------------------------------------------------------


def refuses_wrong_usage(mac):
    for arguments in (['--help'], ['a', 'b'], ['--headless', '-x']):
        expect(mac.run(APP, *arguments), 2, 'Usage: VirtualMachineApp')


def refuses_a_bundle_that_is_not_there(mac):
    expect(mac.run(APP), 5, f"there is no machine at '{mac.path('VM.bundle')}': InstallationTool installs one")


def refuses_a_bundle_that_is_wrong(mac):
    installed(mac)
    for name, text in (('HardwareModel', 'is not a hardware model'),
                       ('MachineIdentifier', 'is not a machine identifier'),
                       ('Configuration.json', 'is not a JSON object')):
        with open(mac.path('VM.bundle', name), 'rb') as file:
            content = file.read()
        with open(mac.path('VM.bundle', name), 'wb') as file:
            file.write(b'[]')
        expect(mac.run(APP, '--headless'), 4, text, bundle=WHOLE)
        with open(mac.path('VM.bundle', name), 'wb') as file:
            file.write(content)
    os.unlink(mac.path('VM.bundle', 'HardwareModel'))
    expect(mac.run(APP, '--headless'), 1, 'HardwareModel', bundle=WHOLE - {'HardwareModel'})


def refuses_a_broken_identifier(mac):
    """Whatever its bytes are: an answer, and no byte read outside."""
    installed(mac)
    path = mac.path('VM.bundle', 'MachineIdentifier')
    with open(path, 'rb') as file:
        content = file.read()
    # The dictionary, its references, the number's kind, the table of objects, each field of the trailer.
    for position in (8, 9, 10, 16, 25, 26, 27, 34, 35, 43, 51, 59):
        for byte in (0x00, 0xff):
            broken = bytearray(content)
            broken[position] = byte
            with open(path, 'wb') as file:
                file.write(broken)
            result = mac.run(APP, '--headless', GUEST='stops')
            assert result.code in (0, 4), result
            expect(result, result.code, '' if result.code == 0 else 'the machine identifier has no ECID', bundle=WHOLE)
    with open(path, 'wb') as file:
        file.write(content[:50])
    expect(mac.run(APP, '--headless'), 4, 'the machine identifier has no ECID', bundle=WHOLE)


def refuses_missing_files(mac):
    installed(mac)
    for name, text in (('Disk.img', 'the disk cannot be used'), ('AuxiliaryStorage', 'auxiliary storage is invalid')):
        os.rename(mac.path('VM.bundle', name), mac.path('aside'))
        expect(mac.run(APP, '--headless'), 4, text, bundle=WHOLE - {name})
        os.rename(mac.path('aside'), mac.path('VM.bundle', name))


def refuses_a_wrong_configuration(mac):
    installed(mac, **{'cpu-count': 9})
    expect(mac.run(APP, '--headless'), 4, 'The CPU count is invalid.', bundle=WHOLE)
    mac.clear()
    installed(mac, **{'memory-size': (4 << 30) + 1})
    expect(mac.run(APP, '--headless'), 4, 'The memory size is invalid.', bundle=WHOLE)
    mac.clear()
    installed(mac, **{'network-devices': [{'mac-address': 'nonsense'}]})
    expect(mac.run(APP, '--headless'), 4, "'nonsense' is not a MAC address", bundle=WHOLE)


def refuses_an_unsupported_model(mac):
    installed(mac)
    expect(mac.run(APP, '--headless', SUPPORTED='no'), 3, 'not supported on this Mac', bundle=WHOLE)


def refuses_the_recovery_of_a_saved_machine(mac):
    installed(mac, saved=b'SAVED')
    expect(mac.run(APP, '--headless', '--recovery'), 1, 'shut it down before its recovery is started', bundle=SAVED)


# ---- What goes wrong -------------------------------------------------------------------------------


def a_wrong_saved_state_is_removed(mac):
    installed(mac, saved=b'nonsense')
    result = mac.run(APP, '--headless', GUEST='stops')
    expect(result, 0, 'The saved state cannot be used, the machine is started anew:', bundle=WHOLE)
    has(result, 'restoreMachineStateFromURL', 'restore answers: an error', 'startWithCompletionHandler:')


def a_saved_state_is_removed_when_resuming_fails(mac):
    installed(mac, saved=b'SAVED')
    expect(mac.run(APP, '--headless', FAIL='resume=1'), 1, 'cannot be resumed', bundle=WHOLE)


def a_saved_state_is_no_use_on_macos_13(mac):
    installed(mac, saved=b'SAVED')
    expect(mac.run(APP, '--headless', MACOS=13, GUEST='stops'), 0, 'before macOS 14', bundle=WHOLE)


def tells_why_it_cannot_start(mac):
    installed(mac)
    for code, exit_code in ((1, 1), (6, 6), (10, 3)):
        expect(mac.run(APP, '--headless', FAIL=f'start={code}'), exit_code, 'the virtual machine cannot be started: ',
               bundle=WHOLE)
    expect(mac.run(APP, FAIL='start=1'), 1, 'cannot be started', bundle=WHOLE, alive=None)


def two_at_once(mac):
    installed(mac)
    first = mac.start(APP, '--headless')
    assert first.stdout.readline() == 'The virtual machine runs.\n'
    second = mac.run(APP, '--headless')
    assert second.code == 6 and 'Failed to lock auxiliary storage.' in second.err, second
    first.send_signal(signal.SIGTERM)
    first.communicate(timeout=macos.SECONDS)
    assert first.returncode == 0, first.returncode


def tells_how_the_guest_ends(mac):
    installed(mac)
    expect(mac.run(APP, '--headless', GUEST='stops'), 0, 'The guest stopped.', bundle=WHOLE)
    expect(mac.run(APP, '--headless', GUEST='fails'), 1, 'the virtual machine stopped: Operation failed (1). '
           'The guest failed.', bundle=WHOLE)
    expect(mac.run(APP, GUEST='stops'), 0, 'The guest stopped.', bundle=WHOLE, alive=None)
    expect(mac.run(APP, GUEST='fails'), 1, 'The guest failed.', bundle=WHOLE, alive=None)


def loses_the_network(mac):
    installed(mac)
    result = mac.run(APP, '--headless', GUEST='loses-network', INTERRUPT_ON='the guest loses its network')
    expect(result, 0, 'lost its network', bundle=SAVED)


def a_machine_that_cannot_be_saved_runs_on(mac):
    installed(mac)
    for operation in ('save', 'pause'):
        process = mac.start(APP, '--headless', FAIL=f'{operation}=11')
        assert process.stdout.readline() == 'The virtual machine runs.\n'
        process.send_signal(signal.SIGINT)
        assert 'Operation failed (11).' in process.stderr.readline()
        assert process.stderr.readline() == 'The machine runs on; quit again to turn it off.\n'
        deadline = time.monotonic() + macos.SECONDS
        while operation == 'save' and time.monotonic() < deadline:  # until it runs again
            if any('resume answers: done' in call for call in mac.read_record()):
                break
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        process.stdout, process.stderr = process.communicate(timeout=macos.SECONDS)
        result = macos.Result(mac, process)
        expect(result, 1, 'could not be saved and was turned off', bundle=WHOLE)
        has(result, f'{operation} answers: an error', 'stopWithCompletionHandler:')


def a_window_stays_when_saving_fails(mac):
    installed(mac)
    result = mac.run(APP, QUIT_ON='answers', FAIL='save=11')
    expect(result, 1, 'The machine runs on', 'could not be saved and was turned off', bundle=WHOLE, alive=None)
    has(result, 'NSApplication is told 2', 'save answers: an error', 'replyToApplicationShouldTerminate: 0',
        'stopWithCompletionHandler:')


# ---- Being told to end -----------------------------------------------------------------------------


def told_to_end_at_each_call(mac):
    """Whenever it comes: the machine is saved, or had not begun to run."""
    installed(mac)
    number, windowless = 0, 0
    while True:
        number += 1
        result = mac.run(APP, '--headless', INTERRUPT_AT=number)
        if not any('setDelegate: VzMachineDelegate' in call for call in result.calls):
            # Not heard yet: a signal ends any program.
            assert result.code == -signal.SIGINT, result
            assert result.bundle == WHOLE, result
            continue
        windowless += 1
        expect(result, result.code if result.code == -signal.SIGINT else 0, bundle=result.bundle, alive=None)
        if result.code == 0:
            assert result.bundle == SAVED, result
            os.unlink(mac.path('VM.bundle', 'SaveFile.vzvmsave'))
        if any('startWithCompletionHandler' in call for call in result.calls[:number]):
            break
    assert windowless >= 1, windowless


def told_to_end_while_it_starts(mac):
    installed(mac)
    for event in ('startWithCompletionHandler:', RUNS):
        for arguments in (['--headless'], []):
            result = mac.run(APP, *arguments, INTERRUPT_ON=event)
            expect(result, 0, 'The virtual machine is saved.', bundle=SAVED, alive=None)
            os.unlink(mac.path('VM.bundle', 'SaveFile.vzvmsave'))


def told_twice(mac):
    """While it saves, being told again changes nothing."""
    installed(mac)
    result = mac.run(APP, INTERRUPT_ON='pauseWith', QUIT_ON=RUNS)
    expect(result, 0, 'The virtual machine is saved.', bundle=SAVED, alive=None)
    os.unlink(mac.path('VM.bundle', 'SaveFile.vzvmsave'))
    process = mac.start(APP, '--headless')
    assert process.stdout.readline() == 'The virtual machine runs.\n'
    for _ in range(3):
        process.send_signal(signal.SIGTERM)
    process.stdout, process.stderr = process.communicate(timeout=macos.SECONDS)
    expect(macos.Result(mac, process), 0, 'The virtual machine is saved.', bundle=SAVED)


macos.main([
    starts_in_a_window_and_saves, starts_in_a_window_on_macos_13, starts_without_a_window_and_saves,
    goes_on_from_the_saved_state, what_it_saves_it_restores, starts_the_recovery, takes_what_the_bundle_says,
    takes_a_bundle_of_the_sample, refuses_wrong_usage, refuses_a_bundle_that_is_not_there,
    refuses_a_bundle_that_is_wrong, refuses_a_broken_identifier, refuses_missing_files, refuses_a_wrong_configuration,
    refuses_an_unsupported_model,
    refuses_the_recovery_of_a_saved_machine, a_wrong_saved_state_is_removed,
    a_saved_state_is_removed_when_resuming_fails, a_saved_state_is_no_use_on_macos_13, tells_why_it_cannot_start,
    two_at_once, tells_how_the_guest_ends, loses_the_network, a_machine_that_cannot_be_saved_runs_on,
    a_window_stays_when_saving_fails, told_to_end_at_each_call, told_to_end_while_it_starts, told_twice,
])
