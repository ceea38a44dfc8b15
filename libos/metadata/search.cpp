// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See search.h.

#include "metadata/search.h"

#include <algorithm>
#include <cstdlib>

#include "boot/config.h"
#include "boot/devices.h"
#include "metadata/apply.h"
#include "trace/log.h"

extern "C" const wick::metadata::Source wick_metadata_start[], wick_metadata_end[];

namespace wick::metadata {

namespace {

constinit bool is_found = false, is_in_force = false;

/// @param of what is at fault; nullptr: the sentence says it
void say(const char* of, const Fault& fault, const char* consequence) {
  if (!of)
    log::write(log::Level::warning, "instance data: %s%s", fault.what, consequence);
  else if (fault.line)
    log::write(log::Level::warning, "instance data: %s, line %u, %s%s", of, fault.line, fault.what, consequence);
  else
    log::write(log::Level::warning, "instance data: %s %s%s", of, fault.what, consequence);
}

/// @return what is wrong with the documents; else all of them are in force
Fault take(const Texts& texts, const char*& of) {
  HardwareAddress own{};
  const drivers::Network* const network = devices::network(0);
  if (network) std::ranges::copy(network->info().mac, own.bytes);
  Instance instance;
  if (Fault fault = read_documents(texts.view(), network ? &own : nullptr, instance, of)) return fault;
  of = nullptr;
  if (Fault fault{apply(instance, std::malloc)}) return fault;
  if (const std::string_view key = instance.passed_over(); !key.empty())
    log::write(log::Level::warning, "instance data: user-data, line %u: \"%.*s\" means nothing to an appliance",
               instance.passed_line(), static_cast<int>(key.size()), key.data());
  const std::string_view settings = instance.settings();
  log::write(log::Level::info, "instance data: %u settings, %u files",
             static_cast<unsigned>(std::ranges::count(settings, '\n')), static_cast<unsigned>(instance.files().size()));
  return {};
}

void ask(const Source& source, Surroundings& around) {
  Texts texts;
  Finding finding = source.find(around, texts);
  is_found = finding.here;
  if (finding.here && !finding.fault) finding.fault = take(texts, finding.of);
  if (finding.fault) return say(finding.of, finding.fault, finding.here ? "; none of it counts" : "");
  is_in_force = true;
}

}  // namespace

Status search(Stage stage, Surroundings& around) {
  bool more = false;
  config::for_each("metadata.source", [&](std::string_view, std::string_view name) {
    const Source* const source =
        std::find_if(wick_metadata_start, wick_metadata_end, [&](const Source& known) { return known.name == name; });
    if (is_found || source == wick_metadata_end) return;
    if (source->stage == stage) return ask(*source, around);
    more |= source->stage > stage;
  });
  if (is_in_force || more || config::get("metadata.required").empty()) return Status::ok;
  log::write(log::Level::error, "the manifest requires instance data");
  return Status::not_found;
}

}  // namespace wick::metadata
