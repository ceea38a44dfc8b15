// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The trailer is looked at before the guest, and the guest's checksum before its headers: a file that was cut or
// altered on its way is told apart from one that was built wrong.
#include "monitor/guest/payload.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "abi/host/checksum.h"

namespace wick::monitor {
namespace {

std::unexpected<std::string> fault(const char* path, const std::string& what) {
  return std::unexpected(std::string(path) + " " + what);
}

/// @param size of the whole file
const char* check_trailer(const ApplianceTrailer& trailer, std::uint64_t size) {
  if (trailer.magic != kApplianceMagic) return "is no appliance, or was cut short: it carries no guest";
  if (trailer.version != 1) return "carries its guest in a way that this version doesn't know";
  const std::uint64_t room = size - sizeof trailer;
  if (trailer.guest_offset == 0 || trailer.guest_offset % kPage != 0 || trailer.guest_length == 0 ||
      trailer.guest_offset > room || trailer.guest_length != room - trailer.guest_offset)
    return "was cut short or grew: its guest is not where it should be";
  return nullptr;
}

/// Maps and checks the guest of an open file. @return a whole sentence's end, or nullptr
const char* read_payload(Payload& payload) {
  struct stat about;
  if (fstat(payload.file, &about) != 0 || !S_ISREG(about.st_mode)) return "is not a file";
  const auto size = static_cast<std::uint64_t>(about.st_size);
  ApplianceTrailer trailer{};
  if (size >= sizeof trailer &&
      pread(payload.file, &trailer, sizeof trailer, static_cast<off_t>(size - sizeof trailer)) != sizeof trailer)
    return "can't be read";
  if (const char* wrong = check_trailer(trailer, size)) return wrong;
  void* guest = mmap(nullptr, trailer.guest_length, PROT_READ, MAP_PRIVATE | MAP_POPULATE, payload.file,
                     static_cast<off_t>(trailer.guest_offset));
  if (guest == MAP_FAILED) return "can't be mapped";
  payload.offset = trailer.guest_offset;
  payload.bytes = {static_cast<const std::uint8_t*>(guest), trailer.guest_length};
  if (crc32c(payload.bytes) == trailer.guest_checksum) return nullptr;
  munmap(guest, trailer.guest_length);
  return "was altered: its guest's checksum is wrong";
}

}  // namespace

std::expected<Payload, std::string> open_payload(const char* path, const char* called) {
  const char* name = called ? called : path;
  Payload payload{.file = open(path, O_RDONLY | O_CLOEXEC), .offset = 0, .bytes = {}};
  if (payload.file < 0) return fault(name, std::string("can't be opened: ") + std::strerror(errno));
  if (const char* wrong = read_payload(payload)) {
    close(payload.file);
    return fault(name, wrong);
  }
  return payload;
}

void close_payload(Payload& payload) {
  munmap(const_cast<std::uint8_t*>(payload.bytes.data()), payload.bytes.size());
  payload.bytes = {};
}

}  // namespace wick::monitor
