#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The app of Apple's sample, in Python: restores a bundle's saved state or starts it, and saves it at the end.

    virtual_machine_app.py [BUNDLE]   the default is ~/VM.bundle

An interrupt (Ctrl-C) or SIGTERM pauses the machine and saves its state, as closing the sample's window does. If that
fails, the machine keeps running, and a second one turns it off.
"""
import os
import signal
import sys

import gi
gi.require_version('Vz', '1.0')
from gi.repository import GLib, Vz  # noqa: E402


class App:
    def __init__(self, path):
        self.status = 0
        self.failed = False  # to be saved
        self.loop = GLib.MainLoop.new(None, False)
        self.bundle = Vz.Bundle.open(path)
        configuration = self.bundle.load_configuration()
        configuration.validate()
        configuration.validate_save_restore_support()
        self.machine = Vz.VirtualMachine.new(configuration)
        self.machine.connect('guest-did-stop', self.guest_did_stop)
        self.machine.connect('did-stop-with-error', self.did_stop_with_error)

    def guest_did_stop(self, _machine):
        print('Guest did stop the virtual machine.')
        self.loop.quit()

    def did_stop_with_error(self, _machine, error):
        print(f'Virtual machine did stop with error: {error.message}', file=sys.stderr)
        self.status = 1
        self.loop.quit()

    def start(self):
        """Restores the saved state, which can be used once; starts the machine if that fails or there is none."""
        path = self.bundle.dup_save_file_path()
        is_saved = os.path.exists(path)
        _, refused = self.machine.start_or_restore(path, None, None)
        if refused:
            print(f'Virtual machine failed to restore: {refused.message}', file=sys.stderr)
        print(f'Virtual machine successfully {"resumed" if is_saved and not refused else "started"}.', flush=True)

    def save(self):
        try:
            self.machine.save_and_stop(self.bundle.dup_save_file_path(), None, None)
            print('Virtual machine saved.')
            self.loop.quit()
        except GLib.Error as error:
            print(f'Virtual machine failed to save, and goes on: {error.message}', file=sys.stderr)
            self.failed = True

    def close(self):
        if self.failed:
            self.machine.stop(None)
            self.loop.quit()
        else:
            self.save()
        return GLib.SOURCE_CONTINUE

    def run(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, number, self.close)
        self.start()
        self.loop.run()
        return self.status


def main():
    if len(sys.argv) > 2 or sys.argv[1:] and sys.argv[1].startswith('-'):
        print('Usage: virtual_machine_app.py [BUNDLE]', file=sys.stderr)
        return 2
    try:
        return App(sys.argv[1] if sys.argv[1:] else os.path.join(GLib.get_home_dir(), 'VM.bundle')).run()
    except GLib.Error as error:
        print(f'The virtual machine could not be set up: {error.message}', file=sys.stderr)
        return 1


if __name__ == '__main__':
    sys.exit(main())
