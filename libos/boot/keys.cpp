// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See wick/key.h: the guest's end of the key service's page (abi/key.h). An answer is there when the call returns;
// until it is copied, no other thread runs. Only what calls it links it.

#include <cerrno>
#include <cstring>

#include "abi/call.h"
#include "abi/device.h"
#include "abi/key.h"
#include "boot/boot_info.h"
#include "class/shared.h"
#include "sched/lock.h"
#include "wick/key.h"

namespace wick::boot {
namespace {

static_assert(WICK_KEY_MAX == kMaxKeyAnswer && WICK_KEY_DERIVED == kDerivedBytes);

DevicePage* page() {
  DevicePage* found = nullptr;
  for_each<DeviceEntry>(*facts().info, BootTag::device, [&](const DeviceEntry& device) {
    if (device.bus == Bus::page && device.kind == DeviceKind::key && device.windows[0].length >= sizeof(DevicePage))
      found = reinterpret_cast<DevicePage*>(raw(device.windows[0].start));
  });
  return found;
}

int failed(int why) {
  errno = why;
  return -1;
}

int error_of(Status status) {
  if (status == Status::not_found) return ENOENT;
  return status == Status::unsupported || status == Status::bad_argument ? EINVAL : EIO;
}

bool set_name(KeyRequest& request, const char* name) {
  const std::size_t length = std::strlen(name);
  if (length >= kKeyNameBytes) return false;
  std::memcpy(request.name, name, length);
  return true;
}

/// @param most bytes that the answer may have  @return 0, or -1 and errno
int ask(const KeyRequest& request, KeyAnswer& answer, std::size_t most) {
  DevicePage* const device = page();
  if (!device) return failed(ENODEV);
  KeyExchange* const shared = &key_exchange(*device);
  {
    const sched::Guard guard(sched::State::program);
    shared->request = request;
    const bool rung = ok(wick_call_notify(drivers::load(device->queues[0].number)));
    asm volatile("" : : : "memory");
    std::memcpy(&answer, &shared->answer, sizeof answer);
    // What was derived is nobody's business who finds the page later.
    std::memset(&shared->answer, 0, sizeof shared->answer);
    if (!rung) answer.status = Status::io_error;
  }
  if (!ok(answer.status)) return failed(error_of(answer.status));
  return answer.length <= most ? 0 : failed(EIO);
}

}  // namespace
}  // namespace wick::boot

using namespace wick;

extern "C" int wick_key_describe(const char* name, struct wick_key_public* to) {
  KeyRequest request{};
  KeyAnswer answer;
  request.operation = KeyOperation::describe;
  if (!boot::set_name(request, name)) return boot::failed(ENOENT);
  if (boot::ask(request, answer, sizeof to->bytes) != 0) return -1;
  to->kind = static_cast<wick_key_kind>(answer.kind);
  to->bits = answer.bits;
  to->length = answer.length;
  std::memcpy(to->bytes, answer.data, answer.length);
  return 0;
}

extern "C" int wick_key_sign(const char* name, enum wick_key_scheme scheme, enum wick_key_hash hash, const void* digest,
                             size_t length, uint8_t* signature, size_t* written) {
  KeyRequest request{};
  KeyAnswer answer;
  request.operation = KeyOperation::sign;
  request.scheme = static_cast<KeyScheme>(scheme);
  request.hash = static_cast<KeyHash>(hash);
  if (length > sizeof request.data) return boot::failed(EINVAL);
  request.length = static_cast<std::uint32_t>(length);
  std::memcpy(request.data, digest, length);
  if (!boot::set_name(request, name)) return boot::failed(ENOENT);
  if (boot::ask(request, answer, WICK_KEY_MAX) != 0) return -1;
  std::memcpy(signature, answer.data, answer.length);
  *written = answer.length;
  return 0;
}

extern "C" int wick_key_derive(const char* label, unsigned periods_ago, uint8_t to[WICK_KEY_DERIVED],
                               uint32_t* seconds) {
  KeyRequest request{};
  KeyAnswer answer;
  request.operation = KeyOperation::derive;
  request.periods_ago = periods_ago;
  const std::size_t length = std::strlen(label);
  if (length > sizeof request.data) return boot::failed(EINVAL);
  request.length = static_cast<std::uint32_t>(length);
  std::memcpy(request.data, label, length);
  if (boot::ask(request, answer, kDerivedBytes) != 0) return -1;
  std::memcpy(to, answer.data, kDerivedBytes);
  if (seconds) *seconds = answer.seconds;
  return 0;
}
