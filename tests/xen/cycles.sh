#!/bin/sh
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
# In dom0, beside the domU of tests/guest/xen-life: disk and network go and come back, fifty times, and the guest uses both
# in between. Twice xl does it; then, as it takes a second each time, the nodes are written that it writes.
rounds=50
back=/local/domain/0/backend front=/local/domain/1/device

state() { # back end, the state it shall come to
  for try in $(seq 200); do
    [ "$(xenstore-read "$back/$1/state")" = "$2" ] && return
    sleep 0.02
  done
  echo "dom0: NOT in state $2: $back/$1"
}
cycle() {
  xenstore-write $back/vbd/1/51712/online 0 $back/vbd/1/51712/state 5 $back/vif/1/0/online 0 $back/vif/1/0/state 5
  state vbd/1/51712 6
  state vif/1/0 6
  xenstore-write $front/vbd/51712/state 1 $back/vbd/1/51712/online 1 $back/vbd/1/51712/state 1
  xenstore-write $front/vif/0/state 1 $back/vif/1/0/online 1 $back/vif/1/0/state 1
  state vif/1/0 4
  ip address add 10.0.5.1/24 dev vif1.0
  ip link set vif1.0 up
  state vbd/1/51712 4
}

ask
begin=$served
for round in $(seq $rounds); do
  if [ "$round" -gt 2 ]; then
    cycle
  else
    xl block-detach wick xvda || echo "dom0: NOT detached"
    xl network-detach wick 0
    xl block-attach wick format=raw,backendtype=phy,script=wick,vdev=xvda,access=rw,target=/disks/data
    xl network-attach wick mac=00:16:3e:00:00:01 script=wick
  fi
  ask
done
is "$((served - begin))" -eq $rounds "disk and network came back $rounds times"
xl reboot -w wick
