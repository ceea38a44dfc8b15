# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
# What scripts of dom0 know of the domU of tests/guest/xen-life. Comes before them.
guest=10.0.5.2

give_up() {
  echo "dom0: NOT: $1"
  xl destroy wick
  exit 1
}

# What the guest says of itself, as variables: date, up, life, random, written, naps, served. When it doesn't, that's the end.
ask() {
  for try in $(seq 40); do
    nc -w 2 "$guest" 7 </dev/null >/tmp/line 2>/dev/null && [ -s /tmp/line ] && break
    sleep 0.1
  done
  [ -s /tmp/line ] || give_up "it doesn't answer"
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

back=/local/domain/0/backend front=/local/domain/1/device

state() { # back end, the state it shall come to
  for try in $(seq 100); do
    [ "$(xenstore-read "$back/$1/state")" = "$2" ] && return
    sleep 0.02
  done
  give_up "not in state $2: $back/$1"
}

# Both back ends go and come back, by the nodes that xl would write; xl takes a second each time.
cycle() {
  xenstore-write $back/vbd/1/51712/online 0 $back/vbd/1/51712/state 5 $back/vif/1/0/online 0 $back/vif/1/0/state 5
  state vbd/1/51712 6
  state vif/1/0 6
  xenstore-write $front/vbd/51712/state 1 $back/vbd/1/51712/online 1 $back/vbd/1/51712/state 1
  xenstore-write $front/vif/0/state 1 $back/vif/1/0/online 1 $back/vif/1/0/state 1
  state vif/1/0 2
  ip address add 10.0.5.1/24 dev vif1.0
  ip link set vif1.0 up
  xenstore-write $back/vif/1/0/hotplug-status connected
  state vif/1/0 4
  state vbd/1/51712 4
}
