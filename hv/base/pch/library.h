// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// What the compiler reads once for hv instead of once a file: headers of the C++ library, which are most of the time
// that a file takes. A file includes what it uses all the same: the unit tests and the monitor compile many of them
// without this one.
#pragma once
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <iterator>
#include <span>
#include <string_view>
