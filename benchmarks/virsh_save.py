# SPDX-License-Identifier: LGPL-2.1-or-later
"""Saves and restores a guest with `virsh`, by a libvirt daemon of this user's own."""
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

DOMAIN = """<domain type='qemu'>
  <name>bench</name><memory unit='MiB'>{megabytes}</memory><vcpu>1</vcpu>
  <os><type arch='x86_64' machine='q35'>hvm</type>
    <kernel>{guest}/kernel</kernel><initrd>{guest}/initramfs</initrd><cmdline>console=ttyS0 quiet panic=-1</cmdline></os>
  <features><acpi/></features><cpu mode='maximum'/>
  <devices><serial type='unix'><source mode='bind' path='{console}'/></serial><memballoon model='none'/></devices>
</domain>"""


def why_not():
    """The reason why virsh cannot be measured here, or None."""
    if not (shutil.which("virsh") and shutil.which("libvirtd", path=os.environ["PATH"] + ":/usr/sbin")):
        return "the packages libvirt-daemon, libvirt-daemon-driver-qemu and libvirt-clients are missing"
    if os.geteuid() == 0:
        return "for root, libvirt runs the host's own daemon; it is measured for other users"
    return None


class Libvirt:
    def __init__(self, guest, megabytes, filled):
        """Starts the daemon and the guest, and has it fill its memory."""
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="vz-virsh-"))
        self.environment = dict(os.environ, XDG_RUNTIME_DIR=str(self.folder), XDG_CONFIG_HOME=str(self.folder),
                                XDG_CACHE_HOME=str(self.folder), LIBVIRT_DEFAULT_URI="qemu:///session", LC_ALL="C",
                                PATH=os.environ["PATH"] + ":/usr/sbin")
        self.daemon = subprocess.Popen(["libvirtd"], env=self.environment, stderr=subprocess.DEVNULL)
        console, domain = self.folder / "console", self.folder / "domain.xml"
        domain.write_text(DOMAIN.format(megabytes=megabytes, guest=guest, console=console))
        self.wait_for(lambda: self.virsh("version", check=False).returncode == 0)
        self.virsh("create", domain)
        self.fill(console, filled)

    @staticmethod
    def wait_for(test, seconds=60):
        end = time.monotonic() + seconds
        while not test():
            if time.monotonic() > end:
                raise TimeoutError("libvirt's daemon does not answer")
            time.sleep(0.1)

    def virsh(self, *arguments, check=True):
        return subprocess.run(["virsh", *map(str, arguments)], env=self.environment, check=check, capture_output=True)

    @staticmethod
    def fill(console, filled):
        """As soon as the guest answers: what is said to it earlier is lost."""
        with socket.socket(socket.AF_UNIX) as link:
            link.connect(str(console))
            link.settimeout(0.5)
            heard = b""
            while b"\nup\r\n" not in heard:
                link.sendall(b"echo up\n")
                try:
                    heard += link.recv(4096)
                except TimeoutError:
                    pass
            link.settimeout(120)
            link.sendall(b"fill %d\necho filled\n" % filled)
            while b"\nfilled\r\n" not in heard:
                heard += link.recv(4096)

    def round(self, path):
        """Seconds to save and to restore, and the bytes of the file; the guest runs before and after."""
        begin = time.monotonic()
        self.virsh("save", "bench", path)
        saved = time.monotonic()
        size = os.path.getsize(path)
        between = time.monotonic()
        self.virsh("restore", path)
        return saved - begin, time.monotonic() - between, size

    def close(self):
        self.virsh("destroy", "bench", check=False)
        self.daemon.terminate()
        self.daemon.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
