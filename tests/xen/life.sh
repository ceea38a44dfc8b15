#!/bin/sh
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
# In dom0, beside the domU of tests/guest/xen-life: it is saved and goes on, from one file twice, so as two copies would.
guest=10.0.5.2

# What the guest says of itself, as variables: date, up, life, random, written, naps, served.
ask() {
  for try in $(seq 100); do
    nc -w 5 "$guest" 7 </dev/null >/tmp/line 2>/dev/null && [ -s /tmp/line ] && break
    sleep 0.1
  done
  echo "guest: $(cat /tmp/line)"
  set -- $(cat /tmp/line)
  while [ $# -gt 1 ]; do
    eval "$1=$2"
    shift 2
  done
}
is() { # a condition, and what it says
  if [ "$1" "$2" "$3" ]; then echo "dom0: $4"; else echo "dom0: NOT $4: $1 $2 $3"; fi
}

ask
for copy in 1 2; do
  before="$up $life $written $served" drawn_before=$drawn
  if [ $copy = 1 ]; then
    xl save wick /tmp/saved || echo "dom0: NOT saved"
    echo "dom0: saved"
    sleep 5
  else
    xl destroy wick
  fi
  xl restore -F /tmp/saved &
  last=$!
  ask
  set -- $before
  is "$life" -gt 0 "copy $copy has another life"
  [ $copy = 1 ] && is "$up" -ge "$1" "its clock went on"
  [ $copy = 1 ] && is "$((up - $1))" -lt 4000 "what it slept doesn't count"
  is "$(($(date +%s) - date))" -lt 3 "copy $copy knows the date"
  is "$((date - $(date +%s)))" -lt 3 "copy $copy isn't ahead"
  first=$written was=$naps
  [ $copy = 1 ] && drawn=$random || is "$random" != "$drawn" "copies draw other numbers"
  sleep 1
  ask
  is "$written" -gt "$first" "copy $copy goes on writing"
  is "$naps" -gt "$was" "copy $copy goes on napping"
done
xl shutdown -w wick
wait $last
