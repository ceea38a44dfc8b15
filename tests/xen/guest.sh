# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
# What scripts of dom0 know of the domU of tests/guest/xen-life. Comes before them.
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
