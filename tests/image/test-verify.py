#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""`vz image verify` on images of Apple's shape and on ours: what is good, and every way to be bad, named."""
import os
import signal
import time

from images import CRYPTEX_APP, RAMDISK, SYSTEM, VM_KERNEL, make, member, patch, verify
from vztest import expect, main, needs_little_memory

CHUNKS = 'Chunks/x86_64/RootFileSystem/'


def states(findings):
    found = {}
    for one in findings:
        found.setdefault(one['state'], []).append(one)
    return found


def only_bad(findings):
    """The one finding that is wrong."""
    wrong = [one for one in findings if one['state'] in ('bad', 'missing')]
    assert len(wrong) == 1, wrong
    return wrong[0]


def good_macos_images(home):
    path = home.join('a.ipsw')
    for options in ([], ['--junk', '--members', '300'], ['--descriptors'], ['--zip64', '--descriptors', '--devices', '5']):
        said = make(path, *options)
        findings, event = verify(home, path, 0)
        found = states(findings)
        assert event['event'] == 'result' and event['members'] == len(said['members']), event
        assert set(found) == {'good', 'not-verified'}, found.keys()
        assert {one['component'] for one in found['not-verified']} == {'AVEFirmware', 'Diags'}
        # Every component of every board is in a finding, with the digest that the maker gave it.
        seen = {(one['component'], board, one['expected']) for one in found['good'] for board in one['device-classes']}
        wanted = {(one['name'], one['device-class'], one['digest']) for one in said['components']
                  if one['digest'] and one['path']}
        assert seen == wanted, seen ^ wanted
        assert all(one['expected'] == one['found'] for one in found['good'])


def digest_of_something_else_is_not_bad(home):
    path = home.join('a.ipsw')
    make(path, '--other-digest')
    findings, event = verify(home, path, 0)
    unsure = {one['component']: one for one in findings if one['state'] == 'not-verified' and one['expected']}
    assert set(unsure) == {'OS', 'BaseSystem', 'Cryptex1,SystemOS', 'Cryptex1,AppOS'}, unsure
    assert all('which bytes its digest covers' in one['message'] for one in unsure.values())
    assert event['not-verified'] == 7, event
    result = expect(home.vz('image', 'verify', path), 0, 'not verified: component OS (')
    assert '7 components could not be verified' in result.stdout


def damaged_bytes(home):
    path = home.join('a.ipsw')
    # Both components that use the file are bad, each with its own digest; the logos are of another file.
    make(path, '--fault', f'byte:{VM_KERNEL}')
    findings, event = verify(home, path, 4, 'damaged')
    bad = states(findings)['bad']
    assert {one['component'] for one in bad} == {'KernelCache', 'RestoreKernelCache'}, bad
    assert bad[0]['found'] != bad[1]['found'] and all(one['expected'] != one['found'] for one in bad)
    assert event['event'] == 'error' and event['code'] == 40006, event
    # A disk image whose digest is not understood is still known to be damaged.
    make(path, '--fault', f'byte:{CRYPTEX_APP}', '--other-digest')
    bad = only_bad(verify(home, path, 4)[0])
    assert bad['component'] == 'Cryptex1,AppOS' and bad['message'].startswith('CRC-32'), bad
    # So are a component without a digest and a file that is no component.
    make(path, '--fault', 'byte:Firmware/ave/AppleAVE2FW_j274.bin')
    assert only_bad(verify(home, path, 4)[0])['component'] == 'AVEFirmware'
    make(path, '--fault', 'byte:SystemVersion.plist')
    bad = only_bad(verify(home, path, 4)[0])
    assert bad['component'] is None and bad['path'] == 'SystemVersion.plist' and len(bad['expected']) == 8, bad
    expect(home.vz('image', 'verify', path), 4, "bad: member 'SystemVersion.plist': CRC-32 ", bad['expected'], bad['found'])


def wrong_digests_and_checksums(home):
    path = home.join('a.ipsw')
    said = make(path, '--fault', 'digest:BootabilityTrustCache')
    bad = only_bad(verify(home, path, 4)[0])
    wanted = next(one['digest'] for one in said['components'] if one['name'] == 'BootabilityTrustCache')
    assert bad['expected'] == wanted and bad['found'][2:] == wanted[2:], bad
    make(path, '--fault', 'payload-type:RestoreTrustCache')
    assert only_bad(verify(home, path, 4)[0])['component'] == 'RestoreTrustCache'
    make(path, '--fault', f'crc:{VM_KERNEL}')  # the digest is right, so the component is
    findings = verify(home, path, 4)[0]
    assert only_bad(findings)['path'] == VM_KERNEL and only_bad(findings)['component'] is None
    make(path, '--fault', 'digest:OS')
    assert not states(verify(home, path, 0)[0]).get('bad')
    make(path, '--fault', 'no-digest:KernelCache', '--fault', 'odd-digest:LLB', '--fault', 'no-path:iBoot')
    unsure = {one['component']: one['message'] for one in verify(home, path, 0)[0] if one['state'] == 'not-verified'}
    assert 'no digest' in unsure['KernelCache'] and '24 bytes' in unsure['LLB'] and 'no file' in unsure['iBoot'], unsure


def damaged_image4_head(home):
    path = home.join('a.ipsw')
    place = member(make(path), RAMDISK)['offset']
    patch(path, place + 2, b'\xff\xff')  # the length of the whole
    bad = only_bad(verify(home, path, 4)[0])
    assert bad['component'] == 'RestoreRamDisk' and "Image4 file's header is damaged" in bad['message'], bad


def missing_members(home):
    path = home.join('a.ipsw')
    make(path, '--fault', 'missing:Firmware/dfu/iBSS.vma2.RELEASE.im4p')
    findings, event = verify(home, path, 4)
    assert only_bad(findings)['state'] == 'missing' and only_bad(findings)['component'] == 'iBSS'
    assert event['code'] == 10005, event


def members_that_lie(home):
    path = home.join('a.ipsw')
    for fault, text in (('encrypted', 'encrypted'), ('method', 'method 97'), ('shorter', 'longer than'),
                        ('size', 'ends after')):
        make(path, '--fault', f'{fault}:{VM_KERNEL}')
        findings = verify(home, path, 4)[0]
        bad = states(findings)['bad']
        assert {one['component'] for one in bad} == {'KernelCache', 'RestoreKernelCache'}, (fault, bad)
        assert all(text in one['message'] for one in bad), (fault, bad)


def chunks_of_ours(home):
    path = home.join('a.ipsw')
    for options in ([], ['--size', '40M', '--dense'], ['--size', '40M', '--descriptors', '--junk']):
        make(path, '--os', 'linux', *options)
        findings, event = verify(home, path, 0)
        assert len(findings) == event['good'] == 4, findings
    make(path, '--os', 'linux', '--fault', f'byte:{CHUNKS}000002.zst', '--fault', f'byte:{CHUNKS}000003.zst')
    bad = states(verify(home, path, 4)[0])['bad']
    assert [(one['component'], one['chunk']) for one in bad] == [('RootFileSystem', 2), ('RootFileSystem', 3)], bad
    make(path, '--os', 'linux', '--fault', f'missing:{CHUNKS}000002.zst')
    bad = only_bad(verify(home, path, 4, 'missing')[0])
    assert bad['chunk'] == 2 and bad['path'] == f'{CHUNKS}000002.zst' and bad['state'] == 'missing', bad


def damage_in_a_hole(home):
    """Bytes where the maker left a hole: the hole's zeros count as read, and what is not zero is seen."""
    path = home.join('a.ipsw')
    place = member(make(path, '--size', '300M', '--other-digest'), SYSTEM)
    assert not states(verify(home, path, 0)[0]).get('bad')
    patch(path, place['offset'] + place['size'] // 2, b'\1')
    bad = only_bad(verify(home, path, 4)[0])
    assert bad['component'] == 'OS' and bad['message'].startswith('CRC-32'), bad


def refuses_what_it_cannot_verify(home):
    expect(home.vz('image', 'verify', home.join('nothing.ipsw')), 5, 'nothing.ipsw')
    expect(home.vz('image', 'verify', 'https://example.com/a.ipsw'), 2, 'not a local file')
    expect(home.vz('image', 'verify'), 2, 'usage: vz image verify IMAGE')
    path = home.join('a.ipsw')
    make(path)
    os.truncate(path, os.path.getsize(path) - 1000)
    expect(home.vz('image', 'verify', path), 4, 'truncated')


def interrupted(home):
    path = home.join('a.ipsw')
    make(path, '--size', '40G', '--other-digest')
    process = home.start('image', 'verify', path)
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=30)
    assert process.returncode == 130, said


def little_memory(home):
    path = home.join('a.ipsw')
    make(path, '--size', '1G', '--members', '4000', '--devices', '50', '--other-digest')
    needs_little_memory(home, 'image', 'verify', path)


main([good_macos_images, digest_of_something_else_is_not_bad, damaged_bytes, wrong_digests_and_checksums,
      damaged_image4_head, missing_members, members_that_lie, chunks_of_ours, damage_in_a_hole,
      refuses_what_it_cannot_verify, interrupted, little_memory])
