#!/bin/sh
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
# In dom0, beside the domU of tests/guest/xen-life: disk and network go and come back, ten times or as often as a script
# before says, and the guest uses both in between. Twice xl does it; then, as it takes a second each time, only their back ends go.
rounds=${rounds:-10}
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
