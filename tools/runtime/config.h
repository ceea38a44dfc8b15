// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A bundle's config.json (OCI Runtime Specification 1.0), which may say anything: read within bounds, and asked without
// believing that something is there or of a kind.

#include <nlohmann/json.hpp>

#include "files.h"

namespace wick::runtime {

/// Not the ordered one, which looks through all of its keys for each that it reads.
using Json = nlohmann::json;

constexpr std::size_t kMaxConfig = 4 << 20;         ///< bytes; Kubernetes' are some 10 KiB
constexpr std::size_t kMaxAnnotations = 256 << 10;  ///< bytes of names and values together, as Kubernetes has it
constexpr int kMaxDepth = 64;                       ///< of values within values

/// @param about a file's name, for sentences
Result<Json> read_json(std::string_view text, std::string_view about);
/// A configuration with what this program relies on: a process with arguments, Linux.
Result<Json> parse_config(std::string_view text, std::string_view about);
Result<Json> read_config(const fs::path& bundle);
/// What an engine gives to `exec`: the configuration's `process` by itself.
Result<Json> read_process(const fs::path& path);

/// What stands at these keys, one within the other; nullptr: nothing does.
const Json* find(const Json& json, std::initializer_list<const char*> keys);
/// The same of texts; empty where there is none.
std::string text_at(const Json& json, std::initializer_list<const char*> keys);
/// The same of lists of texts; fails where it is another thing.
Result<std::vector<std::string>> texts_at(const Json& json, std::initializer_list<const char*> keys);

/// Where the root file system is: relative paths begin at the bundle.
Result<fs::path> rootfs_of(const Json& config, const fs::path& bundle);

}  // namespace wick::runtime
