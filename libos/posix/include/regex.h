/* SPDX-FileCopyrightText: The Wick authors */
/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Of picolibc, which forgets to say what size_t is. */
#include <stddef.h>
#include <sys/types.h>
/* Behind those. */
#include_next <regex.h>
