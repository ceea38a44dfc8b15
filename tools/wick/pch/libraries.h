// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// What the compiler reads once for the whole tool instead of once a file: the large headers of its libraries. A file
// includes what it uses all the same, so that it can be read, and built, without this one.
#pragma once
#include <fmt/format.h>
#include <toml++/toml.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <regex>
#include <string>
#include <vector>
