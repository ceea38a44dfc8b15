// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "pack/signing_key.h"

#include <fmt/format.h>
#include <sodium/core.h>
#include <sodium/crypto_sign_ed25519.h>
#include <sodium/randombytes.h>
#include <sodium/utils.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "base/text.h"

namespace wick::tool {
namespace {

using Bytes = std::array<std::uint8_t, boot::kKeyBytes>;
using ExpandedKey = std::array<std::uint8_t, crypto_sign_ed25519_SECRETKEYBYTES>;
static_assert(crypto_sign_ed25519_SEEDBYTES == boot::kKeyBytes);

constexpr std::string_view kSecret = "Wick secret key, Ed25519: who has this can sign",
                           kPublic = "Wick public key, Ed25519";
constexpr mode_t kOfOthers = S_IRWXG | S_IRWXO;

std::string text_of(std::string_view kind, const Bytes& key) { return fmt::format("{}\n{}\n", kind, hexadecimal(key)); }

std::string hint_for(std::string_view kind, std::string_view text) {
  if (text.starts_with(kind)) return "it is cut short or altered: its second line has 64 hexadecimal digits.";
  if (kind == kSecret && text.starts_with(kPublic)) return "it is a public key; the secret one is its NAME.key.";
  if (kind == kPublic && text.starts_with(kSecret)) return "it is a secret key; the public one is its NAME.pub.";
  return "`wick keygen NAME` makes a pair of keys.";
}

Result<Bytes> read_key(const fs::path& path, std::string_view kind, std::string_view name) {
  std::error_code error;
  const bool small = fs::is_regular_file(path, error) && fs::file_size(path, error) <= 4096;
  if (fs::exists(path, error) && !small) return fail(fmt::format("{} is no {} key of Wick's.", path.string(), name));
  auto text = read_file(path);
  if (!text) return std::unexpected(text.error());
  Bytes key;
  std::size_t length = 0;
  const bool fits = text->size() == text_of(kind, key).size();
  if (fits)
    sodium_hex2bin(key.data(), key.size(), &text->at(kind.size() + 1), 2 * key.size(), nullptr, &length, nullptr);
  if (!fits || *text != text_of(kind, key))
    return fail(fmt::format("{} is no {} key of Wick's.", path.string(), name), hint_for(kind, *text));
  sodium_memzero(text->data(), text->size());
  return key;
}

}  // namespace

SecretKey::SecretKey(const Seed& seed) : seed_(seed) {
  ExpandedKey expanded;
  crypto_sign_ed25519_seed_keypair(public_.data(), expanded.data(), seed_.data());
  sodium_memzero(expanded.data(), expanded.size());
}

SecretKey::~SecretKey() { sodium_memzero(seed_.data(), seed_.size()); }

Result<SecretKey> SecretKey::make() {
  if (sodium_init() < 0) return fail("This machine gives no random numbers.");
  Seed seed;
  randombytes_buf(seed.data(), seed.size());
  const SecretKey key(seed);
  sodium_memzero(seed.data(), seed.size());
  return key;
}

Result<SecretKey> SecretKey::read(const fs::path& path) {
  auto seed = read_key(path, kSecret, "secret");
  if (!seed) return std::unexpected(seed.error());
  struct stat found{};
  if (stat(path.c_str(), &found) != 0)
    return fail(fmt::format("{} can't be read: {}.", path.string(), std::strerror(errno)));
  if (found.st_mode & kOfOthers)
    return fail(fmt::format("Others may read or write {}, which is a secret: its mode is {:04o}.", path.string(),
                            found.st_mode & 07777u),
                fmt::format("chmod 600 {}, or make a new one if somebody has read it.", path.string()));
  const SecretKey key(*seed);
  sodium_memzero(seed->data(), seed->size());
  return key;
}

std::string SecretKey::text() const { return text_of(kSecret, seed_); }

Signature SecretKey::sign(std::string_view message) const {
  PublicKey same;
  ExpandedKey expanded;
  Signature signature;
  crypto_sign_ed25519_seed_keypair(same.data(), expanded.data(), seed_.data());
  crypto_sign_ed25519_detached(signature.data(), nullptr, reinterpret_cast<const unsigned char*>(message.data()),
                               message.size(), expanded.data());
  sodium_memzero(expanded.data(), expanded.size());
  return signature;
}

std::string public_key_text(const PublicKey& key) { return text_of(kPublic, key); }

Result<PublicKey> read_public_key(const fs::path& path) { return read_key(path, kPublic, "public"); }

}  // namespace wick::tool
