// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The key service's page as a hostile guest writes it, with hv's sources as they run behind every wall. What each
// request may be answered is said again here, in other words; signatures are looked at with the public key, the rest of
// the page must stay the guest's, and nothing of a private key may be answered.

#include <bearssl.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "backend/device_table.h"
#include "backend/keys/key_backend.h"
#include "backend/keys/key_service.h"
#include "test_keys.h"

using namespace wick;
using namespace wick::hv;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

/// What a text in PEM holds, by BearSSL.
std::string decoded(std::string_view pem) {
  std::string bytes;
  br_pem_decoder_context decoder;
  br_pem_decoder_init(&decoder);
  while (!pem.empty()) {
    pem.remove_prefix(br_pem_decoder_push(&decoder, pem.data(), pem.size()));
    if (br_pem_decoder_event(&decoder) != BR_PEM_BEGIN_OBJ) continue;
    const auto append = [](void* to, const void* from, std::size_t count) {
      static_cast<std::string*>(to)->append(static_cast<const char*>(from), count);
    };
    br_pem_decoder_setdest(&decoder, append, &bytes);
  }
  return bytes;
}

/// One step of a guest, as the fuzzer gives it.
struct Step {
  std::uint8_t what, shape;
  std::uint16_t later;  ///< seconds, or with a bit of `shape` minutes
  KeyRequest request;   ///< or what else is written into the page
};
static_assert(sizeof(Step) == 120);

constexpr std::size_t kSecretPart = 8;  ///< bytes of a private key that nobody finds by chance

class World final : public KeySource {
 public:
  World() {
    constexpr std::uint8_t kEntropy[48] = {7};
    service_.start(kEntropy, 0);
    require(service_.add("curve", test::kCurvePem) == nullptr && service_.add("rsa", test::kRsaPem) == nullptr);
    (void)table_.start(backend_, *this, page_);
    for (const char* name : {"curve", "rsa"}) {
      KeyRequest request{};
      request.operation = KeyOperation::describe;
      std::strcpy(request.name, name);
      service_.answer(request, 0, name[0] == 'c' ? curve_ : rsa_);
    }
    require(curve_.length == 65 && rsa_.length == 2048 / 8 + 4);
    // RFC 5915: 32 bytes behind the tag of an octet string; RFC 8017, A.1.2: everything behind modulus and exponent.
    const std::string curve = decoded(test::kCurvePem), rsa = decoded(test::kRsaPem);
    keep_secret(curve.substr(curve.find("\x04\x20") + 2, 32));
    const std::string modulus(reinterpret_cast<const char*>(rsa_.data), 2048 / 8);
    keep_secret(rsa.substr(rsa.find(modulus) + modulus.size() + 16));
    std::memcpy(start_, static_cast<const void*>(&service_), sizeof start_);
  }

  /// As after World(): a case must not depend on the one before.
  void begin() {
    std::memcpy(static_cast<void*>(&service_), start_, sizeof start_);
    table_.reset();
    now_ = began_ = 0;
    has_older_ = false;
    derived_.clear();
  }

  void take(const Step& given) {
    Step step = given;
    now_ += step.later * (step.shape & 1 ? 60u : 1u);
    shape(step);
    switch (step.what % 8) {
      case 0:
        return interfere(step, true);
      case 1:
        return interfere(step, false);
      case 2:
        table_.reset();
        return require(key_exchange(page_).answer.length == 0);
      case 3:
        return restore(step);
      default:
        return ask(step);
    }
  }

  void answer(const KeyRequest& request, KeyAnswer& answer) override { service_.answer(request, now_, answer); }

 private:
  void keep_secret(const std::string& secret) {
    for (std::size_t at = 0; at + kSecretPart <= secret.size(); at += 61)
      secrets_.push_back(secret.substr(at, kSecretPart));
  }

  /// Brings many requests near to those that are answered.
  static void shape(Step& step) {
    auto& request = step.request;
    if (step.shape & 2) request.operation = static_cast<KeyOperation>(static_cast<unsigned>(request.operation) % 5);
    if (step.shape & 4) std::memset(request.name, 0, sizeof request.name);
    if ((step.shape & 12) == 4) std::memcpy(request.name, "curve", 5);
    if ((step.shape & 12) == 12) std::memcpy(request.name, "rsa", 3);
    if (step.shape & 16) request.hash = static_cast<KeyHash>(3 + static_cast<unsigned>(request.hash) % 5);
    if (step.shape & 32) request.scheme = static_cast<KeyScheme>(static_cast<unsigned>(request.scheme) % 5);
    if (step.shape & 64) request.length = request.length % 5 * 16;
    if (step.shape & 128) request.periods_ago %= 3;
  }

  /// Anything anywhere in the page, and any number rung.
  void interfere(const Step& step, bool device) {
    const auto bytes = std::span(reinterpret_cast<const std::uint8_t*>(&step.request), sizeof step.request);
    auto* const page = reinterpret_cast<std::uint8_t*>(&page_);
    const std::size_t at = device ? step.shape : step.later * 8 % (sizeof page_ - bytes.size());
    std::ranges::copy(bytes, page + at);
    (void)table_.notify(step.later % (2 * kNumbersPerDevice));
    (void)table_.serve(EventMask{~0ull});
  }

  /// A snapshot's file may hold anything.
  void restore(const Step& step) {
    PageDevice::Saved saved[DeviceTable::kMax];
    table_.save(saved);
    if (step.shape & 1) std::memcpy(&saved[0], &step.request, std::min(sizeof step.request, sizeof saved[0]));
    (void)table_.restore(saved);
  }

  void ask(const Step& step) {
    KeyExchange& shared = key_exchange(page_);
    shared.request = step.request;
    DevicePage before = page_;
    require(ok(table_.notify(0)));
    const KeyAnswer answer = shared.answer;
    key_exchange(before).answer = answer;
    require(std::memcmp(&before, &page_, sizeof page_) == 0);
    require(answer.length <= sizeof answer.data && (ok(answer.status) || answer.length == 0));
    require(
        std::all_of(answer.data + answer.length, std::end(answer.data), [](std::uint8_t byte) { return byte == 0; }));
    const std::string_view told(reinterpret_cast<const char*>(&answer), sizeof answer);
    for (const std::string& secret : secrets_) require(told.find(secret) == told.npos);
    judge(step.request, answer);
  }

  void judge(const KeyRequest& request, const KeyAnswer& answer) {
    const std::string_view name(request.name, sizeof request.name);
    const auto is = [&](std::string_view known) {
      return name.starts_with(known) && name.find_first_not_of('\0', known.size()) == name.npos;
    };
    if (request.length > kKeyDataBytes) return require(answer.status == Status::bad_argument);
    if (request.operation == KeyOperation::derive) return judge_derived(request, answer);
    if (request.operation != KeyOperation::describe && request.operation != KeyOperation::sign)
      return require(answer.status == Status::bad_argument);
    if (!is("curve") && !is("rsa")) return require(answer.status == Status::not_found);
    if (request.operation == KeyOperation::describe)
      return require(std::memcmp(&answer, is("rsa") ? &rsa_ : &curve_, sizeof answer) == 0);
    judge_signed(request, answer, is("rsa"));
  }

  void judge_signed(const KeyRequest& request, const KeyAnswer& answer, bool rsa) {
    const unsigned hash = static_cast<unsigned>(request.hash), scheme = static_cast<unsigned>(request.scheme);
    const bool fits = hash >= 4 && hash <= 6 && request.length == (hash - 2) * 16;
    if (!fits || (rsa ? scheme != 2 && scheme != 3 : scheme != 1)) return require(answer.status == Status::unsupported);
    require(answer.status == Status::ok && answer.kind == KeyKind::none && answer.bits == 0);
    if (rsa) return require(answer.length == 2048 / 8);
    // BearSSL multiplies by no zero, so that it can't look at the signature of a digest whose part that counts (FIPS
    // 186-5 §6.4.1: the first 32 bytes) is zero.
    const std::span digest(request.data, request.length);
    if (std::ranges::all_of(digest.first(32), [](std::uint8_t byte) { return byte == 0; })) return;
    const br_ec_public_key key{BR_EC_secp256r1, curve_.data, curve_.length};
    require(br_ecdsa_i31_vrfy_asn1(&br_ec_p256_m31, digest.data(), digest.size(), &key, answer.data, answer.length) ==
            1);
  }

  void judge_derived(const KeyRequest& request, const KeyAnswer& answer) {
    const std::uint64_t period = now_ / kPeriodSeconds;
    has_older_ |= period != began_;
    began_ = period;
    if (request.periods_ago > 1) return require(answer.status == Status::bad_argument);
    if (request.periods_ago == 1 && !has_older_) return require(answer.status == Status::not_found);
    require(ok(answer.status) && answer.length == kDerivedBytes);
    require(answer.seconds == (period + 1) * kPeriodSeconds - now_);
    const std::string label(reinterpret_cast<const char*>(request.data), request.length);
    const std::string secret(reinterpret_cast<const char*>(answer.data), answer.length);
    const auto [known, is_new] = derived_.try_emplace({period - request.periods_ago, label}, secret);
    require(known->second == secret);
    for (const auto& [whose, other] : derived_) require((other == secret) == (whose == known->first));
  }

  KeyService service_;
  KeyBackend backend_;
  DeviceTable table_;
  KeyAnswer curve_, rsa_;
  std::vector<std::string> secrets_;
  std::uint64_t now_ = 0, began_ = 0;
  bool has_older_ = false;
  std::map<std::pair<std::uint64_t, std::string>, std::string> derived_;
  std::uint8_t start_[sizeof(KeyService)];
  alignas(kPage) DevicePage page_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static World world;
  world.begin();
  for (Step step; size >= sizeof step; data += sizeof step, size -= sizeof step) {
    std::memcpy(&step, data, sizeof step);
    world.take(step);
  }
  return 0;
}
