#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
#
# The variable TZ can hold a rule for summer time (POSIX.1-2017, 8.3), which names no first year: CEST from the last Sunday of
# March to that of October. glibc counts the days of the change from 1970-01-01 for each year before 1970, too: such a date
# is never in summer time in the north, and always in the south, where the rule goes over the turn of the year. Who compares
# an own conversion with glibc's over all of time finds it wrong exactly there.
#
# Run first on 2026-11-27 with libc6 2.36-9+deb12u14. Seen: July 1968 +0100, July 1972 +0200; July 1968 in New Zealand +1300,
# July 1972 +1200.
source "$(dirname "$0")/packages.sh"
use_packages libc6=2.36-9+deb12u14
unset LD_LIBRARY_PATH # the machine's own programs have their own library

libraries=$root/lib/x86_64-linux-gnu
# Seconds since 1970 of noon, 15 July; prints what the zone's clocks are off.
off() {
  TZ=$1 "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries" /bin/date -d "@$2" +%z
}
declare -A july=([1968]=-46180800 [1972]=80049600)
berlin=CET-1CEST,M3.5.0,M10.5.0/3 auckland=NZST-12NZDT,M9.5.0,M4.1.0/3
for year in 1968 1972; do
  echo "July $year: $berlin $(off $berlin ${july[$year]}), $auckland $(off $auckland ${july[$year]})"
done
as_found "a rule of the north has no summer before 1970" test "$(off $berlin ${july[1968]}) $(off $berlin ${july[1972]})" = "+0100 +0200"
as_found "one of the south has nothing else" test "$(off $auckland ${july[1968]}) $(off $auckland ${july[1972]})" = "+1300 +1200"
finish
