/* SPDX-FileCopyrightText: The Wick authors */
/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* picolibc's, which forgets to say what size_t is. */
#include_next <regex.h>
#include <stddef.h>
#include <sys/types.h>
