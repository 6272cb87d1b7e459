#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The reference as gi-docgen has made it: links lead somewhere, Apple's names are there, each class says Apple's.

  test-reference.py FOLDER
"""
import os
import re
import sys
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'e2e'))
from vztest import main  # noqa: E402  pylint: disable=wrong-import-position

FOLDER = sys.argv[1]


def read(name):
    with open(os.path.join(FOLDER, name), encoding='utf-8') as file:
        return file.read()


def links_lead_somewhere():
    wrong, count = set(), 0
    for name in os.listdir(FOLDER):
        if not name.endswith('.html'):
            continue
        for target in re.findall(r'(?:href|src)="([^"#]+)', read(name)):
            if re.match(r'[a-z]+:', target):
                continue
            count += 1
            if not os.path.exists(os.path.join(FOLDER, urllib.parse.unquote(target))):
                wrong.add(f'{name}: {target}')
    assert not wrong, '\n'.join(sorted(wrong))
    assert count > 2000, count


def apples_names_lead_to_ours():
    page = read('apple.html')
    assert '[class@' not in page and '[method@' not in page
    for name in ('VirtualMachineConfiguration', 'VirtioBlockDeviceConfiguration', 'MACAddress', 'NATNetworkDeviceAttachment'):
        assert f'class.{name}.html' in page, name
    assert page.count('<tr>') > 60, page.count('<tr>')


def classes_say_what_apple_calls_them():
    """Of each class that has a page: either Apple's name or that it has none."""
    pages = [name for name in os.listdir(FOLDER) if re.fullmatch(r'class\.\w+\.html', name)]
    assert len(pages) > 50, len(pages)
    silent = [name for name in pages if not re.search(r'Apple|>VZ[A-Z]', read(name))]
    assert not silent, f'neither "Apple: ..." nor "Not in Apple\'s framework.": {sorted(silent)}'


def properties_of_configurations_are_described():
    """The words come from the classes' rows, by way of src/vz-property-comments.c."""
    for name, words in (('property.LinuxBootLoader.kernel-path', 'on aarch64 an uncompressed Image; required.'),
                        ('method.LinuxBootLoader.get_kernel_path', 'on aarch64 an uncompressed Image; required'),
                        ('method.VirtioGraphicsScanoutConfiguration.set_width_in_pixels', '320 to 7680')):
        assert words in read(name + '.html').replace('&nbsp;', ' '), name


main([links_lead_somewhere, apples_names_lead_to_ours, classes_say_what_apple_calls_them,
      properties_of_configurations_are_described])
