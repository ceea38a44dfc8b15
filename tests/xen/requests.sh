# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
# In dom0, beside the domU of tests/guest/disk-load: in how many requests it has read, as its back end counts them.
until xl list wick 2>/dev/null | grep -q -- '---s--'; do sleep 0.5; done
counts=/sys/bus/xen-backend/devices/vbd-1-51712/statistics
echo "dom0: $(cat $counts/rd_sect) sectors in $(cat $counts/rd_req) requests"
