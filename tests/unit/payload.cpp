// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Finding the guest in an appliance's file: what is cut, altered or no appliance at all is refused by one sentence.
#include "monitor/guest/payload.h"

#include <doctest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>

#include "abi/host/checksum.h"

using namespace wick;
using namespace wick::monitor;

namespace {

/// A page of monitor, the guest, the trailer.
struct Appliance {
  std::string guest = "the guest";
  ApplianceTrailer trailer{.guest_offset = 4096,
                           .guest_length = guest.size(),
                           .guest_checksum = crc32c(guest),
                           .version = 1,
                           .magic = kApplianceMagic};

  std::string file() const {
    std::string file(4096, 'm');
    file += guest;
    file.append(reinterpret_cast<const char*>(&trailer), sizeof trailer);
    return file;
  }
};

/// @return what open_payload says of a file of this content; empty when all is well
std::string told(std::string_view content, std::string* guest = nullptr) {
  char path[] = "/tmp/wick-payload-XXXXXX";
  const int file = mkstemp(path);
  REQUIRE(write(file, content.data(), content.size()) == static_cast<ssize_t>(content.size()));
  close(file);
  auto payload = open_payload(path);
  unlink(path);
  if (payload) {
    if (guest) guest->assign(payload->bytes.begin(), payload->bytes.end());
    munmap(const_cast<std::uint8_t*>(payload->bytes.data()), payload->bytes.size());
    close(payload->file);
    return {};
  }
  REQUIRE(payload.error().starts_with(std::string(path) + " "));
  return payload.error().substr(sizeof path);
}

}  // namespace

TEST_CASE("the guest is found in its file") {
  std::string guest;
  CHECK(told(Appliance{}.file(), &guest) == "");
  CHECK(guest == "the guest");
}

TEST_CASE("a file that is no whole appliance is refused") {
  const char* none = "is no appliance, or was cut short: it carries no guest";
  const char* moved = "was cut short or grew: its guest is not where it should be";
  const char* altered = "was altered: its guest's checksum is wrong";
  const std::string good = Appliance{}.file();
  CHECK(told("") == none);
  CHECK(told("#!/bin/sh\n") == none);
  CHECK(told(good.substr(0, good.size() - 1)) == none);
  CHECK(told(good + "x") == none);
  CHECK(told(good.substr(1)) == moved);
  CHECK(told("x" + good) == moved);
  std::string changed = good;
  changed[4100] ^= 1;
  CHECK(told(changed) == altered);

  Appliance appliance;
  appliance.trailer.version = 2;
  CHECK(told(appliance.file()) == "carries its guest in a way that this version doesn't know");
  for (const auto& [offset, length] : {std::pair<std::uint64_t, std::uint64_t>{0, 4096 + 9},
                                       {4096, 8},
                                       {4096, 10},
                                       {4096, 0},
                                       {4096, ~0ull},
                                       {8192, 9},
                                       {~4095ull, 4096 + 9}}) {
    appliance = {};
    appliance.trailer.guest_offset = offset;
    appliance.trailer.guest_length = length;
    CHECK(told(appliance.file()) == moved);
  }
}

TEST_CASE("what can't be opened is told with the reason") {
  CHECK(open_payload("/nonexistent").error() == "/nonexistent can't be opened: No such file or directory");
  CHECK(open_payload("/tmp").error() == "/tmp is not a file");
}
