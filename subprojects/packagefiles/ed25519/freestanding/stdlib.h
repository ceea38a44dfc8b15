// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Likewise.
#include <stddef.h>

#define abort __builtin_trap
