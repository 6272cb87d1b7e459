# SPDX-License-Identifier: LGPL-2.1-or-later
"""Catalogs of Apple's shape, made here: Python's own plist module writes them, so that vz is not tested with itself."""
import plistlib

SHA1 = '0123456789abcdef0123456789abcdef01234567'


def restore(version, build, url=None, **more):
    url = url or f'https://images.example/UniversalMac_{version}_{build}_Restore.ipsw'
    return {'Restore': {'BuildVersion': build, 'ProductVersion': version, 'FirmwareURL': url, **more}}


def mac(version, build, sha1=SHA1):
    """A real Mac's two branches, as Apple writes them."""
    same = restore(version, build, FirmwareSHA1=sha1, DocumentationURL='')
    universal = {'Restore': dict(same['Restore'], EpochVersion='1')}
    return {build: same, 'Unknown': {'Universal': universal}}


def catalog(products):
    return {'MobileDeviceProductTypes': {'DFU': {'570458371': 'Macmini9,1'}, 'Recovery': {'570458371': 'Macmini9,1'}},
            'MobileDeviceSoftwareVersionsByVersion': {'1': {'MobileDeviceSoftwareVersions': products}}}


def write(path, products):
    with open(path, 'wb') as file:
        plistlib.dump(catalog(products), file, sort_keys=False)
    return path


def apple(version='26.6', build='25G72', other=None):
    """What Apple's catalog has at one time; @other: version and build of a Mac that is ahead."""
    return {'VirtualMac2,1': {build: restore(version, build)},
            'Macmini9,1': mac(version, build),
            'Mac17,5': mac(*(other or (version, build)))}
