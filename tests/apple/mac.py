# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the programs of apple/ with the stand-in for macOS (see standin/standin.h for what it can be told)."""
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'server'))

PROGRAMS = os.environ['VZ_APPLE_PROGRAMS']
SECONDS = int(os.environ.get('VZ_APPLE_SECONDS', '120'))
WHOLE = {'AuxiliaryStorage', 'Configuration.json', 'Disk.img', 'HardwareModel', 'MachineIdentifier'}


class Result:
    def __init__(self, mac, process):
        self.code = process.returncode
        self.out = process.stdout
        self.err = process.stderr
        self.calls = mac.read_record()
        self.bundle = mac.names('VM.bundle')
        self.partial = mac.names('.VM.bundle.partial')

    def __str__(self):
        return (f'exit code {self.code}\nbundle: {self.bundle}\npartial: {self.partial}\n--- output\n{self.out}'
                f'--- errors\n{self.err}--- calls\n' + '\n'.join(self.calls))


class Mac:
    """A home directory on a Mac that is not there."""

    def __init__(self):
        self.home = tempfile.mkdtemp(prefix='vz-apple-')
        self.image = self.path('image.ipsw')
        with open(self.image, 'wb') as file:
            file.write(b'PK\3\4' + bytes(100))
        self.record = self.path('record')
        self.suppressions = self.path('lsan.supp')
        with open(self.suppressions, 'w') as file:
            file.write('leak:libobjc.so\nleak:libgnustep-base.so\n')

    def path(self, *names):
        return os.path.join(self.home, *names)

    def close(self):
        shutil.rmtree(self.home)

    def names(self, directory):
        """The files in it; None if it is not there."""
        path = self.path(directory)
        return set(os.listdir(path)) if os.path.isdir(path) else None

    def read_record(self):
        if not os.path.exists(self.record):
            return []
        with open(self.record, encoding='utf-8') as file:
            return file.read().splitlines()

    def environment(self, options):
        environment = {name: value for name, value in os.environ.items() if not name.startswith('STANDIN_')}
        environment.update({f'STANDIN_{name}': str(value) for name, value in options.items()})
        # What is freed is filled, so that a use of it cannot go well by luck.
        environment.update(HOME=self.home, STANDIN_RECORD=self.record, no_proxy='127.0.0.1', LC_ALL='C.UTF-8',
                           ASAN_OPTIONS='max_free_fill_size=4096:free_fill_byte=85:exitcode=99',
                           LSAN_OPTIONS=f'suppressions={self.suppressions}:print_suppressions=0:exitcode=98',
                           UBSAN_OPTIONS='print_stacktrace=1')
        return environment

    def start(self, program, *arguments, **options):
        if os.path.exists(self.record):
            os.unlink(self.record)
        return subprocess.Popen([os.path.join(PROGRAMS, program), *arguments], env=self.environment(options),
                                cwd=self.home, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)

    def run(self, program, *arguments, **options):
        process = self.start(program, *arguments, **options)
        try:
            process.stdout, process.stderr = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.stdout, process.stderr = process.communicate()
            raise AssertionError(f'not done after {SECONDS} s\n{Result(self, process)}') from None
        return Result(self, process)

    def clear(self):
        for path in glob.glob(self.path('*.bundle')) + glob.glob(self.path('.*.partial')):
            shutil.rmtree(path)


def expect(result, code, *texts, bundle=None, partial=None, alive=0):
    """Exit code, what is said, what is left, and that nothing else is: no memory, no exception, no sanitizer."""
    problems = []
    if result.code != code:
        problems.append(f'exit code {result.code}, expected {code}')
    for text in texts:
        if text not in result.out + result.err:
            problems.append(f'not said: {text}')
    if result.bundle != bundle:
        problems.append(f'bundle {result.bundle}, expected {bundle}')
    if result.partial != partial:
        problems.append(f'partial bundle {result.partial}, expected {partial}')
    left = [line for line in result.calls if line.startswith('ALIVE')]
    if alive == 0 and left:
        problems.append(f'objects left: {left}')
    if re.search('EXCEPTION', '\n'.join(result.calls)) or 'Sanitizer' in result.err or 'runtime error' in result.err:
        problems.append('exception or sanitizer')
    assert not problems, '\n'.join([*problems, str(result)])


def expect_golden(result, name):
    """The order of calls. VZ_UPDATE_GOLDEN=1 writes it anew."""
    path = os.path.join(HERE, 'golden', name)
    text = '\n'.join(result.calls) + '\n'
    if os.environ.get('VZ_UPDATE_GOLDEN'):
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
    with open(path, encoding='utf-8') as file:
        expected = file.read()
    if text != expected:
        import difflib
        difference = difflib.unified_diff(expected.splitlines(), text.splitlines(), name, 'now', lineterm='')
        raise AssertionError('\n'.join(difference))


def main(tests):
    """Runs the functions in @tests, each with a Mac of its own; those whose names hold an argument, if there is one.
    TAP on standard output."""
    tests = [test for test in tests if not sys.argv[1:] or any(name in test.__name__ for name in sys.argv[1:])]
    print(f'1..{len(tests)}', flush=True)
    failed = 0
    for number, test in enumerate(tests, 1):
        name = test.__name__.replace('_', ' ')
        mac = Mac()
        try:
            test(mac)
            print(f'ok {number} - {name}', flush=True)
        except Exception:  # a test that fails must not keep the others from running
            failed += 1
            print(f'not ok {number} - {name}', flush=True)
            print(traceback.format_exc(), file=sys.stderr, flush=True)
        finally:
            mac.close()
    sys.exit(1 if failed else 0)
