# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2154,SC2034 # the lines before it set these
# Runs one command for vz_virtual_machine_execute() in a guest: read by a plain sh (dash, busybox) from its
# standard input, after lines that set $token, $takes_input, and the command as "$@".
#
#   main       this shell: the command's parent's parent; reports on the port ctl how it ended
#   pumps      a cat for each stream, between the command's pipe and a port
#   the watch  obeys the other side of ctl; ends when whoever asked for the command does
#   lifeline   cleans up when main has ended, for whatever reason
#   holder     keeps the command's input open until the other side says that it has ended: a closed port may also mean
#              that whoever asked was killed, and half of an input must not be taken for the whole
#
# The command has its own session, and its own parent, which it may kill.

fail () { echo "$1" >&2; exit 125; }

links=/dev/vz-exec.$token

find_ports () {
  in='' out='' err='' ctl=''
  for entry in /sys/class/virtio-ports/*/name; do
    read -r name <"$entry" || continue
    case $name in "vz.$token."*) entry=${entry%/name}; eval "${name##*.}=/dev/${entry##*/}" ;; esac
  done 2>/dev/null
  [ -c "$out" ] && [ -c "$err" ] && [ -c "$ctl" ] && { [ -z "$takes_input" ] || [ -c "$in" ]; }
}

make_directory () {
  umask 077
  for dir in /run /tmp /dev/shm; do
    dir=$dir/vz-exec.$token
    mkdir "$dir" 2>/dev/null && return
  done
  fail 'no folder for its pipes can be created in /run, /tmp or /dev/shm'
}

# The command gets the environment of a login, not that of the agent's own service.
set_environment () {
  HOME=/ SHELL=/bin/sh USER=root LANG=C.UTF-8
  PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  while IFS=: read -r name _ id _ _ home shell; do
    [ "$id" = 0 ] || continue
    USER=$name HOME=${home:-/} SHELL=${shell:-/bin/sh}
    break
  done </etc/passwd
  for file in /etc/environment /etc/default/locale /etc/locale.conf; do
    [ -r "$file" ] || continue
    while read -r line || [ -n "$line" ]; do
      line=${line#export } name=${line%%=*} value=${line#*=}
      case $name in '' | *[!A-Za-z0-9_]* | [0-9]* | "$line") continue ;; esac
      case $value in \"*\" | \'*\') value=${value#?} value=${value%?} ;; esac
      export "$name=$value"
    done <"$file"
  done
  LOGNAME=$USER
  export HOME SHELL USER LOGNAME LANG PATH
  unset INVOCATION_ID JOURNAL_STREAM SYSTEMD_EXEC_PID MEMORY_PRESSURE_WATCH MEMORY_PRESSURE_WRITE
  cd "$HOME" 2>/dev/null || cd /
  umask 022
}

# SIGNAL: to the command's session; false if nobody is left in it.
signal_session () {
  if command -v pkill >/dev/null; then
    pkill "-$1" -s "$leader"
    return
  fi
  found=1
  for stat in /proc/[0-9]*/stat; do
    read -r line <"$stat" || continue
    pid=${stat#/proc/} pid=${pid%/stat}
    set -- "$1" ${line##*) }
    [ "$5" = "$leader" ] && [ "$2" != Z ] && kill -s "$1" "$pid" && found=0
  done
  return $found
}

end_session () {
  read -r leader <"$dir/leader" || return 0
  signal_session TERM || return 0
  n=0
  while [ $n -lt 20 ] && signal_session 0; do sleep 0.1; n=$((n + 1)); done
  signal_session KILL
}

# The lines of ctl: "eof" (the input has ended), "mark TEXT" (what ends a stream), "end STREAM" (after what is in the
# pipe now), "close STREAM" (nobody wants it any more).
watch () {
  while read -r word text; do
    case $word in
    eof) echo >&8 ;;
    mark) mark=$text; echo "$mark" >&9 ;;
    end) printf %s "$mark" 1<>"$dir/$text" ;;
    close) case $text in out) kill -s KILL "$out_pump" ;; err) kill -s KILL "$err_pump" ;; esac ;;
    *) break ;;
    esac
  done <&6
  kill -s KILL $$
}

# A leader that has not reported its process ID by now no longer can, and ends.
lifeline () {
  read -r _
  mv "$dir" "$dir.ended" && dir=$dir.ended
  [ -e "$dir/ended" ] || end_session
  rm -rf "$dir" "$links"
  kill -s KILL -- -$$
}

# Through links of ours. If a port has been unplugged meanwhile, because nobody waits any more, a redirection to its own
# name would create a file, and no port could ever appear in its place; a link is to a port or is not created.
open_ports () {
  mkdir -m 700 "$links" || fail 'no folder for its ports can be created in /dev'
  ln "$out" "$err" "$ctl" ${in:+"$in"} "$links" || fail 'its ports have disappeared'
  exec 3>"$links/${out##*/}" 4>"$links/${err##*/}" 6<>"$links/${ctl##*/}"
  [ -z "$in" ] || exec 7<"$links/${in##*/}"
  rm -rf "$links"
  # Another command's port may have taken its place by now.
  set -- "$in" "$out" "$err" "$ctl"
  find_ports
  [ "$*" = "$in $out $err $ctl" ] || fail 'its ports are not there any more'
}

# The lifeline is first: what follows may be killed at any moment. It waits until nobody has 5 open, so no others may
# keep it: whoever opens a pipe, which waits for its other end, closes 5 before that, and with "exec": if it is closed
# for one command only, the shell keeps a copy to restore it.
start_helpers () {
  mkfifo "$dir/in" "$dir/out" "$dir/err" "$dir/mark" "$dir/life" "$dir/eof" || fail 'its pipes cannot be created'
  # A service manager that ends the agent ends the command, and we report that.
  trap '' TERM HUP INT
  exec 5<>"$dir/life" 8<>"$dir/eof" 9<>"$dir/mark"
  (exec <"$dir/life" >/dev/null 2>&1 5>&- 8>&- 9>&-; lifeline) &
  open_ports
  exec </dev/null >/dev/null 2>&1
  (exec 5>&-; exec cat <"$dir/out" >&3 3>&- 4>&- 6>&- 7>&- 8>&- 9>&-) & out_pump=$!
  (exec 5>&-; exec cat <"$dir/err" >&4 3>&- 4>&- 6>&- 7>&- 8>&- 9>&-) & err_pump=$!
  if [ -n "$takes_input" ]; then
    (exec 5>&-; exec cat <&7 >"$dir/in" 3>&- 4>&- 6>&- 7>&- 8>&- 9>&-) &
    (exec 3>&- 4>&- 5>&- 6>&- 7>&- 9>&-; read -r _ <&8 >"$dir/in") &
    exec 7>&-
  fi
  (exec 3>&- 4>&- 5>&-; watch) &
  trap : TERM HUP INT
  echo ready >&6
}

run_command () {
  input=/dev/null
  [ -z "$takes_input" ] || input=$dir/in
  (
    exec 3>&- 4>&- 6>&- 8>&- 9>&-
    set_environment
    exec setsid /bin/sh -c 'echo $$ >"$1/leader" || exit; shift; (exec "$@"); exit $?' vz-exec "$dir" "$@"
  ) 5>&- <"$input" >"$dir/out" 2>"$dir/err"
  status=$?
  : >"$dir/ended"
}

say_end () {
  state=''
  # A service manager that ends the agent kills what belongs to it until nothing new appears: even its own client.
  trap '' TERM HUP INT
  if [ $status -ge 128 ]; then
    state=$(systemctl is-system-running 2>/dev/null)
    read -r first </proc/1/comm
    case $first in systemd-shutdow*) state=stopping ;; esac
  fi
  echo "exit $status $state" >&6
  read -r mark <&9
  wait "$out_pump"
  printf %s "$mark" >&3
  wait "$err_pump"
  printf %s "$mark" >&4
}

# In one piece: the rest of the standard input, from which this is read, is given up on the way.
main () {
  n=0
  until find_ports; do
    n=$((n + 1))
    [ $n -lt 600 ] || fail 'its ports did not appear'
    sleep 0.1
  done
  make_directory
  start_helpers
  run_command "$@"
  say_end
  exit 0
}

main "$@"
