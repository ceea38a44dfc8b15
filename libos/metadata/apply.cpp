// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See apply.h.

#include "metadata/apply.h"

#include <cstdlib>

#include "boot/arguments.h"
#include "boot/config.h"
#include "boot/layers.h"
#include "fs/path.h"

namespace wick::metadata {

namespace {

/// Whether something else than the embedded files will be found there.
bool is_elsewhere(std::string_view path) {
  for (const std::string_view point : {"/dev", "/proc", "/tmp"})
    if (fs::is_within(path, point)) return true;
  bool within = false;
  config::for_each("volume.", [&](std::string_view, std::string_view volume) {  // serial:mount:format
    const std::string_view rest = volume.substr(volume.find(':') + 1);
    if (fs::is_within(path, rest.substr(0, rest.find(':')))) within = true;
  });
  return within;
}

/// Those of the settings that count now. @return nullptr, or why the ones of before stay
const char* use_arguments(void* (*room)(std::size_t bytes)) {
  boot::Arguments arguments{};
  if (!boot::make_arguments(arguments, room)) {
    std::free(arguments.values);
    return "the heap is too small for the arguments";
  }
  boot::use_arguments(arguments);
  return nullptr;
}

}  // namespace

const char* apply(Instance& instance, void* (*room)(std::size_t bytes)) {
  for (const fs::RomAddition& file : instance.files())
    if (is_elsewhere(file.path)) return "a file is to be written outside of the root file system";
  fs::RomTable table;
  if (const char* wrong = fs::merge(fs::rom(), instance.files(), table)) return wrong;
  const char* wrong = config::set_instance_layer(instance.settings());
  if (!wrong) wrong = use_arguments(room);
  if (wrong) {
    (void)config::set_instance_layer({});
    fs::discard(table);
    return wrong;
  }
  instance.keep();
  fs::use_as_root(table);
  return nullptr;
}

}  // namespace wick::metadata
