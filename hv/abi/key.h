// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The key service: private keys that stay outside of the guest. A device page (abi/device_page.h) of kind `key` without
// rings: the guest fills in a request and rings the number of queue 0 with wick_call_notify(); when that call returns,
// the answer is there. A guest can have things signed while it lives; there is no request that gives a private key
// away.

#include "abi/device_page.h"

namespace wick {

enum class KeyOperation : std::uint32_t {
  describe = 1,  ///< of the key `name`: its kind, bits and public part
  sign = 2,      ///< by the key `name`: `data` is a digest of `hash`, `scheme` says what is made of it
  derive = 3,    ///< kDerivedBytes for the label `data`, from a secret of the service's own: see kPeriodSeconds
};

enum class KeyKind : std::uint32_t { none = 0, p256 = 1, p384 = 2, rsa = 3 };

/// How a signature is made. ECDSA's number k is drawn as RFC 6979 says, PSS's salt by the service: nothing of the
/// guest's choice goes into either.
enum class KeyScheme : std::uint32_t {
  ecdsa = 1,      ///< answered as DER (RFC 3279 §2.2.3)
  rsa_pkcs1 = 2,  ///< RSASSA-PKCS1-v1_5 (RFC 8017 §8.2)
  rsa_pss = 3,    ///< RSASSA-PSS (RFC 8017 §8.1), MGF1 and salt as long as the digest's hash
};

/// As TLS numbers them (RFC 5246 §7.4.1.4.1).
enum class KeyHash : std::uint32_t { sha256 = 4, sha384 = 5, sha512 = 6 };

inline constexpr std::size_t kKeyNameBytes = 32;    ///< with the zero behind it
inline constexpr std::size_t kMaxKeys = 4;          ///< of one service
inline constexpr std::size_t kKeyDataBytes = 64;    ///< the longest digest or label
inline constexpr std::size_t kDerivedBytes = 64;    ///< of `derive`
inline constexpr std::size_t kMaxKeyAnswer = 1032;  ///< a modulus of RSA with 4096 bits, its exponent, and room

/// The secret behind `derive` becomes another one after each period, by a function that can't be turned around. It is
/// drawn when the service starts, so it survives the guest's restarts and is no other appliance's, nor a copy's.
inline constexpr std::uint32_t kPeriodSeconds = 7200;

struct KeyRequest {
  KeyOperation operation;
  KeyScheme scheme;           ///< of sign
  KeyHash hash;               ///< of sign
  std::uint32_t periods_ago;  ///< of derive: 0, or 1 for the period before
  std::uint32_t length;       ///< bytes of `data`
  char name[kKeyNameBytes];   ///< with a zero behind it
  std::uint8_t data[kKeyDataBytes];
};
static_assert(sizeof(KeyRequest) == 116);

struct KeyAnswer {
  Status status;  ///< unsupported: not by this key; bad_argument; not_found: no such key, or no such period; io_error
  KeyKind kind;   ///< of describe
  std::uint32_t bits;                ///< of describe: of the curve, or of the modulus
  std::uint32_t seconds;             ///< of derive: until the period ends
  std::uint32_t length;              ///< bytes of `data`; 0 unless status is ok
  std::uint8_t data[kMaxKeyAnswer];  ///< of describe: an uncompressed point (SEC 1 §2.3.3), or the modulus and, in the
                                     ///< last 4 bytes, the exponent, high bytes first
};
static_assert(offsetof(KeyAnswer, data) == 24);
static_assert(sizeof(KeyAnswer) == 1056);

/// What stands in DevicePage::reserved of such a device.
struct KeyExchange {
  KeyRequest request;  ///< the guest's
  std::uint32_t unused;
  KeyAnswer answer;  ///< the service's
};
static_assert(offsetof(KeyExchange, answer) == 120);
static_assert(sizeof(KeyExchange) == 1176);
static_assert(sizeof(KeyExchange) <= sizeof(DevicePage::reserved) && offsetof(DevicePage, reserved) % 8 == 0);

inline KeyExchange& key_exchange(DevicePage& page) { return *reinterpret_cast<KeyExchange*>(page.reserved); }

}  // namespace wick
