# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh
# Run as root in the guest by its agent: makes the root file system as large as its disk, which has
# grown to $1 bytes. May be repeated. What it prints to standard error is for the user.
set -u
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C

fail () {
  echo "$*" >&2
  exit 1
}

source=$(findmnt -n -o SOURCE /) || fail "the guest's root file system has no device"
device=$(readlink -f "$source")
partition=${device##*/}
[ -b "$device" ] || fail "the guest's root file system is on '$source', which is not a disk"
disk=$device
if [ -e "/sys/class/block/$partition/partition" ]; then
  disk=/dev/$(basename "$(readlink -f "/sys/class/block/$partition/..")")
fi

n=0
while [ "$(blockdev --getsize64 "$disk")" != "$1" ]; do
  n=$((n + 1))
  [ $n -lt 50 ] || fail "the guest's root disk has $(blockdev --getsize64 "$disk") bytes, not $1: it does not see that it has grown, or is another one"
  sleep 0.2
done

if [ "$disk" != "$device" ]; then
  number=$(cat "/sys/class/block/$partition/partition")
  start=$(cat "/sys/class/block/$partition/start")
  for other in "/sys/class/block/${disk##*/}"/*/start; do
    [ "$(cat "$other")" -le "$start" ] || fail "partition $(cat "${other%/*}/partition") lies after the root file system's, which cannot grow"
  done
  command -v sfdisk > /dev/null || fail "the guest has no sfdisk"
  # This also moves the table's second copy to the new end of the disk.
  said=$(echo ', +' | sfdisk --no-reread --no-tell-kernel --force -N "$number" "$disk" 2>&1) || fail "sfdisk: $said"
  said=$(partx -u -n "$number" "$disk" 2>&1) || fail "partx: $said"
fi

case $(findmnt -n -o FSTYPE /) in
  ext[234]) said=$(resize2fs "$device" 2>&1) || fail "resize2fs: $said" ;;
  xfs) said=$(xfs_growfs / 2>&1) || fail "xfs_growfs: $said" ;;
  btrfs) said=$(btrfs filesystem resize max / 2>&1) || fail "btrfs: $said" ;;
  *) fail "the guest's root file system is $(findmnt -n -o FSTYPE /), which does not grow while it is in use" ;;
esac
