#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The programs of apple/ as the compiler of a Mac sees them, and their build there as far as it can be seen here."""
import glob
import os
import plistlib
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCES = os.environ['VZ_APPLE_SOURCES']
CLANG = os.environ.get('VZ_CLANG', 'clang')


def compiles(path, *arguments):
    command = [CLANG, '-target', 'arm64-apple-macos13', '-fsyntax-only', '-std=gnu17', '-fblocks', '-Wall', '-Wextra',
               '-Wno-unused-parameter', '-Werror', '-nostdlibinc', '-ffreestanding',
               '-isystem', os.path.join(HERE, 'sdk'), '-isystem', os.path.join(HERE, 'sdk-libc'), path, *arguments]
    return subprocess.run(command, capture_output=True, text=True)


def every_source_compiles_for_arm64():
    paths = sorted(glob.glob(os.path.join(SOURCES, '*.c')))
    assert len(paths) > 10, paths
    for path in paths:
        result = compiles(path)
        assert result.returncode == 0, result.stderr


def a_wrong_object_does_not():
    """Each class is a type of its own."""
    with tempfile.NamedTemporaryFile('w', suffix='.c') as file:
        file.write(f'#include "{SOURCES}/virtualization.h"\n'
                   'void f (VZMacHardwareModel *model) { VZMacOSInstaller_progress (model); }\n')
        file.flush()
        assert compiles(file.name).returncode != 0


def no_source_is_objective_c_or_glib():
    for path in glob.glob(os.path.join(SOURCES, '*')):
        assert os.path.splitext(path)[1] in ('.c', '.h', '.md', '.entitlements', '') or path.endswith('.o'), path
        with open(path, errors='replace') as file:
            assert 'glib.h' not in file.read(), path


def the_makefile_links_and_signs():
    """Said, not done: there is no codesign here."""
    with tempfile.TemporaryDirectory() as folder:
        for path in glob.glob(os.path.join(SOURCES, '*')):
            os.symlink(path, os.path.join(folder, os.path.basename(path)))
        result = subprocess.run(['make', '--dry-run', '-C', folder], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    for name in ('InstallationTool', 'VirtualMachineApp'):
        link = next(line for line in result.stdout.splitlines() if f' -o {name} ' in line)
        for library in ('-framework Virtualization', '-framework Foundation', '-framework AppKit', '-lcurl'):
            assert library in link, link
        assert 'VirtualMachineApp.o' not in link or name == 'VirtualMachineApp', link
        sign = next(line for line in result.stdout.splitlines() if line.startswith('codesign') and line.endswith(name))
        assert '--entitlements virtualization.entitlements' in sign, sign
    with open(os.path.join(SOURCES, 'virtualization.entitlements'), 'rb') as file:
        assert plistlib.load(file) == {'com.apple.security.virtualization': True}


def main(tests):
    failed = 0
    print(f'1..{len(tests)}')
    for number, test in enumerate(tests, 1):
        try:
            test()
            print(f'ok {number} - {test.__name__.replace("_", " ")}')
        except Exception as error:
            failed += 1
            print(f'not ok {number} - {test.__name__.replace("_", " ")}')
            print(repr(error), file=sys.stderr)
    sys.exit(1 if failed else 0)


main([every_source_compiles_for_arm64, a_wrong_object_does_not, no_source_is_objective_c_or_glib,
      the_makefile_links_and_signs])
