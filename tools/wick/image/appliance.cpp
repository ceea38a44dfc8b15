// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "image/appliance.h"

#include <fmt/format.h>

#include <cstring>

#include "abi/appliance.h"
#include "abi/host/checksum.h"

namespace wick::tool {

Result<GuestPlace> guest_place(std::string_view file, const fs::path& path) {
  ApplianceTrailer trailer;
  if (file.size() < sizeof trailer) return GuestPlace{};
  const std::uint64_t room = file.size() - sizeof trailer;
  std::memcpy(&trailer, file.data() + room, sizeof trailer);
  if (trailer.magic != kApplianceMagic) return GuestPlace{};
  if (trailer.version != 1) return fail(fmt::format("{} is an appliance of another version of wick.", path.string()));
  if (trailer.guest_offset == 0 || trailer.guest_offset > room || trailer.guest_length != room - trailer.guest_offset ||
      crc32c(file.substr(trailer.guest_offset, trailer.guest_length)) != trailer.guest_checksum)
    return fail(fmt::format("{} is an appliance that was cut short or altered.", path.string()),
                "build or copy it again.");
  return GuestPlace{trailer.guest_offset, trailer.guest_length};
}

std::string compose_appliance(std::string monitor, std::string_view guest) {
  monitor.resize(whole_pages(monitor.size()));
  const ApplianceTrailer trailer{.guest_offset = monitor.size(),
                                 .guest_length = guest.size(),
                                 .guest_checksum = crc32c(guest),
                                 .version = 1,
                                 .magic = kApplianceMagic};
  monitor += guest;
  monitor.append(reinterpret_cast<const char*>(&trailer), sizeof trailer);
  return monitor;
}

}  // namespace wick::tool
