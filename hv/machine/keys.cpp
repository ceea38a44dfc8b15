// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The key service in hv. Keys come in the configuration block, as lines "key.NAME=PEM" with \n for each line's end,
// like everything that a boot protocol brings; here they leave it before the guest's first instruction. Their memory is
// hv's own, which no table of the guest's maps.

#include <algorithm>

#include "arch/random.h"
#include "backend/keys/key_backend.h"
#include "backend/keys/key_service.h"
#include "class/room.h"
#include "machine/service.h"
#include "platform/clock.h"
#include "platform/print.h"

namespace wick::hv {
namespace {

constinit KeyService service;

std::uint64_t seconds() { return raw(clock_now()) / 1'000'000'000; }

class OwnKeys final : public KeySource {
 public:
  void answer(const KeyRequest& request, KeyAnswer& answer) override { service.answer(request, seconds(), answer); }
};
constinit OwnKeys keys;
drivers::Room<KeyBackend, 1> backends;

/// Makes each \n a line's end. @return what is left of the text, in the same place
std::string_view unfold(char* text, std::size_t length) {
  std::size_t to = 0;
  for (std::size_t from = 0; from < length; ++to) {
    const bool end = text[from] == '\\' && from + 1 < length && text[from + 1] == 'n';
    text[to] = end ? '\n' : text[from];
    from += end ? 2 : 1;
  }
  return {text, to};
}

/// @param line behind "key."
void take_key(char* line, std::size_t length) {
  const auto name = static_cast<std::size_t>(std::find(line, line + length, '=') - line);
  const std::size_t value = std::min(name + 1, length);
  const char* const wrong = service.add({line, name}, unfold(line + value, length - value));
  if (!wrong) return;
  print_line(print, "[wick] the key ", std::string_view(line, name), " ", wrong);
  refuse("a key of the configuration block can't be used");
}

/// @return how long the block is without them
std::uint64_t take_keys(char* block, std::uint64_t length) {
  constexpr std::string_view kPrefix = "key.";
  std::uint64_t kept = 0;
  for (std::uint64_t at = 0; at < length;) {
    const auto end = static_cast<std::uint64_t>(std::find(block + at, block + length, '\n') - block);
    const std::uint64_t next = std::min(end + 1, length);
    if (std::string_view(block + at, end - at).starts_with(kPrefix)) {
      take_key(block + at + kPrefix.size(), end - at - kPrefix.size());
      at = next;
    } else {
      while (at < next) block[kept++] = block[at++];
    }
  }
  wipe(block + kept, length - kept);
  return kept;
}

/// Refuses the machine when a key can't be used.
DeviceEntry start(Boot& boot, DeviceTable& table, DevicePage& page) {
  std::uint64_t seed[6];
  for (auto& word : seed) {
    const auto random = hardware_random();
    if (!ok(random.status)) refuse("a key service needs random numbers, and this processor has none");
    word = random.value;
  }
  service.start({reinterpret_cast<const std::uint8_t*>(seed), sizeof seed}, seconds());
  wipe(seed, sizeof seed);
  auto& module = boot.module;
  if (module.length) module.length = take_keys(reinterpret_cast<char*>(raw(module.start)), module.length);
  return table.start(backends.make(), keys, page);
}

WICK_REGISTERED("services") constexpr Service registered = {"keys", start};

}  // namespace
}  // namespace wick::hv
