#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
#
# TZ=:/path/of/a/file takes a zone from a file. When TZ changes from one file to another, glibc doesn't read the new one if its
# number (inode) and its date, in whole seconds, are those of the last: it goes on with the old zone under the new name. Two
# names of one file come to that, and a file that was removed, whose number the next one gets within the second: tests that
# write one zone after the other into temporary files compare with a zone that is gone.
#
# Run first on 2026-11-27 with libc6 2.36-9+deb12u14. Seen: UTC+1, then UTC+1 where the file says UTC+2; another second of
# the file's date, and it is UTC+2.
source "$(dirname "$0")/packages.sh"
use_packages libc6=2.36-9+deb12u14
unset LD_LIBRARY_PATH # the machine's own programs have their own library

cat >"$root/zones.py" <<'P'
import os, struct, sys, time

os.chdir(sys.argv[1])

def zone(hours):
    """RFC 8536: one kind of time and no change, in version 1."""
    return b"TZif" + bytes(16) + struct.pack(">6I", 0, 0, 0, 0, 1, 4) + struct.pack(">iBB", hours * 3600, 0, 0) + b"ABC\0"

def shown(name, hours, date):
    """Writes the zone as a file of this name with this date. @return the hours east of UTC that glibc shows then"""
    with open(name, "wb") as file:
        file.write(zone(hours))
    os.utime(name, (date, date))
    os.environ["TZ"] = f":{os.getcwd()}/{name}"
    time.tzset()
    return time.localtime(86400 * 365).tm_gmtoff // 3600

first = shown("first", 1, 1_000_000_000)
os.rename("first", "second")  # the number stays, as where it is given again
print(first, shown("second", 2, 1_000_000_000))
os.rename("second", "third")
print(first, shown("third", 2, 1_000_000_001))
P
libraries=$root/lib/x86_64-linux-gnu python=$(python3 -c "import os, sys; print(os.path.realpath(sys.executable))")
said=$("$libraries/ld-linux-x86-64.so.2" --library-path "$libraries" "$python" "$root/zones.py" "$root")
printf 'hours east of UTC, first file and second:\n%s\n' "$said"
as_found "a second file of the same number and date isn't read" test "$(sed -n 1p <<<"$said")" = "1 1"
as_found "with another date it is" test "$(sed -n 2p <<<"$said")" = "1 2"
finish
