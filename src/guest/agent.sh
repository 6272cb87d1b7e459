# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2154 # the lines before it set $agent
# Starts agent.py in a guest: read by a plain sh as root over SSH, after a line that sets $agent, the program in base64.
# The exit status is the outcome, see vz-agent-by-ssh.c; 0: it runs, or did already.

find_program () {
  for dir in /usr/local/sbin /usr/local/bin /usr/sbin /usr/bin /sbin /bin /usr/libexec; do
    [ -x "$dir/$1" ] && echo "$dir/$1" && return
  done
  return 1
}

fail () { echo "$2" >&2; exit "$1"; }

# It may only be late, and would find its port in use.
! find_program qemu-ga >/dev/null || fail 10 'the guest has an agent of its own, qemu-ga, which has not answered yet'
python=$(find_program python3 || find_program platform-python) ||
  fail 11 'the guest has neither an agent (qemu-guest-agent) nor Python 3, which the one of vz needs'
umask 077
file=$(mktemp /run/vz-agent.XXXXXX) || fail 12 'nothing can be written in /run of the guest'
trap 'rm -f "$file"' EXIT
echo "$agent" | base64 -d >"$file" || fail 12 'the agent of vz cannot be unpacked in the guest'
mv "$file" /run/vz-agent.py

# Not in this session, which ends now. One that already runs keeps its unit or its port.
if [ -d /run/systemd/system ]; then
  systemctl reset-failed vz-agent.service 2>/dev/null
  systemctl is-active --quiet vz-agent.service ||
    systemd-run --quiet --unit=vz-agent --description='Agent of vz' "$python" /run/vz-agent.py ||
    fail 12 'the agent of vz could not be started in the guest'
else
  setsid "$python" /run/vz-agent.py </dev/null >/dev/null 2>&1 &
fi
exit 0
