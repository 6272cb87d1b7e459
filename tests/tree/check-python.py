#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The library from Python: objects, properties, lists, errors, bytes, all through introspection."""
import errno
import plistlib
import tempfile
import traceback

import gi
gi.require_version('Vz', '1.0')
from gi.repository import GLib, Vz  # noqa: E402


def properties():
    machine = Vz.VirtualMachineConfiguration.new()
    machine.props.cpu_count = 2
    machine.set_memory_size(3 << 30)
    assert machine.get_cpu_count() == 2
    assert machine.props.memory_size == 3 << 30
    assert Vz.VirtualMachineConfiguration.get_minimum_allowed_cpu_count() >= 1


def lists():
    machine = Vz.VirtualMachineConfiguration.new()
    machine.set_entropy_devices([Vz.VirtioEntropyDeviceConfiguration.new()])
    devices = machine.get_entropy_devices()
    assert [type(device) for device in devices] == [Vz.VirtioEntropyDeviceConfiguration]


def errors():
    machine = Vz.VirtualMachineConfiguration.new()
    try:
        machine.validate()
    except GLib.Error as error:
        assert error.matches(Vz.error_quark(), Vz.Error.INVALID_VIRTUAL_MACHINE_CONFIGURATION)
        assert len(error.message.splitlines()) > 1, 'all problems at once'
    else:
        raise AssertionError('an empty configuration is not valid')


def underlying_errors():
    with tempfile.TemporaryDirectory() as folder:
        try:
            Vz.EFIVariableStore.new_creating(folder + '/none/store', Vz.GenericHardwareModel.new('x86_64'), 0)
        except GLib.Error as error:
            underlying = Vz.error_dup_underlying(error)
            assert (underlying.domain, underlying.code) == (Vz.POSIX_ERROR_DOMAIN, errno.ENOENT), underlying
            assert Vz.error_dup_underlying(underlying) is None
        else:
            raise AssertionError('a folder that is not there has no files')


def identity():
    identifier = Vz.GenericMachineIdentifier.new()
    data = identifier.get_data_representation()
    assert data.get_data().startswith(b'bplist00')
    assert Vz.GenericMachineIdentifier.new_from_data(data).equal(identifier)
    assert Vz.MACAddress.new_random_locally_administered().is_unicast()


def json():
    machine = Vz.VirtualMachineConfiguration.new()
    machine.props.cpu_count = 3
    again = Vz.Config.from_json(machine.to_json(None))
    assert again.props.cpu_count == 3
    assert again.to_json(None) == machine.to_json(None)


def bundle():
    with tempfile.TemporaryDirectory() as folder:
        try:
            Vz.Bundle.open(folder + '/none.bundle')
        except GLib.Error as error:
            assert error.matches(Vz.error_quark(), Vz.Error.NOT_FOUND), error
        else:
            raise AssertionError('no such bundle')


def catalog():
    entry = {'FirmwareURL': 'https://images.example/a.ipsw', 'ProductVersion': '15.5', 'BuildVersion': '24F74'}
    root = {'MobileDeviceSoftwareVersionsByVersion':
            {'1': {'MobileDeviceSoftwareVersions': {'VirtualMac2,1': {'24F74': {'Restore': entry}}}}}}
    with tempfile.NamedTemporaryFile(suffix='.xml') as file:
        plistlib.dump(root, file)
        file.flush()
        catalog = Vz.Catalog.load(file.name)
        found = catalog.find('macos')
        assert [e.product for e in catalog.list_entries()] == [found.product] == ['VirtualMac2,1']
        assert found.url == entry['FirmwareURL'] and found.sha1 is None and found.size == 0
        assert not found.is_supported() and found.unsupported_reasons
        image = Vz.RestoreImage.new_for_entry(found)
        assert image.props.operating_system_version == '15.5' and image.props.url == found.url


def main():
    tests = [properties, lists, errors, underlying_errors, identity, json, bundle, catalog]
    print(f'1..{len(tests)}')
    for number, test in enumerate(tests, 1):
        try:
            test()
            print(f'ok {number} {test.__name__}')
        except Exception:  # every kind: one failed test does not hide the others
            print(f'not ok {number} {test.__name__}')
            for line in traceback.format_exc().splitlines():
                print(f'# {line}')


if __name__ == '__main__':
    main()
