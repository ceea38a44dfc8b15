// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "backend/keys/private_key.h"

#include <algorithm>

// Of BearSSL's src/inner.h, which is C.
extern "C" {
std::uint32_t br_rsa_pkcs1_sig_pad(const unsigned char* identifier, const unsigned char* hash, std::size_t length,
                                   std::uint32_t bits, unsigned char* to);
void br_mgf1_xor(void* data, std::size_t length, const br_hash_class* hash, const void* seed, std::size_t seed_length);
}

namespace wick::hv {
namespace {

constexpr std::uint8_t kExponent[] = {0, 1, 0, 1};  ///< 65537, the one that everybody uses

struct HashOf {
  KeyHash hash;
  const br_hash_class* vtable;
  const unsigned char* identifier;
};
const HashOf kHashes[] = {{KeyHash::sha256, &br_sha256_vtable, BR_HASH_OID_SHA256},
                          {KeyHash::sha384, &br_sha384_vtable, BR_HASH_OID_SHA384},
                          {KeyHash::sha512, &br_sha512_vtable, BR_HASH_OID_SHA512}};

const HashOf* hash_of(KeyHash hash) {
  const auto* const found = std::ranges::find(kHashes, hash, &HashOf::hash);
  return found == std::end(kHashes) ? nullptr : found;
}

std::size_t bytes_of(const br_hash_class& hash) { return hash.desc >> BR_HASHDESC_OUT_OFF & BR_HASHDESC_OUT_MASK; }

/// RFC 8017 §9.1.1 with a salt as long as the digest, for a modulus of whole bytes. @param block all of it
void pad_pss(const br_hash_class& hash, std::span<const std::uint8_t> digest, br_hmac_drbg_context& random,
             std::span<std::uint8_t> block) {
  const std::size_t length = digest.size();
  std::uint8_t salt[kKeyDataBytes];
  br_hmac_drbg_generate(&random, salt, length);
  const auto masked = block.first(block.size() - length - 1), hashed = block.subspan(masked.size(), length);
  br_hash_compat_context context;
  context.vtable = &hash;
  constexpr std::uint8_t kZeroes[8] = {};
  hash.init(&context.vtable);
  hash.update(&context.vtable, kZeroes, sizeof kZeroes);
  hash.update(&context.vtable, digest.data(), length);
  hash.update(&context.vtable, salt, length);
  hash.out(&context.vtable, hashed.data());
  std::ranges::fill(masked, std::uint8_t{0});
  masked[masked.size() - length - 1] = 1;
  std::ranges::copy(std::span(salt, length), masked.end() - static_cast<std::ptrdiff_t>(length));
  br_mgf1_xor(masked.data(), masked.size(), &hash, hashed.data(), length);
  block.front() &= 0x7f;  // the block has one bit less than the modulus
  block.back() = 0xbc;
}

/// The product, high bytes first. BearSSL's own stops short of primes of 2048 bits. Takes the same time whatever they
/// are. @param product of zeroes  @return whether it fits
bool multiply(std::span<const std::uint8_t> one, std::span<const std::uint8_t> other, std::span<std::uint8_t> product) {
  for (std::size_t i = 0; i < one.size(); ++i) {
    unsigned carry = 0;
    for (std::size_t j = 0; j < other.size() || carry; ++j) {
      const unsigned factor = j < other.size() ? other[other.size() - 1 - j] : 0;
      if (i + j >= product.size()) {
        if (carry) return false;
        continue;
      }
      auto& at = product[product.size() - 1 - i - j];
      carry += at + factor * one[one.size() - 1 - i];
      at = static_cast<std::uint8_t>(carry);
      carry >>= 8;
    }
  }
  return true;
}

/// Whose private key a text in PEM holds, as bytes of DER on their way to the decoder.
class Reader {
 public:
  bool read(std::string_view pem) {
    br_pem_decoder_init(&pem_);
    while (!pem.empty() && !done_) {
      pem.remove_prefix(br_pem_decoder_push(&pem_, pem.data(), pem.size()));
      take(br_pem_decoder_event(&pem_));
    }
    return done_;
  }
  ~Reader() { wipe(this, sizeof *this); }
  br_skey_decoder_context decoder{};

 private:
  void take(int event) {
    if (event == BR_PEM_BEGIN_OBJ) {
      inside_ = std::string_view(br_pem_decoder_name(&pem_)).ends_with("PRIVATE KEY");
      br_skey_decoder_init(&decoder);
      br_pem_decoder_setdest(&pem_, inside_ ? push : nullptr, this);
    } else if (event == BR_PEM_END_OBJ) {
      done_ = inside_;
    }
  }
  static void push(void* self, const void* bytes, std::size_t count) {
    br_skey_decoder_push(&static_cast<Reader*>(self)->decoder, bytes, count);
  }

  br_pem_decoder_context pem_{};
  bool inside_ = false, done_ = false;
};

}  // namespace

void wipe(void* secret, std::size_t bytes) {
  __builtin_memset(secret, 0, bytes);
  asm volatile("" : : "r"(secret) : "memory");
}

const char* PrivateKey::read(std::string_view pem) {
  Reader reader;
  const bool whole = reader.read(pem);
  if (pem.find("ENCRYPTED") != pem.npos) return "is protected by a password, which nobody is there to type in";
  if (!whole) return "has no private key in PEM";
  return take(reader.decoder);
}

const char* PrivateKey::take(const br_skey_decoder_context& decoder) {
  const char* wrong = "is damaged, or of a kind that isn't ECDSA or RSA";
  if (const auto* curve = br_skey_decoder_get_ec(&decoder)) wrong = take_curve(*curve);
  if (const auto* rsa = br_skey_decoder_get_rsa(&decoder)) wrong = take_rsa(*rsa);
  if (wrong || proves_itself()) return wrong;
  kind_ = KeyKind::none;
  return "is damaged: what it signs is nobody's signature";
}

const char* PrivateKey::take_curve(const br_ec_private_key& key) {
  const bool p256 = key.curve == BR_EC_secp256r1;
  if (!p256 && key.curve != BR_EC_secp384r1) return "is for a curve that is neither P-256 nor P-384";
  kind_ = p256 ? KeyKind::p256 : KeyKind::p384;
  bits_ = p256 ? 256 : 384;
  if (key.xlen > sizeof secret_) return "is damaged";
  std::ranges::copy(std::span(key.x, key.xlen), secret_);
  key_.curve_ = {key.curve, secret_, key.xlen};
  br_ec_public_key point;
  public_bytes_ = br_ec_compute_pub(&curves(), &point, public_, &key_.curve_);
  return public_bytes_ ? nullptr : "is damaged";
}

const char* PrivateKey::take_rsa(const br_rsa_private_key& key) {
  kind_ = KeyKind::rsa;
  bits_ = key.n_bitlen;
  if (bits_ < kLeastRsaBits) return "is an RSA key of fewer than 2048 bits";
  if (bits_ > kMostRsaBits || bits_ % 8 != 0) return "is an RSA key of more than 4096 bits, or of no whole bytes";
  std::uint8_t* next = secret_;
  key_.rsa_ = key;
  const auto keep = [&](unsigned char*& part, std::size_t length) {
    if (length > static_cast<std::size_t>(std::end(secret_) - next)) return false;
    std::ranges::copy(std::span(part, length), next);
    part = next;
    next += length;
    return true;
  };
  auto& own = key_.rsa_;
  if (!keep(own.p, own.plen) || !keep(own.q, own.qlen) || !keep(own.dp, own.dplen) || !keep(own.dq, own.dqlen) ||
      !keep(own.iq, own.iqlen))
    return "is damaged";
  const std::size_t modulus = bits_ / 8;
  if (!multiply({own.p, own.plen}, {own.q, own.qlen}, {public_, modulus})) return "is damaged";
  std::ranges::copy(kExponent, public_ + modulus);
  public_bytes_ = modulus + sizeof kExponent;
  return nullptr;
}

const br_ec_impl& PrivateKey::curves() const { return kind_ == KeyKind::p256 ? br_ec_p256_m31 : br_ec_prime_i31; }

/// Signs something and looks at the signature: sign_rsa() does so each time.
bool PrivateKey::proves_itself() const {
  std::uint8_t digest[32] = {1}, signature[kMaxKeyAnswer];
  br_hmac_drbg_context random;
  br_hmac_drbg_init(&random, &br_sha256_vtable, digest, sizeof digest);
  const auto scheme = kind_ == KeyKind::rsa ? KeyScheme::rsa_pkcs1 : KeyScheme::ecdsa;
  const std::size_t length = sign(scheme, KeyHash::sha256, digest, random, signature);
  if (kind_ == KeyKind::rsa || length == 0) return length != 0;
  auto point = std::span(public_, public_bytes_);
  std::uint8_t copy[kMaxKeyAnswer];
  std::ranges::copy(point, copy);
  const br_ec_public_key key{key_.curve_.curve, copy, public_bytes_};
  return br_ecdsa_i31_vrfy_asn1(&curves(), digest, sizeof digest, &key, signature, length) == 1;
}

std::size_t PrivateKey::sign(KeyScheme scheme, KeyHash hash, std::span<const std::uint8_t> digest,
                             br_hmac_drbg_context& random, std::uint8_t* to) const {
  const HashOf* const found = hash_of(hash);
  if (!found || digest.size() != bytes_of(*found->vtable) || kind_ == KeyKind::none) return 0;
  if (kind_ == KeyKind::rsa) return sign_rsa(scheme, *found->vtable, found->identifier, digest, random, to);
  return scheme == KeyScheme::ecdsa ? br_ecdsa_i31_sign_asn1(&curves(), found->vtable, digest.data(), &key_.curve_, to)
                                    : 0;
}

/// A signature by one prime and not by the other would give both away: none leaves that the public key doesn't undo.
std::size_t PrivateKey::sign_rsa(KeyScheme scheme, const br_hash_class& hash, const std::uint8_t* identifier,
                                 std::span<const std::uint8_t> digest, br_hmac_drbg_context& random,
                                 std::uint8_t* to) const {
  const std::size_t length = bits_ / 8;
  std::uint8_t block[kMostRsaBits / 8], undone[kMostRsaBits / 8];
  if (scheme == KeyScheme::rsa_pss) {
    pad_pss(hash, digest, random, {block, length});
  } else if (scheme != KeyScheme::rsa_pkcs1 ||
             !br_rsa_pkcs1_sig_pad(identifier, digest.data(), digest.size(), bits_, block)) {
    return 0;
  }
  std::ranges::copy(std::span(block, length), to);
  if (!br_rsa_i62_private(to, &key_.rsa_)) return 0;
  std::uint8_t modulus[kMostRsaBits / 8], exponent[sizeof kExponent];
  std::ranges::copy(std::span(public_, length), modulus);
  std::ranges::copy(kExponent, exponent);
  const br_rsa_public_key key{modulus, length, exponent, sizeof exponent};
  std::ranges::copy(std::span(to, length), undone);
  const bool right = br_rsa_i62_public(undone, length, &key) &&
                     std::ranges::equal(std::span(undone, length), std::span(block, length));
  if (!right) wipe(to, length);
  return right ? length : 0;
}

}  // namespace wick::hv
