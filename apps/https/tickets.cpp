// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "tickets.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <wick/checkpoint.h>
#include <wick/key.h>
#include <wick/net.h>

#include <cstdint>
#include <cstring>

namespace https {
namespace {

struct Key {
  unsigned char name[16], cipher[32], mac[32];
  std::uint64_t made_at, replaced_at;  ///< in seconds since the start
};

/// Both of one life: the one that seals, and the one before it, which still opens.
struct Keys {
  bool there = false, has_older = false;
  std::uint32_t life = 0;
  Key newest{}, older{};
} keys;

/// From the key service's secret of this period, or of the one before. @return false when there is none
bool derive(Key& key, unsigned periods_ago) {
  unsigned char first[WICK_KEY_DERIVED], second[WICK_KEY_DERIVED];
  std::uint32_t seconds = 0;
  const bool done = wick_key_derive("tls tickets: name and cipher", periods_ago, first, nullptr) == 0 &&
                    wick_key_derive("tls tickets: mac", periods_ago, second, &seconds) == 0;
  if (done) {
    static_assert(sizeof(key.name) + sizeof(key.cipher) <= sizeof(first) && sizeof(key.mac) <= sizeof(second));
    std::memcpy(key.name, first, sizeof(key.name));
    std::memcpy(key.cipher, first + sizeof(key.name), sizeof(key.cipher));
    std::memcpy(key.mac, second, sizeof(key.mac));
    key.made_at = wick::net::turn_seconds();
    key.replaced_at = key.made_at + seconds;
  }
  OPENSSL_cleanse(first, sizeof(first));
  OPENSSL_cleanse(second, sizeof(second));
  return done;
}

bool make(Key& key) {
  key.made_at = wick::net::turn_seconds();
  key.replaced_at = key.made_at + static_cast<std::uint64_t>(kTicketSeconds);
  return RAND_bytes(key.name, sizeof(key.name)) == 1 && RAND_priv_bytes(key.cipher, sizeof(key.cipher)) == 1 &&
         RAND_priv_bytes(key.mac, sizeof(key.mac)) == 1;
}

/// @return false when there is no randomness
bool renew() {
  const std::uint64_t now = wick::net::turn_seconds();
  constexpr auto kSeconds = static_cast<std::uint64_t>(kTicketSeconds);
  const bool same_life = keys.there && keys.life == wick_life();
  if (same_life && now < keys.newest.replaced_at) return true;
  if (derive(keys.newest, 0)) {
    keys.has_older = derive(keys.older, 1);
    keys.life = wick_life();
    return keys.there = true;
  }
  keys.has_older = same_life && now - keys.newest.made_at < 2 * kSeconds;
  if (keys.has_older) {
    keys.older = keys.newest;
  } else {
    OPENSSL_cleanse(&keys.older, sizeof(keys.older));
  }
  keys.life = wick_life();
  keys.there = make(keys.newest);
  return keys.there;
}

/// As SSL_CTX_set_tlsext_ticket_key_evp_cb(3) has it: 1 the newest key, 2 an older one, which is replaced, 0 none, -1
/// an error.
int choose_key(SSL*, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac, int seal) {
  if (!renew()) return -1;
  const Key* key = nullptr;
  if (seal) {
    key = &keys.newest;
    std::memcpy(name, key->name, sizeof(key->name));
    if (RAND_bytes(iv, EVP_CIPHER_get_iv_length(EVP_aes_256_cbc())) != 1) return -1;
  } else if (std::memcmp(name, keys.newest.name, sizeof(keys.newest.name)) == 0) {
    key = &keys.newest;
  } else if (keys.has_older && std::memcmp(name, keys.older.name, sizeof(keys.older.name)) == 0) {
    key = &keys.older;
  } else {
    return 0;
  }
  char digest[] = "SHA256";
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, const_cast<unsigned char*>(key->mac), sizeof(key->mac)),
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0), OSSL_PARAM_construct_end()};
  if (EVP_CipherInit_ex(cipher, EVP_aes_256_cbc(), nullptr, key->cipher, iv, seal) != 1 ||
      EVP_MAC_CTX_set_params(mac, parameters) != 1) {
    return -1;
  }
  return key == &keys.newest ? 1 : 2;
}

}  // namespace

void use_tickets(SSL_CTX* context) { SSL_CTX_set_tlsext_ticket_key_evp_cb(context, choose_key); }

}  // namespace https
