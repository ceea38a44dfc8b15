// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What an image says about itself: the manifest and ABI notes, the boot protocols it offers, its budget. `wick
// compose`, `run` and `inspect` all start from this.

#include <string>
#include <vector>

#include "abi/host/manifest_note.h"
#include "image/elf.h"

namespace wick::tool {

/// A line of the manifest note besides those of abi/host/manifest_note.h: how it begins.
inline constexpr std::string_view kReleaseLine = "\nslots_release=";

struct ImageFacts : ManifestNote {
  std::uint16_t abi_major = 0, abi_minor = 0;
  std::uint64_t calls = 0;
  std::vector<std::string> platforms;  ///< boot protocols "pvh", "multiboot2" and "linux64", or "linux"
  std::string build_id;
  std::uint64_t slots_release = 0;               ///< slots.release
  bool answers = false;                          ///< it tells of its threads, and its monitor takes questions
  std::uint64_t image_start = 0, image_end = 0;  ///< physical memory that the image occupies

  /// Whether it can mark the slot that it was started from as good.
  bool has_slots() const;
  /// What a monitor adds behind the image (abi/appliance.h): its pages, and tables for all of `memory`.
  std::uint64_t monitor_share() const;
  /// Everything that must fit `memory`: the image where it lies, heap and DMA pool, each in whole pages.
  std::uint64_t needed() const;
};

/// Fails when the file carries no Wick notes or those of another major version.
Result<ImageFacts> image_facts(const Elf& elf, const fs::path& path);

}  // namespace wick::tool
