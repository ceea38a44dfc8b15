/* SPDX-FileCopyrightText: The Wick authors */
/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * musl keeps the encoding that a wide stream was opened with. Here a stream converts as its thread's locale says at
 * that moment: picolibc's locales cannot be handed over.
 */
#include <locale.h>
#include <stdlib.h>

#include "libc.h"
#include "pthread_impl.h"

typedef struct __locale_struct* wick_stream_locale;
#define locale_t wick_stream_locale
#define CURRENT_LOCALE (*(wick_stream_locale[1]){0})
#define C_LOCALE ((wick_stream_locale)0)
#define UTF8_LOCALE ((wick_stream_locale)0)
#define __lctrans_cur(message) (message)
#define LCTRANS_CUR(message) (message)
