/* SPDX-FileCopyrightText: The Wick authors */
/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* picolibc's dates, with the two fields that Linux and POSIX.1-2024 add to struct tm: the zone that a date was shown
 * in. */
#ifndef __TM_GMTOFF
#define __TM_GMTOFF tm_gmtoff
#define __TM_ZONE tm_zone
#endif
#include_next <time.h>
