// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// What the compiler reads once for the tool's tests: what it reads for the tool, and the test framework.
#pragma once
#include <doctest.h>

#include "../../../tools/wick/pch/libraries.h"
