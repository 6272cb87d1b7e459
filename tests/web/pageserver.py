# SPDX-License-Identifier: LGPL-2.1-or-later
"""A `vz run --display web` or `vz display web` of a test's, and what it says."""
import re
import threading

from vztest import eventually


class PageServer:
    def __init__(self, home, *arguments):
        self.text = ''
        self.process = home.start(*arguments)
        self.reader = threading.Thread(target=self.listen, daemon=True)
        self.reader.start()
        eventually('an address', 60, lambda: self.addresses() or self.process.poll() is not None)
        assert self.addresses(), self.text

    def listen(self):
        for line in self.process.stderr:
            self.text += line

    def addresses(self):
        return re.findall(r'http://\S+(?=\n)', self.text)

    def address(self):
        """The one that is good now."""
        return self.addresses()[-1]

    @property
    def port(self):
        return int(re.search(r':(\d+)/', self.address()).group(1))

    def wait(self, seconds=120):
        code = self.process.wait(timeout=seconds)
        self.reader.join(timeout=10)
        return code
