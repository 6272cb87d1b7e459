#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Devices of a running machine: sockets, sound, USB, memory.

    machine_devices.py KERNEL INITRD FOLDER

Starts a Linux kernel. What the guest plays is written to FOLDER/played.wav. Commands are read from standard input, one per line:

    attach FILE, detach FILE    plugs in a disk image by USB, and unplugs it
    memory SIZE, memory         sets the guest's memory target (200M), and shows its memory
    connect PORT TEXT           sends a line to a program in the guest, and shows the reply
    stop

What programs in the guest send to port 5000 of the host is shown and echoed. If this host has no vhost_vsock, the machine
has no sockets, and everything else works.
"""
import os
import sys

import gi
gi.require_version('Vz', '1.0')
from gi.repository import Gio, GLib, Vz  # noqa: E402

PORT = 5000
MAX_LINE = 4096


def make_configuration(kernel, initrd, folder, has_sockets):
    loader = Vz.LinuxBootLoader.new(kernel)
    loader.set_initial_ramdisk_path(initrd)
    loader.set_command_line('console=ttyS0 quiet panic=-1')
    console = Vz.UARTSerialPortConfiguration.new()
    console.set_attachment(Vz.SocketSerialPortAttachment.new(None))
    output = Vz.VirtioSoundDeviceOutputStreamConfiguration.new()
    output.set_sink(Vz.FileAudioOutputStreamSink.new(os.path.join(folder, 'played.wav')))
    sound = Vz.VirtioSoundDeviceConfiguration.new()
    sound.set_streams([output])

    configuration = Vz.VirtualMachineConfiguration.new()
    configuration.set_boot_loader(loader)
    configuration.set_cpu_count(1)
    configuration.set_memory_size(256 << 20)
    configuration.set_serial_ports([console])
    configuration.set_audio_devices([sound])
    configuration.set_usb_controllers([Vz.XHCIControllerConfiguration.new()])
    configuration.set_memory_balloon_devices([Vz.VirtioTraditionalMemoryBalloonDeviceConfiguration.new()])
    if has_sockets:
        configuration.set_socket_devices([Vz.VirtioSocketDeviceConfiguration.new()])
    configuration.validate()
    return configuration


class Devices:
    def __init__(self, kernel, initrd, folder):
        self.files = (kernel, initrd, folder)
        self.loop = GLib.MainLoop.new(None, False)
        self.disks = {}
        self.machine = None
        self.status = 0

    def start(self):
        try:
            self.start_machine(True)
        except GLib.Error as error:
            if not error.matches(Vz.Error.quark(), Vz.Error.NOT_SUPPORTED):
                raise
            print(f'No sockets: {error.message}')
            self.start_machine(False)
        print(f'Its console: {self.machine.dup_console_socket_path()}', flush=True)

    def start_machine(self, has_sockets):
        self.machine = Vz.VirtualMachine.new(make_configuration(*self.files, has_sockets))
        self.machine.connect('guest-did-stop', lambda _machine: self.loop.quit())
        self.machine.connect('did-stop-with-error', self.did_stop_with_error)
        self.machine.start(None)
        for device in self.machine.get_socket_devices():
            listener = Vz.VirtioSocketListener.new()
            listener.connect('should-accept-new-connection', self.accept)
            device.set_socket_listener(listener, PORT)

    def did_stop_with_error(self, _machine, error):
        print(f'The machine did stop with error: {error.message}', file=sys.stderr)
        self.status = 1
        self.loop.quit()

    # Sockets: a connection owns its descriptor, and closes it.

    def accept(self, _listener, connection, _device):
        GLib.unix_fd_add_full(GLib.PRIORITY_DEFAULT, connection.get_file_descriptor(),
                              GLib.IOCondition.IN | GLib.IOCondition.HUP, self.answer, connection)
        return True

    def answer(self, fd, _condition, connection):
        text = os.read(fd, MAX_LINE)
        if text:
            print(f'The guest says: {text.decode(errors="replace").rstrip()}', flush=True)
            os.write(fd, text)
            return GLib.SOURCE_CONTINUE
        connection.close()
        return GLib.SOURCE_REMOVE

    def connect(self, port, text):
        for device in self.machine.get_socket_devices():
            connection = device.connect(int(port), None)
            os.write(connection.get_file_descriptor(), text.encode() + b'\n')
            answer = os.read(connection.get_file_descriptor(), MAX_LINE)
            connection.close()
            print(f'The guest answers: {answer.decode(errors="replace").rstrip()}')
            return
        print('The machine has no sockets.')

    # USB: a device is an object, attached to a controller or not.

    def attach(self, path):
        image = Vz.DiskImageStorageDeviceAttachment.new(os.path.abspath(path), False)
        device = Vz.USBMassStorageDevice.new(Vz.USBMassStorageDeviceConfiguration.new(image))
        self.machine.get_usb_controllers()[0].attach_device(device, None)
        self.disks[path] = device
        print(f'Attached: {device.get_uuid()}')

    def detach(self, path):
        self.machine.get_usb_controllers()[0].detach_device(self.disks.pop(path), None)
        print('Detached.')

    # Memory: the target is a request, which the guest meets when it can.

    def memory(self, size=None):
        balloon = self.machine.get_memory_balloon_devices()[0]
        if size is not None:
            _, target = Vz.size_parse(size)
            balloon.set_target_virtual_machine_memory_size(target)
            print(f'Target: {balloon.get_target_virtual_machine_memory_size()} bytes')
        else:
            _, now = balloon.query_memory_size(None)
            print(f'The guest has {now} bytes.')

    def stop(self):
        self.machine.stop(None)
        self.loop.quit()

    def read_line(self, stream):
        stream.read_line_async(GLib.PRIORITY_DEFAULT, None, self.obey)

    def obey(self, stream, result):
        line, _length = stream.read_line_finish_utf8(result)
        if line is None:
            self.stop()
            return
        word, *arguments = line.split(' ', 2 if line.startswith('connect') else 1)
        orders = {'attach': self.attach, 'detach': self.detach, 'memory': self.memory, 'connect': self.connect,
                  'stop': self.stop}
        try:
            orders[word](*arguments)
        except (KeyError, TypeError, ValueError):
            print(f'Not understood: {line}')
        except (GLib.Error, OSError) as error:
            print(f'Failed: {getattr(error, "message", error)}')
        sys.stdout.flush()
        self.read_line(stream)

    def run(self):
        self.start()
        self.read_line(Gio.DataInputStream.new(Gio.UnixInputStream.new(sys.stdin.fileno(), False)))
        self.loop.run()
        return self.status


def main():
    if len(sys.argv) != 4 or sys.argv[1].startswith('-'):
        print('Usage: machine_devices.py KERNEL INITRD FOLDER', file=sys.stderr)
        return 2
    try:
        return Devices(*(os.path.abspath(argument) for argument in sys.argv[1:])).run()
    except GLib.Error as error:
        print(f'The machine could not be started: {error.message}', file=sys.stderr)
        return 1


if __name__ == '__main__':
    sys.exit(main())
