#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What `vz` refuses: each with its own message and exit code, and nothing left behind."""
import os
import subprocess

from machinefiles import bundle
from vztest import ARCHITECTURE, VZ, expect, last_event, main, mounter, small_image

OTHER = 'aarch64' if ARCHITECTURE == 'x86_64' else 'x86_64'


def refused(home, code, texts, *arguments, **more):
    """The command fails as expected and adds no file except vz's own key, which later installs use."""
    before = home.files()
    result = expect(home.vz(*arguments, **more), code, *texts)
    after = {name for name in home.files() if 'vz/ssh/' not in name}
    assert after <= before, f'left behind: {sorted(after - before)}'
    assert not home.processes(), 'a process is left'
    return result


def wrong_usage(home):
    refused(home, 2, ['no command given'])
    refused(home, 2, ["'fly'"], 'fly')
    refused(home, 2, ['--frobnicate', '--help'], 'install', '--frobnicate')
    refused(home, 2, ['--force', "'no'", 'takes no value'], 'delete', '--force=no', 'x.bundle')
    refused(home, 2, ['--json', 'takes no value'], 'list', '--json=1')
    refused(home, 2, ['--cpus', "'two'", 'must be'], 'install', '--cpus', 'two')
    refused(home, 2, ['--memory', "'4Q'", 'such as 4G'], 'install', '--memory', '4Q')
    refused(home, 2, ['--disk', "'-1'", 'such as'], 'install', '--disk=-1')
    refused(home, 2, ["unexpected argument 'b'"], 'show', 'a', 'b')
    refused(home, 2, ['usage: vz exec'], 'exec')
    refused(home, 2, ['argument 1', "''", 'must not be empty'], 'delete', '--force', '')
    refused(home, 2, ['argument 2', "''", 'must not be empty'], 'clone', 'a', '')
    refused(home, 2, ['--bundle', "''", 'must not be empty'], 'install', '--bundle', '', 'x')
    refused(home, 2, ['--wait', "'moon'"], 'run', '--detach', '--wait', 'moon')


def image_that_is_none(home):
    image = home.join('i.ipsw')
    refused(home, 5, ['i.ipsw'], 'install', image)
    with open(image, 'w', encoding='ascii') as file:
        file.write('not a zip file')
    refused(home, 4, ['i.ipsw', 'zip'], 'install', image)
    small_image(image)
    os.truncate(image, os.path.getsize(image) - 1000)
    refused(home, 4, ['i.ipsw'], 'install', image)
    small_image(image, manifest=False)
    refused(home, 4, ['BuildManifest.plist'], 'install', image)


def image_for_another_architecture(home):
    image = small_image(home.join('i.ipsw'), architecture='riscv64')
    refused(home, 3, ['cannot install'], 'install', image)
    shown = expect(home.vz('image', 'inspect', image), 0, 'supported here: no')
    assert 'riscv64' in shown.stdout


def digest_mismatch_names_the_chunk(home):
    image = small_image(home.join('i.ipsw'), spoil=1)
    refused(home, 4, ['RootFileSystem', '1'], 'install', image, timeout=60)
    result = refused(home, 4, ['RootFileSystem'], 'install', '--json', image, timeout=60)
    event = last_event(result)
    assert event['event'] == 'error' and event['domain'] == 'VZErrorDomain' and event['code'] == 10007, event
    assert event['underlying']['domain'] == 'VZErrorDomain' and event['underlying']['code'] == 40006, event


def machine_too_small_or_too_big(home):
    image = small_image(home.join('i.ipsw'), cpus=2, memory_mb=2048, minimum_disk=1 << 30)
    refused(home, 4, ['--cpus', '1 found', 'at least 2'], 'install', '--cpus', '1', image)
    refused(home, 4, ['--cpus', '1000 found', 'at most'], 'install', '--cpus', '1000', image)
    refused(home, 4, ['--memory', '1G found', 'at least 2G'], 'install', '--memory', '1G', image)
    refused(home, 4, ['--memory', '512T found', 'at most'], 'install', '--memory', '512T', image)
    refused(home, 4, ['--disk', '512M found', 'at least 1G'], 'install', '--disk', '512M', image)


def settings_are_named_as_options(home):
    image = small_image(home.join('i.ipsw'))
    result = refused(home, 2, ["--name: 'a b' found", "--user: 'Root!' found"], 'install', '--name', 'a b', '--user',
                     'Root!', image)
    assert 'VzGuestSettings' not in result.stderr, result.stderr


def bundle_exists(home):
    image = small_image(home.join('i.ipsw'))
    os.mkdir(home.join('VM.bundle'))
    refused(home, 1, ['VM.bundle', 'already exists'], 'install', image)


def places_that_will_not_do(home):
    image = small_image(home.join('i.ipsw'))
    refused(home, 5, ['nowhere'], 'install', '--bundle', home.join('nowhere', 'a.bundle'), image)
    refused(home, 2, ['line break'], 'install', '--bundle', home.join('a\nb.bundle'), image)
    outer = bundle(home, name='outer.bundle')
    for arguments in (('install', '--bundle', os.path.join(outer, 'b.bundle'), image),
                      ('clone', outer, os.path.join(outer, 'c'))):
        refused(home, 2, ['inside another', outer], *arguments)
    assert not [name for name in os.listdir(outer) if 'partial' in name], os.listdir(outer)
    refused(home, 2, ['--bundle', '\\xff', 'UTF-8'], 'install', '--bundle', home.join('a\udcffb.bundle'), image)
    # Root may write anywhere except on a read-only file system.
    expect(install_on_tmpfs(home, 'ro', image), 1, 'closed', 'cannot write')


def install_on_tmpfs(home, options, image):
    place = home.join('closed')
    os.makedirs(place, exist_ok=True)
    script = 'mount -t tmpfs -o "$1" none "$2" && exec "$3" install --bundle "$2/a.bundle" "$4"'
    return subprocess.run([*mounter(), 'sh', '-c', script, 'sh', options, place, VZ, image], env=home.environment,
                          capture_output=True, text=True, timeout=60)


def not_enough_space(home):
    image = small_image(home.join('i.ipsw'))
    expect(install_on_tmpfs(home, 'size=16M', image), 3, 'needed', 'choose a folder')
    # Before it is composed, which takes minutes.
    expect(install_on_tmpfs(home, 'size=400M', 'debian'), 3, 'needed', 'choose a folder')


def no_qemu_and_no_firmware(home):
    image = small_image(home.join('i.ipsw'))
    home.environment['VZ_QEMU_' + ARCHITECTURE.upper()] = home.join('no-qemu')
    refused(home, 3, ['no-qemu'], 'install', image)
    del home.environment['VZ_QEMU_' + ARCHITECTURE.upper()]
    home.environment['VZ_FIRMWARE_PATH'] = home.join('no-firmware')
    refused(home, 3, ['firmware'], 'install', image)


def settings_that_the_guest_would_not_take(home):
    image = small_image(home.join('i.ipsw'))
    refused(home, 2, ['bad_host!'], 'install', '--name', 'bad_host!', image)
    refused(home, 2, ['--name', 'bad_host!'], 'clone', '--name', 'bad_host!', 'no.bundle', 'new.bundle')
    refused(home, 2, ['--same-identity'], 'clone', '--name', 'good', '--same-identity', 'no.bundle', 'new.bundle')
    refused(home, 2, ['--new-identity'], 'clone', '--new-identity', '--same-identity', 'no.bundle', 'new.bundle')
    refused(home, 2, ['Root User'], 'install', '--user', 'Root User', image)
    refused(home, 5, ['nokey'], 'install', '--ssh-key', home.join('nokey'), image)
    refused(home, 2, ['--publish', 'x:y'], 'install', '--publish', 'x:y', image)


def bundles_that_are_none(home):
    refused(home, 5, ['VM.bundle'], 'show')
    refused(home, 5, ['nothing'], 'run', 'nothing')
    os.mkdir(home.join('VM.bundle'))
    assert home.vz('show').returncode in (4, 5)
    assert home.vz('check').returncode in (4, 5)


main([wrong_usage, image_that_is_none, image_for_another_architecture, digest_mismatch_names_the_chunk,
      machine_too_small_or_too_big, settings_are_named_as_options, bundle_exists, places_that_will_not_do,
      not_enough_space, no_qemu_and_no_firmware, settings_that_the_guest_would_not_take, bundles_that_are_none])
