// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The key service as a hostile guest meets it, and what survives which of its periods. That its signatures are right
// tests/hosted/keys.py has OpenSSL say.

#include "backend/keys/key_service.h"

#include <doctest.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <random>
#include <string>

#include "backend/device_table.h"
#include "backend/keys/key_backend.h"
#include "test_keys.h"

using namespace wick;
using namespace wick::hv;
using wick::test::kCurvePem;

namespace {

constexpr std::uint8_t kEntropy[] = {1, 2, 3}, kOther[] = {1, 2, 4};

std::unique_ptr<KeyService> service_of(std::span<const std::uint8_t> entropy, std::uint64_t now = 0) {
  auto service = std::make_unique<KeyService>();
  service->start(entropy, now);
  REQUIRE(service->add("tls", kCurvePem) == nullptr);
  return service;
}

KeyRequest request_of(KeyOperation operation, const char* name = "tls") {
  KeyRequest request{};
  request.operation = operation;
  std::strncpy(request.name, name, sizeof request.name);
  return request;
}

KeyRequest signing() {
  auto request = request_of(KeyOperation::sign);
  request.scheme = KeyScheme::ecdsa;
  request.hash = KeyHash::sha256;
  request.length = 32;
  return request;
}

KeyAnswer ask(KeyService& service, const KeyRequest& request, std::uint64_t now = 0) {
  KeyAnswer answer;
  std::memset(&answer, 0xee, sizeof answer);
  service.answer(request, now, answer);
  return answer;
}

std::string derived(KeyService& service, std::uint64_t now, unsigned ago = 0, std::string_view label = "label") {
  auto request = request_of(KeyOperation::derive);
  request.periods_ago = ago;
  request.length = static_cast<std::uint32_t>(label.size());
  std::ranges::copy(label, request.data);
  const auto answer = ask(service, request, now);
  return ok(answer.status) ? std::string(reinterpret_cast<const char*>(answer.data), answer.length) : "";
}

}  // namespace

TEST_CASE("a key is described and signs the same digest the same way, as RFC 6979 has it") {
  const auto service = service_of(kEntropy);
  const auto what = ask(*service, request_of(KeyOperation::describe));
  CHECK(what.status == Status::ok);
  CHECK(what.kind == KeyKind::p256);
  CHECK((what.bits == 256 && what.length == 65 && what.data[0] == 4));
  const auto one = ask(*service, signing()), other = ask(*service_of(kOther), signing());
  CHECK((one.status == Status::ok && one.length >= 68 && one.length <= 72));
  CHECK(std::memcmp(&one, &other, sizeof one) == 0);
}

TEST_CASE("a request of nonsense gets a status and no byte") {
  const auto service = service_of(kEntropy);
  const auto refused = [&](const KeyRequest& request, Status why) {
    const auto answer = ask(*service, request);
    CHECK(answer.status == why);
    CHECK(answer.length == 0);
    CHECK(std::ranges::all_of(answer.data, [](std::uint8_t byte) { return byte == 0; }));
  };
  refused(request_of(KeyOperation::describe, "nobody"), Status::not_found);
  refused(request_of(KeyOperation::describe, "tl"), Status::not_found);
  refused(request_of(KeyOperation::describe, ""), Status::not_found);
  refused(request_of(static_cast<KeyOperation>(0)), Status::bad_argument);
  refused(request_of(static_cast<KeyOperation>(~0u)), Status::bad_argument);
  auto unended = request_of(KeyOperation::describe);
  std::memset(unended.name, 't', sizeof unended.name);
  refused(unended, Status::not_found);
  auto behind = request_of(KeyOperation::describe);
  behind.name[20] = 'x';  // behind the zero: not the same name
  refused(behind, Status::not_found);
  auto bad = signing();
  for (const std::uint32_t length : {0u, 31u, 33u, 64u}) {
    bad.length = length;
    refused(bad, Status::unsupported);
  }
  for (const std::uint32_t length : {65u, 4096u, 0x80000000u, ~0u}) {
    bad.length = length;
    refused(bad, Status::bad_argument);
  }
  bad = signing();
  for (const std::uint32_t hash : {0u, 1u, 2u, 5u, 7u, ~0u}) {
    bad.hash = static_cast<KeyHash>(hash);
    refused(bad, Status::unsupported);
  }
  bad = signing();
  for (const std::uint32_t scheme : {0u, 2u, 3u, 4u, ~0u}) {
    bad.scheme = static_cast<KeyScheme>(scheme);
    refused(bad, Status::unsupported);
  }
  auto late = request_of(KeyOperation::derive);
  late.periods_ago = 2;
  refused(late, Status::bad_argument);
  late.periods_ago = ~0u;
  refused(late, Status::bad_argument);
}

TEST_CASE("whatever bytes a request has, the answer stays within its bounds and holds no key") {
  const auto service = service_of(kEntropy);
  std::mt19937 random(12);
  for (int i = 0; i < 20'000; ++i) {
    KeyRequest request;
    std::ranges::generate(std::span(reinterpret_cast<std::uint8_t*>(&request), sizeof request),
                          [&] { return static_cast<std::uint8_t>(random()); });
    if (i % 2) request.length %= kKeyDataBytes + 1;
    if (i % 3) request.operation = static_cast<KeyOperation>(random() % 4);
    if (i % 5)
      std::memcpy(request.name, "tls\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", sizeof request.name);
    const auto answer = ask(*service, request);
    CHECK(answer.length <= kMaxKeyAnswer);
    CHECK((ok(answer.status) || answer.length == 0));
  }
}

TEST_CASE("derived secrets: the same for a label within a period, then the one before, then gone") {
  const auto service = service_of(kEntropy, 100), other = service_of(kOther, 100);
  const auto first = derived(*service, 100);
  CHECK(first.size() == kDerivedBytes);
  CHECK(derived(*service, 100 + kPeriodSeconds - 1) == first);
  CHECK(derived(*service, 100, 0, "another") != first);
  CHECK(derived(*other, 100) != first);
  CHECK(derived(*service, 100, 1).empty());
  const auto second = derived(*service, 100 + kPeriodSeconds);
  CHECK(second != first);
  CHECK(derived(*service, 100 + kPeriodSeconds, 1) == first);
  const auto third = derived(*service, 100 + 2 * kPeriodSeconds);
  CHECK(derived(*service, 100 + 2 * kPeriodSeconds, 1) == second);
  CHECK((third != first && third != second));
  // After long silence nothing of before is there any more, and a period ends when it would have.
  const std::uint64_t late = 100 + 1000ull * kPeriodSeconds + 5;
  const auto last = derived(*service, late);
  CHECK((last != first && last != second && last != third));
  CHECK((derived(*service, late, 1) != third && derived(*service, late, 1) != second));
  CHECK(derived(*service, late + kPeriodSeconds - 6) == last);
  CHECK(derived(*service, late + kPeriodSeconds - 5) != last);
}

TEST_CASE("keys that can't be used are refused, one by one") {
  KeyService service;
  service.start(kEntropy, 0);
  CHECK(service.add("tls", kCurvePem) == nullptr);
  CHECK(service.add("tls", kCurvePem) != nullptr);  // the name is taken
  CHECK(service.add("", kCurvePem) != nullptr);
  CHECK(service.add("a-name-that-is-longer-than-any-may", kCurvePem) != nullptr);
  for (std::size_t length = 0; length < kCurvePem.size() - 2; length += 7)
    CHECK(service.add("cut", kCurvePem.substr(0, length)) != nullptr);
  std::string damaged(kCurvePem);
  unsigned taken = 0;
  for (std::size_t i = 28; i < kCurvePem.size() - 30; ++i) {  // any other letter: another key perhaps, never a fault
    damaged = kCurvePem;
    damaged[i] = damaged[i] == 'A' ? 'B' : 'A';
    KeyService of_its_own;
    taken += of_its_own.add("tls", damaged) == nullptr;
  }
  MESSAGE(taken << " of the damaged texts are another key");
  for (const char* name : {"b", "c", "d"}) CHECK(service.add(name, kCurvePem) == nullptr);
  CHECK(service.add("e", kCurvePem) != nullptr);  // there is room for four
}

TEST_CASE("the device page: a request is answered when its number is rung, and the next life finds an empty page") {
  class Source final : public KeySource {
   public:
    void answer(const KeyRequest& request, KeyAnswer& answer) override {
      answer = {};
      answer.length = request.length;
      last = request;
    }
    KeyRequest last{};
  } source;
  alignas(kPage) static DevicePage page;
  KeyBackend backend;
  DeviceTable table;
  const auto entry = table.start(backend, source, page);
  CHECK((entry.kind == DeviceKind::key && entry.bus == Bus::page && entry.windows[0].length == sizeof page));
  CHECK(page.queues[0].most == 0);  // no ring
  KeyExchange& shared = key_exchange(page);
  shared.request = signing();
  CHECK(ok(table.notify(page.queues[0].number)));
  CHECK((source.last.length == 32 && shared.answer.length == 32));
  // A driver that goes through virtio's steps gets no queue and breaks nothing.
  page.accepted = page.offered;
  page.status = 1 | 2 | 8;
  CHECK(ok(table.notify(page.control)));
  page.status = 1 | 2 | 4 | 8;
  CHECK(ok(table.notify(page.control)));
  CHECK((page.status & 64) != 0);
  CHECK(table.serve(EventMask{~0ull}) == 0);
  std::memset(&page, 0xff, sizeof page);
  table.reset();
  CHECK((shared.request.length == 0 && shared.answer.length == 0 && page.queues[0].number == 0));
  PageDevice::Saved saved[DeviceTable::kMax];
  table.save(saved);
  CHECK(ok(table.restore(saved)));
}
