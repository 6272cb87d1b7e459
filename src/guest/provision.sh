# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2154 # the lines before it set these
# Run as root in the guest's first boot by the guest agent, from standard input. The lines before
# this one set host_name, user_name, console_login (1 or 0) and keys (one per line). Everything may
# be repeated: an interrupted installation runs it again. With in_boot=1 it is run as a part of the
# boot, by cloud-init or a unit of Ignition's, and the user exists already, with the keys.
set -eu
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
umask 022

fail () {
  echo "$*" >&2
  exit 1
}

# Writes standard input to the file, in one step, with mode $1.
install_file () {
  cat > "$2.vz-new"
  chmod "$1" "$2.vz-new"
  mv -f "$2.vz-new" "$2"
}

set_host_name () {
  names=$host_name
  [ "${host_name%%.*}" = "$host_name" ] || names="$host_name ${host_name%%.*}"
  echo "$host_name" | install_file 0644 /etc/hostname
  hostname "$host_name" 2> /dev/null || echo "$host_name" > /proc/sys/kernel/hostname
  [ -e /etc/hosts ] || printf '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n' > /etc/hosts
  {
    sed '/^127\.0\.1\.1[[:space:]]/d' /etc/hosts
    printf '127.0.1.1\t%s\n' "$names"
  } | install_file 0644 /etc/hosts
}

set_user () {
  entry=$(getent passwd 1000 || :)
  old=${entry%%:*}
  if [ -z "$entry" ]; then
    ! getent passwd "$user_name" > /dev/null || fail "the guest already has a user '$user_name'"
    useradd --create-home --uid 1000 --user-group --shell /bin/bash "$user_name"
  elif [ "$old" != "$user_name" ]; then
    # An interrupted installation had requested another name.
    usermod --login "$user_name" --home "/home/$user_name" "$old"
    [ ! -d "/home/$old" ] || [ -e "/home/$user_name" ] || mv "/home/$old" "/home/$user_name"
    ! getent group "$old" > /dev/null || groupmod --new-name "$user_name" "$old"
    rm -f "/etc/sudoers.d/90-vz-$old"
  fi
  # '*' matches no password but does not lock the account, as '!' would.
  usermod --password '*' "$user_name"
  ! getent group sudo > /dev/null || usermod --append --groups sudo "$user_name"
  usermod --lock root
  mkdir -p /etc/sudoers.d
  echo "$user_name ALL=(ALL:ALL) NOPASSWD: ALL" | install_file 0440 "/etc/sudoers.d/90-vz-$user_name"
}

set_keys () {
  home=$(getent passwd 1000 | cut -d: -f6)
  group=$(id -g "$user_name")
  install -d -m 0755 -o 1000 -g "$group" "$home"
  install -d -m 0700 -o 1000 -g "$group" "$home/.ssh"
  printf '%s' "$keys" | install_file 0600 "$home/.ssh/authorized_keys"
  chown "1000:$group" "$home/.ssh/authorized_keys"
}

# The unit that generates them waits for the servers, which this boot leaves out. No RSA key: finding its primes takes
# an emulated processor half a minute, and every client since 2014 knows the others.
set_host_keys () {
  ! command -v ssh-keygen > /dev/null || for type in ecdsa ed25519; do
    [ -e "/etc/ssh/ssh_host_${type}_key" ] ||
      ssh-keygen -q -t "$type" -N '' -f "/etc/ssh/ssh_host_${type}_key"
  done
}

# login_on UNIT ARGUMENTS-OF-AGETTY
login_on () {
  directory=/etc/systemd/system/$1.d
  if [ "$console_login" = 0 ]; then
    rm -f "$directory/vz-login.conf"
    return
  fi
  mkdir -p "$directory"
  install_file 0644 "$directory/vz-login.conf" << END
[Service]
ExecStart=
ExecStart=-/sbin/agetty --autologin $user_name --noclear $2
END
}

# Only in a guest that vz has composed with a desktop. The user has no password: none is asked for after logging out
# either.
login_on_desktop () {
  directory=/etc/lightdm/lightdm.conf.d
  [ -e $directory/50-vz.conf ] || return 0
  if [ "$console_login" = 0 ]; then
    rm -f $directory/60-vz-login.conf
    return
  fi
  install_file 0644 $directory/60-vz-login.conf << END
[Seat:*]
autologin-user=$user_name
autologin-user-timeout=0
pam-service=lightdm-autologin
END
}

# A clone is another machine: if the machine's UUID differs from that of the last boot, everything that must be unique
# in a network is renewed, before the network and the SSH server start. A boot that is interrupted before its end leaves
# the old UUID, and the next one starts over.
set_identity () {
  [ -d /etc/systemd/system ] || return 0
  # Flatcar's /usr is read-only and has no such folder.
  programs=/usr/local/lib/vz
  mkdir -p "$programs" 2> /dev/null || programs=/var/lib/vz/programs
  mkdir -p /var/lib/vz "$programs"
  cat /sys/class/dmi/id/product_uuid 2> /dev/null | install_file 0600 /var/lib/vz/machine-uuid
  install_file 0755 "$programs/renew-identity" << 'END'
#!/bin/sh
# Installed by vz. Runs early in each boot, and does something in the first boot of a clone.
set -eu
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
now=$(cat /sys/class/dmi/id/product_uuid)
before=$(cat /var/lib/vz/machine-uuid)
[ "$now" != "$before" ] || exit 0
echo "this machine was cloned from $before: new machine-id, SSH host keys and random seed"

# Standard input becomes the file, in one step.
put () {
  cat > "$2.vz-new"
  chmod "$1" "$2.vz-new"
  mv -f "$2.vz-new" "$2"
}

# Nobody is to meet the original's keys, so they go first, whatever else may fail.
rm -f /etc/ssh/ssh_host_*_key /etc/ssh/ssh_host_*_key.pub
rm -f /var/lib/systemd/random-seed /boot/efi/loader/random-seed
rm -f /var/lib/dhcp/*.leases /var/lib/systemd/network/*.lease

# In what systemd calls a first boot the file is a mount, which cannot be replaced. The number in it was made in
# this boot, unless D-Bus had an old one; it becomes that of the disk.
number=$(tr -d - < /proc/sys/kernel/random/uuid)
if mountpoint -q /etc/machine-id; then
  [ -f /var/lib/dbus/machine-id ] && [ ! -L /var/lib/dbus/machine-id ] || number=$(cat /etc/machine-id)
  umount /etc/machine-id || umount -l /etc/machine-id
fi
echo "$number" | put 0444 /etc/machine-id
[ -L /var/lib/dbus/machine-id ] || [ ! -e /var/lib/dbus/machine-id ] ||
  echo "$number" | put 0444 /var/lib/dbus/machine-id

# What 'vz clone --name' asked for stands in the firmware's tables.
name=$(grep -ao 'vz\.host-name=[A-Za-z0-9.-]*' /sys/firmware/dmi/tables/DMI 2> /dev/null | head -n 1) || :
name=${name#*=}
if [ -n "$name" ]; then
  names=$name
  [ "${name%%.*}" = "$name" ] || names="$name ${name%%.*}"
  echo "$name" | put 0644 /etc/hostname
  hostname "$name"
  [ ! -e /etc/hosts ] || {
    sed '/^127\.0\.1\.1[[:space:]]/d' /etc/hosts
    printf '127.0.1.1\t%s\n' "$names"
  } | put 0644 /etc/hosts
fi

! command -v ssh-keygen > /dev/null || for type in ecdsa ed25519; do
  ssh-keygen -q -t "$type" -N '' -f "/etc/ssh/ssh_host_${type}_key"
done

# This comes last: what was interrupted is done again, whole, and what was not, never.
sync
echo "$now" | put 0600 /var/lib/vz/machine-uuid
sync
END
  install_file 0644 /etc/systemd/system/vz-renew-identity.service << END
[Unit]
Description=New identity for a cloned machine
DefaultDependencies=no
RequiresMountsFor=/etc /var/lib
After=systemd-remount-fs.service
Before=sysinit.target network-pre.target systemd-networkd.service networking.service ssh.service ssh.socket
Before=systemd-random-seed.service systemd-machine-id-commit.service sshd-keygen.service
Wants=network-pre.target
ConditionPathExists=/sys/class/dmi/id/product_uuid
ConditionPathExists=/var/lib/vz/machine-uuid

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=$programs/renew-identity

[Install]
WantedBy=sysinit.target
END
  mkdir -p /etc/systemd/system/sysinit.target.wants
  ln -sf ../vz-renew-identity.service /etc/systemd/system/sysinit.target.wants/vz-renew-identity.service
}

main () {
  set_host_name
  [ -n "${in_boot-}" ] || { set_user; set_keys; }
  set_identity
  login_on serial-getty@.service '--keep-baud 115200,57600,38400,9600 %I $TERM'
  login_on getty@tty1.service '%I $TERM'
  login_on_desktop
  set_host_keys
  # What the first boot writes (the grown file system above all) has to be complete before the machine is shut down; a
  # failed unit is not the installation's concern.
  [ -n "${in_boot-}" ] || ! command -v systemctl > /dev/null || timeout 180 systemctl is-system-running --wait > /dev/null 2>&1 || :
  sync
}

# The shell reads this script from standard input, so no command in it may.
main < /dev/null
