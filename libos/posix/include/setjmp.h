/* SPDX-FileCopyrightText: The Wick authors */
/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* _setjmp() and _longjmp(), which leave the signal mask alone, as picolibc's setjmp() does. */
#include_next <setjmp.h>

#define _setjmp(environment) setjmp(environment)
#define _longjmp(environment, value) longjmp(environment, value)
