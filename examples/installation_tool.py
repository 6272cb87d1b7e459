#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""InstallationTool of Apple's sample, in Python.

    installation_tool.py         makes ~/VM.bundle, downloads the latest supported image, installs it
    installation_tool.py IMAGE   makes ~/VM.bundle, installs that image: a file or an http or https address
"""
import os
import signal
import sys

import gi
gi.require_version('Vz', '1.0')
from gi.repository import Gio, GLib, Vz  # noqa: E402

GIB = 1 << 30
DISK_SIZE = 128 * GIB  # sparse: takes up what is used


def create_platform(bundle, configuration, model):
    """The machine's board, identity and firmware variables; kept in the bundle."""
    identifier = Vz.GenericMachineIdentifier.new()
    store = Vz.EFIVariableStore.new_creating(bundle.dup_auxiliary_storage_path(), model,
                                             Vz.EFIVariableStoreInitializationOptions.NONE)
    bundle.set_hardware_model(model)
    bundle.set_machine_identifier(identifier)
    platform = Vz.GenericPlatformConfiguration.new()
    platform.set_hardware_model(model)
    platform.set_machine_identifier(identifier)
    configuration.set_platform(platform)
    boot_loader = Vz.EFIBootLoader.new()
    boot_loader.set_variable_store(store)
    configuration.set_boot_loader(boot_loader)
    return identifier


def create_disk(bundle, configuration):
    bundle.create_disk_image(DISK_SIZE)
    attachment = Vz.DiskImageStorageDeviceAttachment.new(bundle.dup_disk_image_path(), False)
    attachment.set_synchronization_mode(Vz.DiskImageSynchronizationMode.FULL)
    disk = Vz.VirtioBlockDeviceConfiguration.new(attachment)
    disk.set_block_device_identifier('Disk.img')
    configuration.set_storage_devices([disk])


def create_network(configuration, identifier):
    attachment = Vz.NATNetworkDeviceAttachment.new()
    attachment.set_published_ports([Vz.PublishedPort.new(0, 22)])  # any free port leads to SSH
    network = Vz.VirtioNetworkDeviceConfiguration.new()
    network.set_attachment(attachment)
    network.set_mac_address(identifier.dup_default_mac_address())
    configuration.set_network_devices([network])


def create_devices(configuration):
    """A screen with keyboard and pointer, a serial console, and what else a Linux guest can use."""
    graphics = Vz.VirtioGraphicsDeviceConfiguration.new()
    graphics.set_scanouts([Vz.VirtioGraphicsScanoutConfiguration.new(1920, 1200)])
    serial = Vz.UARTSerialPortConfiguration.new()
    serial.set_attachment(Vz.SocketSerialPortAttachment.new(None))
    configuration.set_graphics_devices([graphics])
    configuration.set_keyboards([Vz.USBKeyboardConfiguration.new()])
    configuration.set_pointing_devices([Vz.USBScreenCoordinatePointingDeviceConfiguration.new()])
    configuration.set_serial_ports([serial])
    configuration.set_entropy_devices([Vz.VirtioEntropyDeviceConfiguration.new()])
    configuration.set_memory_balloon_devices([Vz.VirtioTraditionalMemoryBalloonDeviceConfiguration.new()])


def create_machine(bundle, requirements):
    configuration = Vz.VirtualMachineConfiguration.new()
    identifier = create_platform(bundle, configuration, requirements.get_hardware_model())
    configuration.set_cpu_count(max(1, os.cpu_count() - 1, requirements.get_minimum_supported_cpu_count()))
    configuration.set_memory_size(max(4 * GIB, requirements.get_minimum_supported_memory_size()))
    create_disk(bundle, configuration)
    create_network(configuration, identifier)
    create_devices(configuration)
    configuration.validate()
    bundle.save_configuration(configuration)
    return Vz.VirtualMachine.new(configuration)


class Bar:
    """A line for each percent."""
    def __init__(self, what):
        self.what, self.last = what, None

    def __call__(self, progress, _pspec):
        line = f'{self.what} progress: {100 * progress.get_fraction_completed():.0f}% ({progress.dup_phase()})'
        if line != self.last:
            print(line, flush=True)
        self.last = line


def wait(begin, finish, *arguments, cancellable):
    """Runs the main loop, so that signals and progress arrive, until the asynchronous call is done."""
    done = []
    begin(*arguments, cancellable, lambda _source, result: done.append(result))
    while not done:
        GLib.MainContext.default().iteration(True)
    return finish(done[0])


def local_image(bundle, image, cancellable):
    if image.get_path() is not None:
        return image
    print('Attempting to download the restore image.', flush=True)
    progress = Vz.Progress.new(0)
    progress.connect('notify::fraction-completed', Bar('Restore image download'))
    path = bundle.dup_restore_image_path()
    wait(image.download_async, image.download_finish, path, progress, cancellable=cancellable)
    return Vz.RestoreImage.load(path, cancellable)


def install(image, cancellable):
    image.check_supported()
    bundle = Vz.Bundle.create(os.path.join(GLib.get_home_dir(), 'VM.bundle'))
    try:
        image = local_image(bundle, image, cancellable)
        machine = create_machine(bundle, image.get_most_featureful_supported_configuration())
        settings = Vz.GuestSettings.new()
        settings.add_own_ssh_keys()
        installer = Vz.Installer.new(machine, image.get_path())
        installer.set_settings(settings)
        installer.get_progress().connect('notify::fraction-completed', Bar('Installation'))
        print('Starting installation.', flush=True)
        wait(installer.install_async, installer.install_finish, cancellable=cancellable)
        if os.path.exists(bundle.dup_restore_image_path()):
            os.remove(bundle.dup_restore_image_path())
        bundle.commit()
    except BaseException:
        if bundle.is_partial():
            bundle.discard()
        raise
    print(f'Installation succeeded: {bundle.get_path()}')


def main():
    if len(sys.argv) > 2 or sys.argv[1:] and sys.argv[1].startswith('-'):
        print('Usage: installation_tool.py [IMAGE]', file=sys.stderr)
        return 2
    cancellable = Gio.Cancellable.new()
    for number in (signal.SIGINT, signal.SIGTERM):
        GLib.unix_signal_add(GLib.PRIORITY_HIGH, number, lambda: cancellable.cancel() or True)
    try:
        image = (Vz.RestoreImage.load(sys.argv[1], cancellable) if sys.argv[1:] else
                 Vz.RestoreImage.fetch_latest_supported(cancellable))
        install(image, cancellable)
    except GLib.Error as error:
        print(f'Installation failed: {error.message}', file=sys.stderr)
        return 130 if cancellable.is_cancelled() else 3 if error.matches(
            Vz.error_quark(), Vz.Error.NOT_SUPPORTED) else 1
    return 0


if __name__ == '__main__':
    sys.exit(main())
