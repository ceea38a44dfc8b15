#!/bin/sh
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
# Process 1 of the dom0: starts Xen's daemons, makes disks, runs the guest to its end, and meanwhile what the test brought to
# talk to it; shows what the guest printed and what Xen noted.
export PATH=/bin:/usr/lib/xen-4.17/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts
mount -t devpts devpts /dev/pts
mount -t tmpfs run /run
mkdir -p /run/xen /run/lock /run/xenstored
for module in /modules/*.ko; do insmod "$module" $(case "$module" in *null_blk.ko) echo nr_devices=0 ;; esac) 2>/dev/null; done
mount -t xenfs xenfs /proc/xen
xenstored --pid-file=/run/xenstored.pid
sleep 0.2
xen-init-dom0
xenconsoled --log=guest --pid-file=/run/xenconsoled.pid

# Each line of the list is a name, a size in MiB and the bytes of a block; the kernel's test device has blocks of any size.
mkdir -p /disks
while read -r name mib block; do
  if [ "$block" = 512 ]; then
    truncate -s "${mib}M" "/disks/$name.file"
    device=$(losetup -f)
    losetup "$device" "/disks/$name.file"
  else
    mount -t configfs configfs /sys/kernel/config
    entry="/sys/kernel/config/nullb/$name"
    mkdir "$entry"
    for setting in "size $mib" "blocksize $block" "memory_backed 1" "discard 1" "power 1"; do
      echo "${setting#* }" >"$entry/${setting% *}"
    done
    device="/dev/$name"
  fi
  ln -s "$device" "/disks/$name"
done </guest/disks

uptime() { read -r seconds _ </proc/uptime && echo "$seconds"; }
echo "=== create at $(uptime) s"
if [ -f /guest/meanwhile ]; then sh /guest/meanwhile & meanwhile=$!; fi
# A domain that the store has something for is created, and waits until it is there.
if [ -d /guest/vm-data ]; then
  timeout 120 xl create -F -p /guest/config 2>&1 | while read -r line; do
    echo "$line"
    case "$line" in "Waiting for domain"*)
      for text in /guest/vm-data/*; do xenstore-write "/local/domain/1/vm-data/${text##*/}" "$(cat "$text")"; done
      xl unpause wick
      ;;
    esac
  done
else
  timeout 120 xl create -F /guest/config
fi
echo "=== ended $? at $(uptime) s"
if [ -n "$meanwhile" ]; then wait "$meanwhile"; fi # the guest may have been saved and go on under it
xl list
echo "=== console"
cat /var/log/xen/console/guest-*.log
echo "=== console end"
poweroff -f
