// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "backend/keys/key_service.h"

#include <algorithm>

namespace wick::hv {
namespace {

/// HMAC with SHA-512 (RFC 2104). @param to kDerivedBytes
void mac(std::span<const std::uint8_t> key, std::span<const std::uint8_t> text, std::uint8_t* to) {
  br_hmac_key_context prepared;
  br_hmac_context context;
  br_hmac_key_init(&prepared, &br_sha512_vtable, key.data(), key.size());
  br_hmac_init(&context, &prepared, 0);
  br_hmac_update(&context, text.data(), text.size());
  br_hmac_out(&context, to);
  wipe(&prepared, sizeof prepared);
  wipe(&context, sizeof context);
}

}  // namespace

void KeyService::start(std::span<const std::uint8_t> entropy, std::uint64_t now) {
  br_hmac_drbg_init(&random_, &br_sha256_vtable, entropy.data(), entropy.size());
  br_hmac_drbg_generate(&random_, secrets_[0], kSecretBytes);
  began_ = now;
}

const char* KeyService::add(std::string_view name, std::string_view pem) {
  if (name.empty() || name.size() >= kKeyNameBytes) return "has a name that is empty or longer than 31 characters";
  if (count_ == kMaxKeys) return "is one more than the 4 that there is room for";
  Named& named = keys_[count_];
  if (const char* wrong = named.key.read(pem)) return wrong;
  std::ranges::copy(name, named.name);
  if (find(named.name)) return "has the name of another one";
  ++count_;
  return nullptr;
}

const PrivateKey* KeyService::find(const char (&name)[kKeyNameBytes]) const {
  for (unsigned i = 0; i < count_; ++i)
    if (std::ranges::equal(keys_[i].name, name)) return &keys_[i].key;
  return nullptr;
}

void KeyService::answer(const KeyRequest& request, std::uint64_t now, KeyAnswer& answer) {
  answer = {};
  const bool fits = request.length <= kKeyDataBytes;
  const bool derives = request.operation == KeyOperation::derive;
  const PrivateKey* const key = find(request.name);
  if (!fits)
    answer.status = Status::bad_argument;
  else if (derives)
    answer.status = derive(request, now, answer);
  else if (request.operation != KeyOperation::describe && request.operation != KeyOperation::sign)
    answer.status = Status::bad_argument;
  else if (!key)
    answer.status = Status::not_found;
  else
    answer.status = request.operation == KeyOperation::sign ? sign(*key, request, answer) : describe(*key, answer);
}

Status KeyService::describe(const PrivateKey& key, KeyAnswer& answer) const {
  answer.kind = key.kind();
  answer.bits = key.bits();
  answer.length = static_cast<std::uint32_t>(key.public_part().size());
  std::ranges::copy(key.public_part(), answer.data);
  return Status::ok;
}

Status KeyService::sign(const PrivateKey& key, const KeyRequest& request, KeyAnswer& answer) {
  const auto length = key.sign(request.scheme, request.hash, {request.data, request.length}, random_, answer.data);
  answer.length = static_cast<std::uint32_t>(length);
  return length ? Status::ok : Status::unsupported;
}

Status KeyService::derive(const KeyRequest& request, std::uint64_t now, KeyAnswer& answer) {
  turn(now);
  if (request.periods_ago > 1) return Status::bad_argument;
  if (request.periods_ago == 1 && !has_older_) return Status::not_found;
  const auto& secret = secrets_[request.periods_ago ? 1 : 0];
  mac(secret, {request.data, request.length}, answer.data);
  answer.length = kDerivedBytes;
  answer.seconds = static_cast<std::uint32_t>(began_ + kPeriodSeconds - now);
  return Status::ok;
}

/// To the period that it is. After three that nobody asked in, the one before was never used.
void KeyService::turn(std::uint64_t now) {
  for (unsigned turns = 0; now - began_ >= kPeriodSeconds; ++turns) {
    if (turns == 2) began_ += (now - began_) / kPeriodSeconds * kPeriodSeconds;
    if (turns == 2) return;
    std::uint8_t next[kDerivedBytes];
    constexpr std::uint8_t kNext[kKeyDataBytes + 1] = {};  // longer than any label
    std::ranges::copy(secrets_[0], secrets_[1]);
    mac(secrets_[0], kNext, next);
    std::ranges::copy(std::span(next).first<kSecretBytes>(), secrets_[0]);
    wipe(next, sizeof next);
    has_older_ = true;
    began_ += kPeriodSeconds;
  }
}

}  // namespace wick::hv
