// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// What the compiler reads once for the unit tests instead of once a file: the test framework and the headers of the C++
// library. A file includes what it uses all the same.
#pragma once
#include <doctest.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>
