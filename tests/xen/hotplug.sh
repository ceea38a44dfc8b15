#!/bin/sh
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
# What xl calls when a device comes or goes: a disk's back end is told which device it serves, a network's gets dom0's address.
export PATH=/bin
case "$XENBUS_PATH $1" in
*/vbd/*" add")
  xenstore-write "$XENBUS_PATH/physical-device" "$(stat -L -c %t:%T "$(xenstore-read "$XENBUS_PATH/params")")"
  xenstore-write "$XENBUS_PATH/hotplug-status" connected
  ;;
*/vif/*" online")
  ip address add 10.0.5.1/24 dev "$vif"
  ip link set "$vif" up
  xenstore-write "$XENBUS_PATH/hotplug-status" connected
  ;;
esac
