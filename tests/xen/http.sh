#!/bin/sh
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
# In dom0, beside the domU of apps/http: real clients over the vif, small and large, alone and at once. (The static
# busybox's wget asks for the port of "http" by libraries that aren't there.)
guest=10.0.5.2
printf 'GET / HTTP/1.1\r\nHost: wick\r\nConnection: close\r\n\r\n' >/tmp/request

# The answer without its date, into a file.
get() {
  nc -w 5 "$guest" 80 </tmp/request >"$1.raw" 2>/dev/null
  grep -v '^Date:' "$1.raw" >"$1"
}

for try in $(seq 100); do get /tmp/page && break; sleep 0.1; done
echo "dom0: $(head -n 1 /tmp/page)"
for bytes in 56 1472 4000; do # small, whole frames, in pieces
  ping -c 3 -i 0.2 -W 2 -s "$bytes" "$guest" | sed -n "s/.* \([0-9]*\) packets received.*/dom0: \1 of 3 pings of $bytes bytes/p"
done
# Many laps of the rings.
ping -c 300 -i 0.01 -W 2 -s 1472 "$guest" | sed -n "s/.* \([0-9]*\) packets received.*/dom0: \1 of 300 pings at once/p"
for client in $(seq 8); do
  (for round in $(seq 5); do get "/tmp/got$client" && cmp -s "/tmp/got$client" /tmp/page && echo same; done >"/tmp/client$client") &
  clients="$clients $!"
done
wait $clients
echo "dom0: $(cat /tmp/client* | grep -c same) of 40 pages came whole"
for round in 1 2; do
  xl network-detach wick 0
  ping -c 1 -W 1 "$guest" >/dev/null && echo "dom0: it answers without a network"
  xl network-attach wick mac=00:16:3e:00:00:01 script=wick
  get /tmp/again && cmp -s /tmp/again /tmp/page && echo "dom0: the page came again after attachment $round"
done
xl destroy wick
