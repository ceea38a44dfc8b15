// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// One private key: read from PEM, then only used. Arithmetic is BearSSL's, whose time and memory accesses don't depend
// on secrets; of our own is the padding around it (RFC 8017 §9.1.1). Touches nothing outside of itself.

#include <bearssl.h>

#include <cstddef>
#include <span>
#include <string_view>

#include "abi/key.h"

namespace wick::hv {

inline constexpr unsigned kLeastRsaBits = 2048, kMostRsaBits = 4096;

/// Overwrites what the compiler might think nobody reads any more.
void wipe(void* secret, std::size_t bytes);

class PrivateKey {
 public:
  constexpr PrivateKey() = default;
  PrivateKey(const PrivateKey&) = delete;
  PrivateKey& operator=(const PrivateKey&) = delete;

  /// Takes the first private key of a text in PEM (SEC 1, PKCS #1, PKCS #8), and tries it.
  /// @return nullptr, or what is wrong, in words that end a sentence
  const char* read(std::string_view pem);

  KeyKind kind() const { return kind_; }
  unsigned bits() const { return bits_; }
  /// As KeyAnswer::data has it.
  std::span<const std::uint8_t> public_part() const { return {public_, public_bytes_}; }

  /// @param digest of that hash  @param random for a salt  @param to room of kMaxKeyAnswer bytes
  /// @return bytes of the signature; 0: this key doesn't sign so
  std::size_t sign(KeyScheme scheme, KeyHash hash, std::span<const std::uint8_t> digest, br_hmac_drbg_context& random,
                   std::uint8_t* to) const;

 private:
  const char* take(const br_skey_decoder_context& decoder);
  const char* take_curve(const br_ec_private_key& key);
  const char* take_rsa(const br_rsa_private_key& key);
  bool proves_itself() const;
  std::size_t sign_rsa(KeyScheme scheme, const br_hash_class& hash, const std::uint8_t* identifier,
                       std::span<const std::uint8_t> digest, br_hmac_drbg_context& random, std::uint8_t* to) const;
  const br_ec_impl& curves() const;

  static constexpr std::size_t kMostSecret = 5 * (kMostRsaBits / 8 / 2 + 8);

  KeyKind kind_ = KeyKind::none;
  unsigned bits_ = 0;
  union {
    br_ec_private_key curve_;
    br_rsa_private_key rsa_;
  } key_{};  ///< points into the next
  std::uint8_t secret_[kMostSecret] = {};
  std::uint8_t public_[kMaxKeyAnswer] = {};
  std::size_t public_bytes_ = 0;
};

}  // namespace wick::hv
