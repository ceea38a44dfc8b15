// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "image/check.h"

#include <fmt/format.h>

#include "base/text.h"
#include "manifest/calls.h"

namespace wick::tool {
namespace {

Result<void> check_permissions(const Elf& elf, const ImageFacts& facts) {
  for (const Elf64_Phdr& segment : elf.segments()) {
    bool loaded = segment.p_type == PT_LOAD || segment.p_type == PT_GNU_STACK;
    if (loaded && (segment.p_flags & PF_W) && (segment.p_flags & PF_X)) {
      return fail(fmt::format("{}: a segment at {:#x} is both writable and executable.", facts.name, segment.p_vaddr));
    }
  }
  return {};
}

/// The monitor maps pages straight from the file.
Result<void> check_pages(const Elf& elf, const ImageFacts& facts) {
  for (const Elf64_Phdr& segment : elf.segments()) {
    if (segment.p_type != PT_LOAD || segment.p_filesz == 0) continue;
    if (segment.p_vaddr % kPage == 0 && segment.p_offset % kPage == 0) continue;
    return fail(
        fmt::format("{}: the segment at {:#x} is not made of whole pages of the file.", facts.name, segment.p_vaddr),
        "link with -z max-page-size=4096 and without --nmagic.");
  }
  return {};
}

Result<void> check_budget(const ImageFacts& facts) {
  if (facts.needed() <= facts.memory) return {};
  return fail(fmt::format("{} does not fit: image up to {}, heap {} and DMA pool {} make {}, but memory.size is {}.",
                          facts.name, human_size(facts.image_end + facts.monitor_share()), human_size(facts.heap),
                          human_size(facts.dma), human_size(facts.needed()), human_size(facts.memory)),
              "raise memory.size in wick.toml, or lower heap or dma.");
}

Result<void> check_calls(const Elf& elf, const ImageFacts& facts) {
  constexpr std::string_view kPrefix = "wick_call_";
  for (const ElfSymbol& symbol : elf.symbols()) {
    if (!symbol.name.starts_with(kPrefix) || !symbol.defined) continue;
    auto call = call_named(std::string_view(symbol.name).substr(kPrefix.size()));
    if (!call || (facts.calls & call_bit(*call))) continue;
    return fail(
        fmt::format("{} links the call \"{}\", which its manifest does not allow.", facts.name, call_name(*call)),
        "add it to platform.calls in wick.toml, or do without what needs it.");
  }
  return {};
}

}  // namespace

Result<void> check_image(const Elf& elf, const ImageFacts& facts) {
  if (facts.platforms.empty())
    return fail(fmt::format("{} has no boot entry: neither a PVH note nor a multiboot2 header.", facts.name));
  if (facts.build_id.empty()) return fail(fmt::format("{} has no build-id.", facts.name), "link with --build-id=sha1.");
  if (auto fine = check_permissions(elf, facts); !fine) return fine;
  if (runs_on_linux(facts.wall)) {
    if (auto fine = check_pages(elf, facts); !fine) return fine;
  }
  if (auto fine = check_budget(facts); !fine) return fine;
  return check_calls(elf, facts);
}

}  // namespace wick::tool
