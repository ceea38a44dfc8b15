// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// In C++ wchar_t is a type of its own, and picolibc's wcstoimax() takes the integer that it is in C.
#ifdef __cplusplus
#pragma push_macro("__WCHAR_TYPE__")
#undef __WCHAR_TYPE__
#define __WCHAR_TYPE__ wchar_t
#endif
#include_next <inttypes.h>
#ifdef __cplusplus
#pragma pop_macro("__WCHAR_TYPE__")
#endif
