// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "pack/parts.h"

#include <fmt/format.h>
#include <gnu/libc-version.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"

namespace wick::tool {
namespace {

/// What a wrap doesn't say. One archive may hold several libraries: the first row of it fits whose word the object has.
struct Library {
  std::string_view wrap, object, name, licence, supplier;
};

constexpr std::string_view kLlvm = "Organization: LLVM Project", kLlvmLicence = "Apache-2.0 WITH LLVM-exception";
constexpr Library kLibraries[] = {
    {"bearssl", "", "BearSSL", "MIT", "Person: Thomas Pornin"},
    {"libyaml", "", "LibYAML", "MIT", "Person: Kirill Simonov"},
    {"llvm-runtimes", "libbuiltins", "compiler-rt", kLlvmLicence, kLlvm},
    {"llvm-runtimes", "libmemory", "llvm-libc", kLlvmLicence, kLlvm},
    {"llvm-runtimes", "libunwind", "libunwind", kLlvmLicence, kLlvm},
    {"llvm-runtimes", "libc++abi", "libc++abi", kLlvmLicence, kLlvm},
    {"llvm-runtimes", "libc++", "libc++", kLlvmLicence, kLlvm},
    {"lua", "", "Lua", "MIT", "Organization: Lua.org, PUC-Rio"},
    {"lwip", "", "lwIP", "BSD-3-Clause", "Organization: lwIP developers"},
    {"mosquitto", "", "Eclipse Mosquitto", "EPL-2.0 OR BSD-3-Clause", "Organization: Eclipse Foundation"},
    {"musl", "", "musl", "MIT", "Person: Rich Felker"},
    {"nginx", "", "nginx", "BSD-2-Clause", "Organization: F5, Inc."},
    {"openssl", "", "OpenSSL", "Apache-2.0", "Organization: OpenSSL Project"},
    {"picohttpparser", "", "picohttpparser", "MIT", "Person: Kazuho Oku"},
    {"picolibc", "", "picolibc", "", "Person: Keith Packard"},  // each file has one of many licences
    {"redis", "", "Redis", "BSD-3-Clause", "Organization: Redis Ltd."},
    {"sqlite", "", "SQLite", "blessing", "Organization: SQLite Consortium"},
    {"zlib", "", "zlib", "Zlib", "Person: Jean-loup Gailly and Mark Adler"},
    {"zstd", "", "Zstandard", "BSD-3-Clause OR GPL-2.0-only", "Organization: Meta Platforms, Inc."},
};

/// Libraries of this machine's, which the program around a guest is linked with.
struct SystemLibrary {
  std::string_view object, name, licence, supplier;
};
constexpr std::string_view kGccLicence = "GPL-3.0-or-later WITH GCC-exception-3.1",
                           kGnu = "Organization: Free Software Foundation";
// Start files and libc.a may be named by way of GCC's folder.
constexpr SystemLibrary kSystemLibraries[] = {
    {"/libstdc++", "libstdc++", kGccLicence, kGnu},  {"/libc.a", "glibc", "LGPL-2.1-or-later", kGnu},
    {"/libm.a", "glibc", "LGPL-2.1-or-later", kGnu}, {"/libm-", "glibc", "LGPL-2.1-or-later", kGnu},
    {"crt1.o", "glibc", "LGPL-2.1-or-later", kGnu},  {"/crti.o", "glibc", "LGPL-2.1-or-later", kGnu},
    {"/crtn.o", "glibc", "LGPL-2.1-or-later", kGnu}, {"/gcc/", "libgcc", kGccLicence, kGnu},
};

/// "lwip-2.2.1" in two. A name without a version is all name.
std::pair<std::string, std::string> name_and_version(const std::string& directory) {
  const std::size_t dash = directory.find_last_of('-');
  if (dash == directory.npos) return {directory, ""};
  return {directory.substr(0, dash), directory.substr(dash + 1)};
}

Part library_of(const Wrap& wrap, std::string_view object) {
  const auto [name, version] = name_and_version(wrap.directory);
  Part part{.name = name, .version = version, .url = wrap.url, .pool = wrap.pool, .sha256 = wrap.sha256};
  const auto row = std::ranges::find_if(
      kLibraries, [&](const Library& row) { return row.wrap == name && object.contains(row.object); });
  if (row == std::end(kLibraries)) return part;
  part.name = row->name;
  part.licence = row->licence;
  part.supplier = row->supplier;
  return part;
}

/// One of Wick's own. Drivers are told apart by family and class: "libdriver-virtio-network.a" is "driver
/// virtio-network".
Part own(std::string_view name) {
  return {.name = fmt::format("wick {}", name),
          .version = WICK_VERSION,
          .licence = "Apache-2.0",
          .supplier = "Organization: The Wick authors"};
}

Part driver_of(std::string_view object) {
  constexpr std::string_view kLibrary = "libdriver-";
  const std::size_t at = object.find(kLibrary);
  if (at == object.npos) return own("drivers-pv");
  const std::string_view rest = object.substr(at + kLibrary.size());
  return own(fmt::format("driver {}", rest.substr(0, rest.find(".a"))));
}

Part system_library(std::string_view object) {
  const auto row =
      std::ranges::find_if(kSystemLibraries, [&](const SystemLibrary& row) { return object.contains(row.object); });
  if (row == std::end(kSystemLibraries)) {
    const std::string_view archive = object.substr(0, object.find('('));
    return {.name = fs::path(archive).filename().string()};
  }
  // The tool and the program around a guest are linked on one machine, in one build folder.
  return {.name = std::string(row->name),
          .version = row->name == "glibc" ? gnu_get_libc_version() : "",
          .licence = std::string(row->licence),
          .supplier = std::string(row->supplier)};
}

Part part_of(std::string_view object, const std::vector<Wrap>& wraps, const Part& application) {
  for (const Wrap& wrap : wraps)
    if (object.contains(wrap.directory)) return library_of(wrap, object);
  if (object.starts_with('/')) return system_library(object);
  for (std::string_view folder : {"hv", "libos", "wickfs", "monitor"})
    if (object.starts_with(fmt::format("{}/", folder))) return own(folder);
  if (object.ends_with("-hv-local.o")) return own("hv");
  if (object.starts_with("drivers-pv/")) return driver_of(object);
  if (object.contains(".debug.p/") || object.contains("source.a.p/")) return application;
  return system_library(object);
}

/// `key = value` lines of a wrap, by "section.key".
std::map<std::string, std::string> settings(const std::string& text) {
  std::map<std::string, std::string> found;
  std::string section;
  for (const std::string& raw : split(text, '\n')) {
    const std::string_view line = trim(raw);
    if (line.starts_with('[') && line.ends_with(']')) section = line.substr(1, line.size() - 2);
    const std::size_t equals = line.find('=');
    if (!line.starts_with('#') && equals != line.npos)
      found[fmt::format("{}.{}", section, trim(line.substr(0, equals)))] = trim(line.substr(equals + 1));
  }
  return found;
}

}  // namespace

Result<std::vector<Wrap>> wraps_in(const fs::path& folder) {
  std::set<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (entry.path().extension() == ".wrap") files.insert(entry.path());
  std::vector<Wrap> wraps;
  for (const fs::path& file : files) {
    auto text = read_file(file);
    if (!text) return std::unexpected(text.error());
    auto values = settings(*text);
    // A digest of its own: what is built is cut out of that archive.
    const std::string& whole = values["debian.sha256"];
    const std::string& url = values["wrap-file.source_url"];
    if (values["wrap-file.directory"].empty()) continue;
    wraps.push_back({.directory = values["wrap-file.directory"],
                     .url = url.contains("//wick.invalid/") ? "" : url,
                     .pool = values["debian.pool"],
                     .sha256 = whole.empty() ? values["wrap-file.source_hash"] : whole});
  }
  return wraps;
}

std::vector<Part> parts_of(const LinkedObjects& objects, const std::vector<Wrap>& wraps, const Part& application) {
  std::set<Part> parts;
  for (const std::string& object : objects) parts.insert(part_of(object, wraps, application));
  return {parts.begin(), parts.end()};
}

}  // namespace wick::tool
