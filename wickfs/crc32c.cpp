// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See crc32c.h. The table is that of the host's programs.

#include "wickfs/crc32c.h"

#include "abi/host/checksum.h"
#include "crc32c_instruction.h"

namespace wick::wickfs {

std::uint32_t crc32c(const void* bytes, std::size_t count, std::uint32_t before) {
  static const bool kInstruction = has_crc32c_instruction();
  const auto* first = static_cast<const std::uint8_t*>(bytes);
  return ~(kInstruction ? crc32c_by_instruction(first, count, ~before)
                        : checksum::add<checksum::kCrc32c>({first, count}, ~before));
}

}  // namespace wick::wickfs
