# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# Roots of other Debian releases in build-roots/SUITE, with a copy of the tree in /vz: created once, reused, without
# a trace outside that folder. In a mount namespace for root, in a user namespace for others. Sourced by bash, after lib.sh.
. "$(dirname "${BASH_SOURCE[0]}")/archive.sh"

roots=${top:?is set by lib.sh}/build-roots

# as_owner COMMAND...: runs it as root in its own namespaces; what it starts ends with it.
as_owner() {
    local -a ids=()
    [ "$(id -u)" = 0 ] || ids=(--map-root-user --map-auto)
    unshare "${ids[@]}" --mount --pid --fork --kill-child "$@"
}

# make_root NAME SUITE: creates the root NAME of Debian SUITE unless it exists.
make_root() {
    local root=$roots/$1
    [ ! -e "$root/vz/.made" ] || return 0
    command -v mmdebstrap >/dev/null || die 'no mmdebstrap on this host; package mmdebstrap has it' 3
    [ -r "$archive_keyring" ] || die "$archive_keyring is missing; package debian-archive-keyring has it" 3
    mkdir -p "$roots"
    as_owner rm -rf "$root"
    mmdebstrap --quiet --variant=apt --include=mount --aptopt='Acquire::Languages "none"' \
        "$2" "$root.tar" "$(debian_source "$2")" || die "no root of Debian $2 could be made"
    mkdir "$root"
    as_owner tar -C "$root" --exclude='./dev/*' -xf "$root.tar"
    rm "$root.tar"
    as_owner mkdir "$root/vz"
    as_owner sh -c 'echo "APT::Keep-Downloaded-Packages \"false\";" >"$1/etc/apt/apt.conf.d/90vz"' sh "$root"
    as_owner touch "$root/vz/.made"
}

# The inner half of in_root, in the namespaces. The root is the namespace's own, not a chroot, which allows no user
# namespaces and shows no mounts.
enter='set -e
root=$1
shift
mount --rbind "$root" "$root"
mount --rbind /dev "$root/dev"
mount --rbind /sys "$root/sys"
mount -t proc proc "$root/proc"
mount -t tmpfs tmpfs "$root/run"
cd "$root"
pivot_root . mnt
umount -l /mnt
cd /
exec "$@"'

# in_root NAME COMMAND...: runs it in that root, with the host's network and devices. Each file is compiled only once
# there, even for a copy of the tree in another folder.
in_root() {
    local root=$roots/$1 variable
    local -a passed=()
    shift
    while read -r variable; do
        passed+=("$variable=${!variable}")
    done < <(compgen -e | grep -iE '^(http|https|ftp|all|no)_proxy$|^TERM$|^CI$' || true)
    as_owner cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
    as_owner env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        HOME=/root USER=root LOGNAME=root LANG=C.UTF-8 CCACHE_DIR=/vz/build-ccache CCACHE_NOHASHDIR=1 "${passed[@]}" \
        bash -c "$enter" in_root "$root" "$@"
}

# The inner half of copy_tree. What has changed since the last copy gets the current time, not that of the change, which
# may be older than what was built from its predecessor.
replace='set -e
cd "$1"
touch build-stamp.new
find . -mindepth 1 -maxdepth 1 -not -name "build*" -not -name .made -exec rm -rf {} +
tar -xf - --no-same-owner
[ ! -e build-stamp ] || find . -path "./build*" -prune -o -type f -newer build-stamp -exec touch {} +
mv build-stamp.new build-stamp
chown -R root:root .'

# copy_tree NAME: copies the current tree to /vz in that root, keeping the build folders there.
copy_tree() {
    tar -C "$top" --exclude=./.git --exclude='./build*' -cf - . | as_owner bash -c "$replace" copy_tree "$roots/$1/vz"
}
