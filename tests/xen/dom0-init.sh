#!/bin/sh
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
# Process 1 of the dom0: starts Xen's daemons, runs the guest to its end, shows what it printed and what Xen noted.
export PATH=/bin:/usr/lib/xen-4.17/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts
mount -t devpts devpts /dev/pts
mount -t tmpfs run /run
mkdir -p /run/xen /run/lock /run/xenstored
for module in /modules/*.ko; do insmod "$module" 2>/dev/null; done
mount -t xenfs xenfs /proc/xen
xenstored --pid-file=/run/xenstored.pid
sleep 0.2
xen-init-dom0
xenconsoled --log=guest --pid-file=/run/xenconsoled.pid
echo "=== dom0 date $(date +%s)"
echo "=== create"
timeout 60 xl create -F /guest/config
echo "=== ended $?"
xl list
echo "=== console"
cat /var/log/xen/console/guest-*.log
echo "=== console end"
poweroff -f
