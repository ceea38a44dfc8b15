#!/bin/sh
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
# In dom0, beside the domU of tests/guest/xen-life, which writes to its disk all the time: it is saved and goes on, from
# one file twice, as two copies would. Each finds the disk as it was then.
ask
for copy in 1 2; do
  before="$up $life $written $served" drawn_before=$drawn
  if [ $copy = 1 ]; then
    xl save wick /tmp/saved || echo "dom0: NOT saved"
    echo "dom0: saved"
    dd if=/disks/data of=/tmp/disk bs=64k 2>/dev/null
    sleep 5
  else
    xl destroy wick
    dd if=/tmp/disk of=/disks/data bs=64k conv=notrunc 2>/dev/null
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
