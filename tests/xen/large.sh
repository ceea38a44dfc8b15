#!/bin/sh
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
# In dom0, beside a domU that sends back what it gets (tests/guest/xen-large): 4 MiB there and back. Frames were larger than
# the network's if their average is, with all acknowledgements.
guest=10.0.5.2
mib=4
largest=1514

count() { cat /sys/class/net/vif*/statistics/"$1"; }

dd if=/dev/urandom of=/tmp/large bs=1048576 count=$mib 2>/dev/null
for try in $(seq 100); do
  [ "$(echo hello | nc -w 2 $guest 7 2>/dev/null)" = hello ] && break
  sleep 0.1
done
sent=$(count tx_packets) sent_bytes=$(count tx_bytes) received=$(count rx_packets) received_bytes=$(count rx_bytes)
nc -w 30 $guest 7 </tmp/large >/tmp/back
cmp -s /tmp/large /tmp/back && echo "dom0: $mib MiB came back whole"
there=$((($(count tx_bytes) - sent_bytes) / ($(count tx_packets) - sent)))
back=$((($(count rx_bytes) - received_bytes) / ($(count rx_packets) - received)))
echo "dom0: frames of $there bytes there, of $back back"
[ $there -gt $largest ] && echo "dom0: large frames to the guest"
[ $back -gt $largest ] && echo "dom0: large frames from the guest"
xl destroy wick
