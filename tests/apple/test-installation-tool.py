#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""InstallationTool of apple/ with the stand-in for macOS: the order of its calls, each failure, Ctrl-C at each call."""
import hashlib
import json
import os
import plistlib
import signal

import mac as macos
from mac import WHOLE, expect, expect_golden
from webserver import Server

TOOL = 'InstallationTool'
DOWNLOAD = {'RestoreImage.ipsw', 'RestoreImage.download'}
SIZE = 300000


def install(mac, **options):
    return mac.run(TOOL, mac.image, **options)


def serve(mac):
    """An image on a server: what it holds, and the server."""
    content = b'PK\3\4' + os.urandom(SIZE - 4)
    os.makedirs(mac.path('www'))
    with open(mac.path('www', 'image.ipsw'), 'wb') as file:
        file.write(content)
    return content, Server(mac.path('www'))


def read(mac, *names):
    with open(mac.path(*names), 'rb') as file:
        return file.read()


def fail_at(mac, text, code, **options):
    expect(install(mac, **options), code, text)


# ---- Installing ------------------------------------------------------------------------------------


def installs_an_image(mac):
    result = install(mac)
    expect(result, 0, 'Installation progress: 100%.', f'Installation succeeded: {mac.path("VM.bundle")}', bundle=WHOLE)
    expect_golden(result, 'installation-14.txt')
    assert os.stat(mac.path('VM.bundle', 'Disk.img')).st_size == 137438953472
    assert os.stat(mac.path('VM.bundle', 'Disk.img')).st_blocks * 512 < 1 << 20, 'the disk is not sparse'
    model = plistlib.loads(read(mac, 'VM.bundle', 'HardwareModel'))
    assert model['PlatformVersion'] == 2, model
    assert plistlib.loads(read(mac, 'VM.bundle', 'MachineIdentifier')) == {'ECID': 0x1661a1d30fb268d5}
    configuration = json.loads(read(mac, 'VM.bundle', 'Configuration.json'))
    assert configuration['cpu-count'] == 7 and configuration['memory-size'] == 4 << 30, configuration
    assert configuration['keyboards'] == [{'type': 'VzMacKeyboardConfiguration'}], configuration


def installs_on_macos_13(mac):
    result = install(mac, MACOS=13)
    expect(result, 0, bundle=WHOLE)
    expect_golden(result, 'installation-13.txt')
    configuration = json.loads(read(mac, 'VM.bundle', 'Configuration.json'))
    assert configuration['keyboards'] == [{'type': 'VzUSBKeyboardConfiguration'}], configuration


def downloads_the_latest(mac):
    content, server = serve(mac)
    with server:
        result = mac.run(TOOL, URL=server.url('image.ipsw'))
    expect(result, 0, 'Restore image download progress: 100%.', bundle=WHOLE)
    calls = [call.split(': ', 1)[1] for call in result.calls]
    order = ['VZMacOSRestoreImage fetchLatestSupportedWithCompletionHandler:', 'VZMacOSRestoreImage answers: an image',
             'VZMacOSRestoreImage URL', 'VZMacOSRestoreImage loadFileURL: RestoreImage.ipsw']
    assert calls[1:5] == order, result
    assert 'VZMacOSInstaller initWithVirtualMachine: restoreImageURL: RestoreImage.ipsw' in calls, result
    assert [request.target for request in server.requests] == ['/image.ipsw'], server.requests


def clamps_processors_and_memory(mac):
    expect(install(mac, CPUS=3, MEMORY=2 << 30, MIN_MEMORY=1 << 30), 0, bundle=WHOLE)
    configuration = json.loads(read(mac, 'VM.bundle', 'Configuration.json'))
    assert configuration['cpu-count'] == 2 and configuration['memory-size'] == 2 << 30, configuration


def one_processor_is_enough_for_the_clamp(mac):
    expect(install(mac, CPUS=1, MIN_CPUS=1), 0, bundle=WHOLE)
    assert json.loads(read(mac, 'VM.bundle', 'Configuration.json'))['cpu-count'] == 1


def the_mac_address_follows_from_the_identifier(mac):
    """By vz's rule; numbers from 2^63 on are stored in sixteen bytes."""
    for number in (0x1661a1d30fb268d5, 0xc3e7196d6b9d9883, 0x9cde470a5dcf5a35, 1 << 63, (1 << 63) - 1):
        expect(install(mac, ECID=number), 0, bundle=WHOLE)
        assert plistlib.loads(read(mac, 'VM.bundle', 'MachineIdentifier')) == {'ECID': number}
        digest = bytearray(hashlib.sha256(b'vz mac-address:' + number.to_bytes(8, 'big')).digest()[:6])
        digest[0] = digest[0] & 0xfe | 2
        network = json.loads(read(mac, 'VM.bundle', 'Configuration.json'))['network-devices'][0]
        assert network['mac-address'] == digest.hex(':'), network
        mac.clear()


# ---- What is refused -------------------------------------------------------------------------------


def refuses_wrong_usage(mac):
    for arguments in (['--help'], ['a', 'b'], ['-x']):
        expect(mac.run(TOOL, *arguments), 2, 'Usage: InstallationTool [IMAGE]')


def refuses_a_bundle_that_is_there(mac):
    os.mkdir(mac.path('VM.bundle'))
    result = install(mac)
    expect(result, 1, f"'{mac.path('VM.bundle')}' already exists", bundle=set())
    assert result.calls == ['main: VZVirtualMachine isSupported'], result


def refuses_an_image_that_is_not_there(mac):
    result = mac.run(TOOL, 'nothing.ipsw')
    expect(result, 5, "there is no restore image at 'nothing.ipsw'")
    assert result.calls == ['main: VZVirtualMachine isSupported'], result


def refuses_a_file_that_is_no_image(mac):
    with open(mac.image, 'wb') as file:
        file.write(b'something else')
    fail_at(mac, 'the restore image cannot be loaded: Operation failed (10005). The restore image is invalid.', 4)


def refuses_what_this_mac_cannot_run(mac):
    fail_at(mac, 'the restore image has no configuration for this Mac', 3, REQUIREMENTS='none')
    fail_at(mac, "the restore image's hardware model is not supported on this Mac", 3, SUPPORTED='no')


def refuses_a_mac_that_cannot(mac):
    for program in (TOOL, 'VirtualMachineApp'):
        for options in ({'HOST': 'intel'}, {'MACOS': 12}):
            result = mac.run(program, **options)
            expect(result, 3, 'only on Apple silicon, with macOS 13 or later')
            assert not result.calls, result
        expect(mac.run(program, HOST='guest'), 3, 'this Mac does not support virtual machines')


def refuses_less_than_the_image_needs(mac):
    fail_at(mac, 'the restore image needs 8 processors, and this Mac gives a machine 7', 3, MIN_CPUS=8)
    fail_at(mac, 'the restore image needs 8589934592 bytes of memory, and this Mac gives a machine 4294967296', 3,
            MIN_MEMORY=8 << 30)
    expect(install(mac, MIN_CPUS=7, MIN_MEMORY=4 << 30), 0, bundle=WHOLE)


def tells_of_no_network(mac):
    expect(mac.run(TOOL, FAIL='fetch=10001'), 1, 'the latest restore image cannot be found: '
           'The restore image catalog failed to load.')
    expect(mac.run(TOOL, URL='http://127.0.0.1:1/image.ipsw'), 1, 'the restore image cannot be downloaded: ')


def tells_of_no_supported_image(mac):
    expect(mac.run(TOOL, FAIL='fetch=10003'), 3, 'No supported restore images in catalog.')


def tells_of_auxiliary_storage_that_exists(mac):
    fail_at(mac, 'the auxiliary storage cannot be created: Operation failed (1). It was chosen to.', 1,
            FAIL='storage=1')
    # What cannot be removed beforehand.
    os.makedirs(mac.path('.VM.bundle.partial', 'AuxiliaryStorage'))
    result = install(mac)
    expect(result, 1, "cannot remove '", partial={'AuxiliaryStorage'})


def tells_of_a_configuration_that_is_not_valid(mac):
    fail_at(mac, 'the configuration is not valid: Invalid virtual machine configuration. It was chosen to.', 4,
            FAIL='validate=2')
    fail_at(mac, 'a machine of this configuration cannot be saved: Operation failed (10).', 3, FAIL='validate-save=10')
    fail_at(mac, 'the disk cannot be used: Operation failed (5).', 4, FAIL='attachment=5')


def tells_what_the_installer_says(mac):
    for code, exit_code, text in ((10006, 3, 'Installation requires a software update.'),
                                  (10007, 1, 'Installation failed.'), (8, 3, 'Operation failed (8).'),
                                  (6, 6, 'The number of virtual machines exceeds the limit.')):
        fail_at(mac, f'the installation failed: {text} It was chosen to.', exit_code, FAIL=f'install={code}')


def tells_what_the_guest_does(mac):
    expect(install(mac, GUEST='loses-network'), 0, 'The virtual machine lost its network: Operation failed (7). '
           'The network is gone.', bundle=WHOLE)
    mac.clear()
    result = install(mac, GUEST='fails', FAIL='install=10007')
    expect(result, 1, 'The virtual machine stopped: Operation failed (1). The guest failed.')


def two_at_once(mac):
    content, server = serve(mac)
    with server:
        first = mac.start(TOOL, URL=server.url('rate=1000', 'image.ipsw'))
        assert first.stdout.readline().startswith('Attempting to download')  # it has the bundle locked
        second = install(mac)
        first.send_signal(signal.SIGTERM)
        first.communicate(timeout=macos.SECONDS)
    assert second.code == 6 and 'is being made by another program' in second.err, second
    assert first.returncode == 130, first.returncode


# ---- What is left, and used again ------------------------------------------------------------------


def a_leftover_is_replaced(mac):
    os.mkdir(mac.path('.VM.bundle.partial'))
    for name in ('AuxiliaryStorage', 'Disk.img', 'HardwareModel', '.owner'):
        with open(mac.path('.VM.bundle.partial', name), 'w') as file:
            file.write('left')
    expect(install(mac), 0, bundle=WHOLE)


def a_download_is_kept_for_the_next_attempt(mac):
    content, server = serve(mac)
    with server:
        url = server.url('image.ipsw')
        expect(mac.run(TOOL, URL=url, FAIL='install=10007'), 1, partial=DOWNLOAD)
        assert read(mac, '.VM.bundle.partial', 'RestoreImage.ipsw') == content
        expect(mac.run(TOOL, URL=url), 0, bundle=WHOLE)
        assert len(server.requests) == 1, server.requests


def a_wrong_download_is_not_kept(mac):
    content, server = serve(mac)
    with server:
        expect(mac.run(TOOL, URL=server.url('image.ipsw'), FAIL='load=10005'), 4)


def goes_on_where_a_download_ended(mac):
    content, server = serve(mac)
    with server:
        url = server.url('rate=20000*1', 'image.ipsw')  # time enough for Ctrl-C
        process = mac.start(TOOL, URL=url)
        for line in process.stdout:
            if 'progress: 3' in line:
                break
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=macos.SECONDS)
        assert process.returncode == 130, process.returncode
        assert mac.names('.VM.bundle.partial') == DOWNLOAD
        there = read(mac, '.VM.bundle.partial', 'RestoreImage.ipsw')
        assert 0 < len(there) < SIZE and content.startswith(there), len(there)
        expect(mac.run(TOOL, URL=url, FAIL='install=10007'), 1, partial=DOWNLOAD)
        assert read(mac, '.VM.bundle.partial', 'RestoreImage.ipsw') == content
        assert server.requests[-1].status == 206, server.requests[-1]


def another_image_is_not_gone_on_with(mac):
    content, server = serve(mac)
    with server:
        for segments in (['cut=100000*1', 'new-etag=2'], ['cut=100000*1', 'no-range'], ['cut=100000*1'],
                         ['cut=100000*1', 'no-etag', 'no-date'], ['cut=100000*1', 'weak']):
            mac.clear()
            result = mac.run(TOOL, URL=server.url(*segments, 'image.ipsw'), FAIL='install=10007,load=10001')
            expect(result, 1, 'cannot be loaded', partial=DOWNLOAD)
            there = read(mac, '.VM.bundle.partial', 'RestoreImage.ipsw')
            assert len(there) == SIZE, (segments, len(there))
            # Nothing of the old bytes with the new: all of one, whichever.
            assert (there == content) == ('new-etag=2' not in segments), segments
            assert (there[:1000] == content[:1000]) == (there[-1000:] == content[-1000:]), segments


def tells_of_a_server_that_is_wrong(mac):
    content, server = serve(mac)
    with server:
        for segments, text in ((['status=404'], '404'), (['chunked'], 'does not say how long it is'),
                               (['cut=100000*1', 'lie=start'], 'another part'), (['loop'], 'redirects')):
            mac.clear()
            result = mac.run(TOOL, URL=server.url(*segments, 'image.ipsw'))
            expect(result, 1, 'the restore image cannot be downloaded: ', text, partial=result.partial)
            assert result.partial in (None, DOWNLOAD), result


def tells_of_a_full_disk(mac):
    content, server = serve(mac)
    with server:
        result = mac.run(TOOL, URL=server.url('image.ipsw'), DISK_LIMIT=100000)
        expect(result, 3, 'the restore image cannot be written: No space left on device', partial=DOWNLOAD)
        expect(mac.run(TOOL, URL=server.url('image.ipsw')), 0, bundle=WHOLE)
    mac.clear()
    for limit in range(0, 1600, 100):
        result = install(mac, DISK_LIMIT=limit)
        if result.code == 0:
            break
        expect(result, 3, 'No space left on device')
    expect(result, 0, bundle=WHOLE)
    assert limit > 0


# ---- Ctrl-C ----------------------------------------------------------------------------------------


def interrupted_at_each_call(mac):
    """Once the installer has ended there is nothing left to cancel."""
    number = 0
    while True:
        number += 1
        result = install(mac, INTERRUPT_AT=number)
        done = next((i for i, call in enumerate(result.calls, 1) if 'answers: done' in call), None)
        if done is not None and number >= done:
            expect(result, 0, bundle=WHOLE)
            break
        cancelled = any('installWithCompletionHandler' in call for call in result.calls)
        expect(result, 130, 'interrupted' if not cancelled else 'Cancelling the installation.', alive=None)
        assert cancelled == ('vz.machine: NSProgress cancel' in result.calls), result
        mac.clear()
    assert number > 55, number


def killed_it_leaves_no_bundle(mac):
    process = mac.start(TOOL, mac.image, INTERRUPT_ON='nothing, but slowly')
    for line in process.stdout:
        if 'progress: 25%' in line:
            break
    process.kill()
    process.communicate(timeout=macos.SECONDS)
    assert mac.names('VM.bundle') is None and mac.names('.VM.bundle.partial') == WHOLE, os.listdir(mac.home)
    expect(install(mac), 0, bundle=WHOLE)


def interrupted_while_the_catalog_is_asked(mac):
    result = mac.run(TOOL, URL='http://127.0.0.1:1/', INTERRUPT_ON='fetchLatestSupported')
    expect(result, 130, 'interrupted', alive=None)


def the_whole_is_a_bundle_for_vz(mac):
    """Opened by vz on Linux: shown, checked, backed up, cloned."""
    import subprocess
    vz = os.environ['VZ_PROGRAM']
    expect(install(mac), 0, bundle=WHOLE)
    bundle = mac.path('VM.bundle')
    os.mkdir(mac.path('run'), 0o700)
    environment = dict(os.environ, HOME=mac.home, XDG_RUNTIME_DIR=mac.path('run'), LC_ALL='C.UTF-8')
    for name in ('DATA', 'STATE', 'CACHE', 'CONFIG'):
        environment[f'XDG_{name}_HOME'] = mac.path(name)

    def run(code, *arguments):
        result = subprocess.run([vz, *arguments], env=environment, capture_output=True, text=True,
                                timeout=macos.SECONDS, stdin=subprocess.DEVNULL)
        assert result.returncode in code, (arguments, result)
        return result.stdout + result.stderr

    shown = json.loads(run([0], 'show', '--json', bundle))
    assert shown['machine-identifier'] == '1661a1d30fb268d5', shown
    assert shown['state'] == 'stopped', shown
    ours = json.loads(read(mac, 'VM.bundle', 'Configuration.json'))
    theirs = shown['configuration']

    def is_within(part, whole):
        if isinstance(part, dict):
            return all(key in whole and is_within(value, whole[key]) for key, value in part.items())
        if isinstance(part, list):
            return len(part) == len(whole) and all(map(is_within, part, whole))
        return part == whole

    assert is_within(ours, theirs), (ours, theirs)
    # What only this host lacks may be said, and nothing of the files.
    checked = run([0, 4], 'check', bundle)
    for name in ('Disk.img', 'AuxiliaryStorage', 'MachineIdentifier', 'mac-address'):
        assert name not in checked, checked
    run([0], 'backup', bundle, mac.path('backup'))
    said = run([0], 'clone', bundle, mac.path('clone.bundle'))
    assert 'local policy is bound' in said and '--new-identity' in said, said
    said = run([0], 'clone', '--new-identity', bundle, mac.path('other.bundle'))
    assert 'may not start' in said, said
    assert '--name' in run([2], 'clone', '--name', 'mac', bundle, mac.path('named.bundle'))
    run([0], 'restore-backup', mac.path('backup'), mac.path('again.bundle'))
    for name in ('HardwareModel', 'AuxiliaryStorage'):
        assert read(mac, 'clone.bundle', name) == read(mac, 'VM.bundle', name), name
        assert read(mac, 'again.bundle', name) == read(mac, 'VM.bundle', name), name
    own = read(mac, 'VM.bundle', 'MachineIdentifier')
    assert read(mac, 'again.bundle', 'MachineIdentifier') == own
    assert read(mac, 'clone.bundle', 'MachineIdentifier') == own
    # One of Apple's sample has no configuration beside it.
    os.remove(mac.path('clone.bundle', 'Configuration.json'))
    assert json.loads(run([0], 'show', '--json', mac.path('clone.bundle')))['state'] == 'stopped'
    said = run([4], 'run', mac.path('clone.bundle')).splitlines()
    assert len(said) == 2 and 'vmapple' in said[0] and 'boot ROM' in said[1], said
    assert read(mac, 'other.bundle', 'MachineIdentifier') != own


macos.main([
    installs_an_image, installs_on_macos_13, downloads_the_latest, clamps_processors_and_memory,
    one_processor_is_enough_for_the_clamp, the_mac_address_follows_from_the_identifier, refuses_wrong_usage,
    refuses_a_bundle_that_is_there, refuses_an_image_that_is_not_there, refuses_a_file_that_is_no_image,
    refuses_what_this_mac_cannot_run, refuses_a_mac_that_cannot, refuses_less_than_the_image_needs, tells_of_no_network,
    tells_of_no_supported_image, tells_of_auxiliary_storage_that_exists, tells_of_a_configuration_that_is_not_valid,
    tells_what_the_installer_says, tells_what_the_guest_does, two_at_once, a_leftover_is_replaced,
    a_download_is_kept_for_the_next_attempt, a_wrong_download_is_not_kept, goes_on_where_a_download_ended,
    another_image_is_not_gone_on_with, tells_of_a_server_that_is_wrong, tells_of_a_full_disk,
    interrupted_at_each_call, killed_it_leaves_no_bundle, interrupted_while_the_catalog_is_asked,
    the_whole_is_a_bundle_for_vz,
])
