// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The verifier of the boot stages, as they have it: RFC 8032's own vectors (§7.1), what no honest signer writes, and a
// slot of which each bit counts.

#include <doctest.h>
#include <sodium/crypto_hash_sha512.h>
#include <sodium/crypto_sign_ed25519.h>

#include <array>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "payload/signature.h"

using namespace wick::boot;

namespace {

std::vector<std::uint8_t> bytes_of(std::string_view digits) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i + 2 <= digits.size(); i += 2)
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16)));
  return bytes;
}

struct Vector {
  std::string_view secret, key, message, signature;
};
constexpr Vector kVectors[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
     "d25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
     "387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
     "4a7c15e9716ed28dc027beceea1ec40a"},
    {"833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
     "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e"
     "2a9ac94fa54ca49f",
     "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e030"
     "3dca179c138ac17ad9bef1177331a704"},
};

bool fits(const std::vector<std::uint8_t>& signature, const std::vector<std::uint8_t>& message,
          const std::vector<std::uint8_t>& key) {
  return crypto_sign_ed25519_verify_detached(signature.data(), message.data(), message.size(), key.data()) == 0;
}

/// A header that the second key of the RFC has signed, for a payload.
struct SignedSlot {
  SlotHeader header{};
  std::string payload = "an image and a configuration block";
  std::uint8_t key[kKeyBytes];

  SignedSlot() {
    std::memcpy(key, bytes_of(kVectors[1].key).data(), sizeof key);
    header.magic = kSlotMagic;
    header.payload_bytes = payload.size();
    std::memcpy(header.arguments, "a=b", 4);
    std::memcpy(header.signer, key, sizeof key);
    crypto_hash_sha512(header.payload_digest, bytes(), payload.size());
    SlotStatement statement = kSlotStatement;
    crypto_hash_sha512(statement.header_digest, reinterpret_cast<const std::uint8_t*>(&header),
                       offsetof(SlotHeader, signature));
    sign({reinterpret_cast<const char*>(&statement), sizeof statement});
  }
  void sign(std::string_view message) {
    std::vector<std::uint8_t> secret = bytes_of(std::string(kVectors[1].secret).append(kVectors[1].key));
    crypto_sign_ed25519_detached(header.signature, nullptr, reinterpret_cast<const std::uint8_t*>(message.data()),
                                 message.size(), secret.data());
  }
  const std::uint8_t* bytes() const { return reinterpret_cast<const std::uint8_t*>(payload.data()); }
  std::string fault() const {
    const char* wrong = signature_fault(header, key);
    return wrong ? wrong : "";
  }
};

constexpr std::string_view kAltered = "its header is not the one that was signed.";

}  // namespace

TEST_CASE("boot signature: RFC 8032's vectors fit, and nothing that differs from them by a bit") {
  for (const Vector& vector : kVectors) {
    const auto key = bytes_of(vector.key), message = bytes_of(vector.message), signature = bytes_of(vector.signature);
    CHECK(fits(signature, message, key));
    for (std::size_t i = 0; i < signature.size() * 8; ++i) {
      auto other = signature;
      other[i / 8] ^= static_cast<std::uint8_t>(1 << i % 8);
      CHECK_FALSE(fits(other, message, key));
    }
    for (std::size_t i = 0; i < message.size() * 8; ++i) {
      auto other = message;
      other[i / 8] ^= static_cast<std::uint8_t>(1 << i % 8);
      CHECK_FALSE(fits(signature, other, key));
    }
    for (const Vector& other : kVectors) CHECK(fits(signature, message, bytes_of(other.key)) == (&other == &vector));
  }
}

TEST_CASE("boot signature: a second form of the same signature and keys of small order are refused") {
  // S + L, where L is the order of the group (§5.1): congruent, and so what a signature must not be.
  const auto order = bytes_of("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  const auto key = bytes_of(kVectors[1].key), message = bytes_of(kVectors[1].message);
  auto signature = bytes_of(kVectors[1].signature);
  unsigned carry = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    carry += signature[32 + i] + order[i];
    signature[32 + i] = static_cast<std::uint8_t>(carry);
    carry >>= 8;
  }
  CHECK_FALSE(fits(signature, message, key));
  // With the neutral element as the key, R = S B fits any message.
  std::vector<std::uint8_t> neutral(32, 0), zero(64, 0);
  neutral[0] = zero[0] = 1;
  CHECK_FALSE(fits(zero, message, neutral));
}

TEST_CASE("boot signature: each bit of a header counts, and so does the key") {
  SignedSlot slot;
  CHECK(slot.fault().empty());
  auto* bytes = reinterpret_cast<std::uint8_t*>(&slot.header);
  for (std::size_t i = 0; i < sizeof slot.header; i += 61) {
    bytes[i] ^= 1;
    const bool signer = i >= offsetof(SlotHeader, signer) && i < offsetof(SlotHeader, payload_digest);
    CHECK_MESSAGE(slot.fault() == (signer ? "it is signed by another key." : kAltered), i);
    bytes[i] ^= 1;
  }
  CHECK(slot.fault().empty());
  slot.key[0] ^= 1;
  CHECK(slot.fault() == "it is signed by another key.");
}

TEST_CASE("boot signature: what isn't signed, or signed for another purpose, is refused") {
  SignedSlot slot;
  SlotStatement other{"Wick: the header of a slot, version 2", {}};
  crypto_hash_sha512(other.header_digest, reinterpret_cast<const std::uint8_t*>(&slot.header),
                     offsetof(SlotHeader, signature));
  slot.sign({reinterpret_cast<const char*>(&other), sizeof other});
  CHECK(slot.fault() == kAltered);
  slot.sign({reinterpret_cast<const char*>(&slot.header), offsetof(SlotHeader, signature)});
  CHECK(slot.fault() == kAltered);
  std::memset(slot.header.signer, 0, sizeof slot.header.signer);
  CHECK(slot.fault() == "it is not signed.");
}

TEST_CASE("boot signature: a payload is the one that its header speaks of") {
  SignedSlot slot;
  CHECK(payload_fault(slot.header, slot.bytes()) == nullptr);
  slot.payload.back() ^= 1;
  REQUIRE(payload_fault(slot.header, slot.bytes()) != nullptr);
  CHECK(std::string(payload_fault(slot.header, slot.bytes())) == "its payload is not the one that was signed.");
}
