# SPDX-License-Identifier: LGPL-2.1-or-later
"""A real Chromium without a window, driven over chromedriver's HTTP interface (W3C WebDriver)."""
import base64
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ARGUMENTS = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
             '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage',
             '--no-proxy-server']
ELEMENT = 'element-6066-11e4-a52e-4f735466cecf'


def find_program(name):
    return shutil.which(name, path=os.environ.get('PATH', '') + ':/usr/bin')


class Driver:
    """The program that starts browsers."""

    def __init__(self):
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            self.port = probe.getsockname()[1]
        self.home = tempfile.mkdtemp(prefix='vz-chromium-')
        self.browsers = []
        self.process = subprocess.Popen([find_program('chromedriver'), f'--port={self.port}', '--silent'],
                                        env=dict(os.environ, HOME=self.home, TMPDIR=self.home), start_new_session=True,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        end = time.monotonic() + 60
        while True:
            try:
                self.ask('GET', '/status')
                return
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)

    def ask(self, method, path, body=None):
        data = json.dumps(body or {}).encode() if method == 'POST' else None
        request = urllib.request.Request(f'http://127.0.0.1:{self.port}{path}', data, method=method)
        try:
            with self.opener.open(request, timeout=180) as answer:
                return json.load(answer)['value']
        except urllib.error.HTTPError as error:
            raise RuntimeError(json.load(error)['value']['message']) from None

    def browser(self, width, height, **more):
        self.browsers.append(Browser(self, width, height, **more))
        return self.browsers[-1]

    def close(self):
        for browser in self.browsers:
            browser.close()
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(timeout=30)
        shutil.rmtree(self.home, ignore_errors=True)


class Browser:
    def __init__(self, driver, width, height, scheme='light', mobile=False):
        self.driver = driver
        profile = tempfile.mkdtemp(prefix='profile-', dir=driver.home)
        options = {'binary': find_program('chromium'),
                   'args': ARGUMENTS + [f'--user-data-dir={profile}', f'--window-size={width},{height}'],
                   'prefs': {'download.default_directory': profile}}
        self.downloads = profile
        capabilities = {'browserName': 'chrome', 'goog:chromeOptions': options,
                        'goog:loggingPrefs': {'browser': 'ALL'}}
        session = driver.ask('POST', '/session', {'capabilities': {'alwaysMatch': capabilities}})
        self.path = f"/session/{session['sessionId']}"
        self.command('Emulation.setDeviceMetricsOverride', width=width, height=height, deviceScaleFactor=1,
                     mobile=mobile)
        self.command('Emulation.setTouchEmulationEnabled', enabled=mobile)
        self.command('Emulation.setEmulatedMedia', features=[{'name': 'prefers-color-scheme', 'value': scheme}])

    def ask(self, method, path, body=None):
        return self.driver.ask(method, self.path + path, body)

    def command(self, name, **parameters):
        return self.ask('POST', '/goog/cdp/execute', {'cmd': name, 'params': parameters})

    def grant(self, *permissions):
        """What a user would be asked for, of the page that is open."""
        self.command('Browser.grantPermissions', permissions=permissions, origin=self.run('return location.origin'))

    def open(self, address):
        self.ask('POST', '/url', {'url': address})

    def run(self, script, *arguments):
        """What the body of a function returns; it may wait for promises."""
        body = f'const done = arguments[arguments.length - 1]; (async (...arguments) => {{ {script} }})' \
               '(...Array.from(arguments).slice(0, -1)).then(done, error => done(`failed: ${error}`));'
        return self.ask('POST', '/execute/async', {'script': body, 'args': list(arguments)})

    def text(self, selector):
        return self.run('return document.querySelector(arguments[0]).innerText', selector)

    def click(self, selector):
        found = self.ask('POST', '/element', {'using': 'css selector', 'value': selector})
        self.ask('POST', f'/element/{found[ELEMENT]}/click')

    def click_at(self, selector, x, y):
        """A press of the left button at a point counted from the middle of an element."""
        found = self.ask('POST', '/element', {'using': 'css selector', 'value': selector})
        steps = [{'type': 'pointerMove', 'duration': 50, 'origin': found, 'x': x, 'y': y},
                 {'type': 'pointerDown', 'button': 0}, {'type': 'pause', 'duration': 50},
                 {'type': 'pointerUp', 'button': 0}]
        self.ask('POST', '/actions', {'actions': [{'type': 'pointer', 'id': 'mouse', 'actions': steps}]})

    def type(self, text):
        """Presses keys, wherever the focus is. \\n is Enter."""
        steps = []
        for character in text:
            key = '\ue007' if character == '\n' else character
            steps += [{'type': 'keyDown', 'value': key}, {'type': 'keyUp', 'value': key}]
        self.ask('POST', '/actions', {'actions': [{'type': 'key', 'id': 'keyboard', 'actions': steps}]})

    def chord(self, *names):
        """Keys that are pressed together."""
        keys = [{'Control': '\ue009', 'Alt': '\ue00a', 'Home': '\ue011', 'Escape': '\ue00c', 'Tab': '\ue004'}[name]
                for name in names]
        steps = [{'type': 'keyDown', 'value': key} for key in keys] + [{'type': 'keyUp', 'value': key} for key in keys[::-1]]
        self.ask('POST', '/actions', {'actions': [{'type': 'key', 'id': 'keyboard', 'actions': steps}]})

    def screenshot(self, path):
        with open(path, 'wb') as file:
            file.write(base64.b64decode(self.ask('GET', '/screenshot')))

    def complaints(self):
        """What the page said on its console that is an error."""
        entries = self.ask('POST', '/se/log', {'type': 'browser'})
        return [entry['message'] for entry in entries if entry['level'] == 'SEVERE']

    def close(self):
        try:
            self.driver.ask('DELETE', self.path)
        except (RuntimeError, OSError):
            pass  # it has crashed, or is closed already
