// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "image/report.h"

#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "manifest/calls.h"

namespace wick::tool {
namespace {

bool in_memory(const ElfSection& section) { return (section.header.sh_flags & SHF_ALLOC) != 0; }

std::string rights(const ElfSection& section) {
  std::string text = "r--";
  if (section.header.sh_flags & SHF_WRITE) text[1] = 'w';
  if (section.header.sh_flags & SHF_EXECINSTR) text[2] = 'x';
  return text;
}

std::string or_none(const std::vector<std::string>& list) { return list.empty() ? "none" : join(list, ", "); }

/// Where `next` ends up after `add`, right-aligned sizes.
void memory_line(std::string& out, std::string_view what, std::uint64_t bytes) {
  fmt::format_to(std::back_inserter(out), "  {:<28}{:>12}  {:>10}\n", what, bytes, human_size(bytes));
}

}  // namespace

std::string report_text(const Elf& elf, const ImageFacts& facts) {
  std::string out;
  auto line = [&](std::string_view key, const std::string& value) {
    fmt::format_to(std::back_inserter(out), "{:<12}{}\n", key, value);
  };
  line("name", facts.name);
  line("version", facts.version);
  line("profile", facts.profile);
  line("wall", std::string(wall_name(facts.wall)));
  if (elf.monitor_size())
    line("runs", fmt::format("itself on Linux, behind wall {} unless started with --wall", wall_name(facts.wall)));
  line("platforms", or_none(facts.platforms));
  line("devices", or_none(facts.devices));
  line("features", or_none(facts.features));
  line("calls", or_none(call_list(facts.calls)));
  line("contract", fmt::format("{}.{}", facts.abi_major, facts.abi_minor));
  line("build-id", facts.build_id);
  line("file", fmt::format("{} bytes ({})", elf.file_size(), human_size(elf.file_size())));
  if (elf.monitor_size())
    line("monitor", fmt::format("{} of them ({})", elf.monitor_size(), human_size(elf.monitor_size())));
  out += "\nsections\n";
  for (const ElfSection& section : elf.sections()) {
    if (!in_memory(section)) continue;
    fmt::format_to(std::back_inserter(out), "  {:<22}{}  {:#12x}  {:>10}\n", section.name, rights(section),
                   section.header.sh_addr, section.header.sh_size);
  }
  out += "\nmemory\n";
  memory_line(out, "below the image", facts.image_start);
  memory_line(out, "image, stack included", facts.image_end - facts.image_start);
  if (runs_on_linux(facts.wall)) memory_line(out, "monitor's pages and tables", facts.monitor_share());
  memory_line(out, "heap, at least", facts.heap);
  memory_line(out, "DMA pool", facts.dma);
  memory_line(out, "sum", facts.needed());
  memory_line(out, "memory.size", facts.memory);
  bool fits = facts.needed() <= facts.memory;
  out += fits ? fmt::format("  fits, {} remain for the heap", human_size(facts.memory - facts.needed()))
              : fmt::format("  does not fit, {} are missing", human_size(facts.needed() - facts.memory));
  return out;
}

std::string report_json(const Elf& elf, const ImageFacts& facts) {
  using Json = nlohmann::ordered_json;
  Json sections = Json::array();
  for (const ElfSection& section : elf.sections()) {
    if (!in_memory(section)) continue;
    sections.push_back({{"name", section.name},
                        {"address", section.header.sh_addr},
                        {"size", section.header.sh_size},
                        {"rights", rights(section)}});
  }
  Json json{
      {"name", facts.name},
      {"version", facts.version},
      {"profile", facts.profile},
      {"wall", wall_name(facts.wall)},
      {"platforms", facts.platforms},
      {"devices", facts.devices},
      {"features", facts.features},
      {"ports", facts.ports},
      {"outgoing", facts.outgoing},
      {"volumes", facts.volumes},
      {"shares", facts.shares},
      {"keys", facts.keys},
      {"calls", call_list(facts.calls)},
      {"contract", {{"major", facts.abi_major}, {"minor", facts.abi_minor}}},
      {"build_id", facts.build_id},
      {"file_size", elf.file_size()},
      {"monitor_size", elf.monitor_size()},
      {"sections", sections},
      {"memory",
       {{"below_image", facts.image_start},
        {"image", facts.image_end - facts.image_start},
        {"monitor", facts.monitor_share()},
        {"stack", facts.stack},
        {"heap", facts.heap},
        {"dma", facts.dma},
        {"sum", facts.needed()},
        {"size", facts.memory},
        {"fits", facts.needed() <= facts.memory}}},
  };
  return json.dump(2);
}

}  // namespace wick::tool
