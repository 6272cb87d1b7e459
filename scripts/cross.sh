# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# A build for aarch64 on another machine, against Debian's libraries for arm64 in build-roots/aarch64. These are unpacked
# there, not installed: neither this machine's dpkg nor another root needs to know a second architecture. Sourced by
# bash, after lib.sh.
. "$(dirname "${BASH_SOURCE[0]}")/roots.sh"

cross_root=${roots:?is set by roots.sh}/aarch64

# What vz is compiled with, except for build machine packages and GTK.
cross_packages() {
    grep -E '^(lib|zlib).*-dev$' "${top:?is set by lib.sh}/data/packages/build.txt" | grep -vE 'girepository|gtk' | paste -sd,
}

# Absolute links lead out of a tree that is not entered.
make_links_relative() {
    local link
    find "$1" -type l -lname '/*' | while read -r link; do
        ln -sfnr "$1$(readlink "$link")" "$link"
    done
}

make_cross_root() {
    local wanted suite
    wanted=$(cross_packages)
    suite=$(. /etc/os-release && printf '%s\n' "$VERSION_CODENAME")
    [ "$(cat "$cross_root/.made" 2>/dev/null)" != "$suite $wanted" ] || return 0
    [ -r "${archive_keyring:?is set by archive.sh}" ] ||
        die "$archive_keyring is missing; package debian-archive-keyring has it" 3
    mkdir -p "$roots"
    rm -rf "$cross_root"
    mmdebstrap --quiet --variant=extract --architectures=arm64 --aptopt='Acquire::Languages "none"' \
        --include="$wanted" "$suite" "$cross_root.tar" "$(debian_source "$suite")" ||
        die "Debian's libraries for arm64 could not be fetched"
    mkdir "$cross_root"
    tar -C "$cross_root" --no-same-owner --exclude='./dev/*' -xf "$cross_root.tar"
    rm "$cross_root.tar"
    make_links_relative "$cross_root"
    printf '%s\n' "$suite $wanted" >"$cross_root/.made"
}

build_cross() {
    local emulator
    emulator=$(command -v qemu-aarch64-static qemu-aarch64 | head -n 1)
    printf "[constants]\nsysroot = '%s'\nemulator = '%s'\n" "$cross_root" "$emulator" >"$roots/aarch64.ini"
    # The linker set for the machine's native build is untested here.
    (
        unset CC_LD
        configure build-aarch64 --cross-file "$roots/aarch64.ini" --cross-file "$top/scripts/aarch64.ini" \
            -Dwerror=true -Dgtk=disabled -Dintrospection=false
    )
    ninja -C "$top/build-aarch64" --quiet all meson-test-prereq
}

# The unit tests that are programs of the build, except those that start such a program themselves (which takes
# binfmt_misc), compare a process's name with their own (which is the emulator's), or depend on the emulator's
# knowledge of a file system.
no_cross='configuration-hardware-model compose-guard compose-guest compose-host
bundle-bundle-lock bundle-file-users bundle-machine-claim bundle-machine-lock foundation-file-system'
list_cross_tests() {
    meson introspect --tests "$top/build-aarch64" | python3 -c '
import json, sys
for test in json.load(sys.stdin):
    if any(suite.split(":")[-1] == "unit" for suite in test["suite"]) and "/build-aarch64/" in test["cmd"][0]:
        if test["name"] not in sys.argv[1].split():
            print(test["name"])' "$no_cross"
}
