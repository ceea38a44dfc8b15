// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Both: the precompiled header has read the framework already, and left out its code.
#define DOCTEST_CONFIG_IMPLEMENT
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest.h>
