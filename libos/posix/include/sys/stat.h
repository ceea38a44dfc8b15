/* SPDX-FileCopyrightText: The Wick authors */
/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* picolibc's, with what it shows to other systems only: values of tv_nsec that leave a time, or mean the present. */
#include_next <sys/stat.h>
#ifndef UTIME_OMIT
#define UTIME_NOW (-2L)
#define UTIME_OMIT (-1L)
#endif
