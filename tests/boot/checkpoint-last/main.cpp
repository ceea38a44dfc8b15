// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <unistd.h>
#include <wick/checkpoint.h>
#include <wick/crash.h>

#include <cstring>

#include "abi/call.h"
#include "boot/boot_info.h"
#include "check.h"
#include "disk.h"

namespace {

constexpr std::size_t kBytes = 600'000, kTooMuch = 8 << 20, kChain = 4 << 20;
alignas(4096) volatile char sealed[4096] = {1};

/// Although nobody reads it again as far as the compiler knows.
void fill(char* bytes, char mark, std::size_t count) {
  std::memset(bytes, mark, count);
  asm volatile("" ::"r"(bytes) : "memory");
}

std::size_t wrong(const char* bytes, char mark, std::size_t count) {
  std::size_t sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += bytes[i] != mark;
  return sum;
}

/// The hosted monitor's room for checkpoints is the host's.
bool has_all_the_room() {
  const auto wall = wick::boot::facts().platform.wall;
  return wall == wick::Wall::hosted || wall == wick::Wall::process;
}

[[noreturn]] void fall() {
  *reinterpret_cast<volatile char*>(std::size_t{16}) = 1;
  exit(1);
}

/// For runs with --snapshot and --restore: a line for each checkpoint, with what must be so and what must differ.
int chain(const char* what) {
  auto* heap = static_cast<char*>(malloc(kChain));
  fill(heap, 0x25, kChain);
  (void)arc4random();
  const auto first = wick_checkpoint();
  printf("chain: first %lld wrong %zu random %08x\n", static_cast<long long>(first), wrong(heap, 0x25, kChain),
         static_cast<unsigned>(arc4random()));
  fflush(stdout);
  if (first == 0) return 0;
  fill(heap, 0x5a, kChain / 2);
  if (!std::strcmp(what, "seal")) CHECK(ok(wick_call_seal(wick::Gpa{reinterpret_cast<std::uint64_t>(sealed)}, 4096)));
  const auto second = wick_checkpoint();
  printf("chain: second %lld wrong %zu random %08x\n", static_cast<long long>(second),
         wrong(heap, 0x5a, kChain / 2) + wrong(heap + kChain / 2, 0x25, kChain / 2),
         static_cast<unsigned>(arc4random()));
  fflush(stdout);
  if (!std::strcmp(what, "seal")) sealed[0] = 2;
  if (second == 0 && wick_restarts() == 0) {
    fill(heap, 0x77, kChain);
    fall();
  }
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count > 1) return chain(arguments[1]);
  const int file = open("/dev/data", O_RDWR);
  CHECK(file >= 0);
  use_disk(file, 'a');
  CHECK(wick_checkpoint() == 0);  // nobody comes back here
  use_disk(file, 'b');
  auto* heap = static_cast<char*>(malloc(kBytes));
  fill(heap, 'x', kBytes);
  const auto life = wick_checkpoint();
  CHECK(life == static_cast<std::int64_t>(wick_restarts()));
  CHECK(wrong(heap, 'x', kBytes) == 0);
  use_disk(file, static_cast<char>('c' + life));
  if (life == 2) return success();
  fill(heap, 'y', kBytes);
  if (life == 1) {
    auto* much = static_cast<char*>(malloc(kTooMuch));
    fill(much, 'z', kTooMuch);
    use_disk(file, 'z');
    const auto third = wick_checkpoint();
    if (third == 2 && has_all_the_room()) return success();
    CHECK(has_all_the_room() ? third == 0 : third == -1 && errno == ENOMEM);
    use_disk(file, 'y');
  }
  fall();
}
