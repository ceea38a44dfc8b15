// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Sources that are a disk with a volume label, and files of the documents' names on it.

#include "metadata/iso9660.h"
#include "metadata/source.h"

namespace wick::metadata {

struct LabelledDisk {
  Disk* disk = nullptr;  ///< nullptr: the finding is all there is to say
  iso::Extent root;
  Finding finding;
};

/// The first disk that has it. @param absent the sentence where none does
LabelledDisk find_label(Surroundings& around, std::string_view label, const char* absent);

struct WantedText {
  std::string_view name;
  Text& text;
};

/// Those that are in the folder, whole; the disk's finding, or that of what can't be read.
Finding read_files(LabelledDisk& disk, const iso::Extent& folder, std::span<const WantedText> wanted,
                   const char* none_there);

}  // namespace wick::metadata
