// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "credentials.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <time.h>

#include <memory>

#include "service_key.h"
#include "tickets.h"

namespace https {
namespace {

// The order is the server's choice; a client that has no AES of its own puts ChaCha20 first and gets it.
constexpr const char* kSuites = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
constexpr const char* kOldSuites =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr const char* kGroups = "X25519:P-256:P-384";
constexpr unsigned char kProtocol[] = "http/1.1";
constexpr int kLeastRsaBits = 2048;

template <auto F>
struct Free {
  void operator()(auto* object) const { F(object); }
};
using Context = std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Text = std::unique_ptr<BIO, Free<BIO_free>>;

Text text_of(std::string_view pem) { return Text(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))); }

/// Nobody is there to type one in.
int no_password(char*, int, int, void*) { return -1; }

int choose_protocol(SSL*, const unsigned char** out, unsigned char* length, const unsigned char* offered, unsigned size,
                    void*) {
  for (unsigned at = 0; at < size && offered[at] < size - at; at += offered[at] + 1u) {
    if (std::string_view(reinterpret_cast<const char*>(offered + at + 1), offered[at]) !=
        std::string_view(reinterpret_cast<const char*>(kProtocol), sizeof(kProtocol) - 1)) {
      continue;
    }
    *out = offered + at + 1;
    *length = offered[at];
    return SSL_TLSEXT_ERR_OK;
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

Context new_context() {
  Context context(SSL_CTX_new(TLS_server_method()));
  if (!context) return {};
  SSL_CTX* c = context.get();
  if (!SSL_CTX_set_min_proto_version(c, TLS1_2_VERSION) || !SSL_CTX_set_ciphersuites(c, kSuites) ||
      !SSL_CTX_set_cipher_list(c, kOldSuites) || !SSL_CTX_set1_groups_list(c, kGroups)) {
    return {};
  }
  SSL_CTX_set_options(c, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA | SSL_OP_NO_RENEGOTIATION |
                             SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  // A connection that says nothing has no buffers, and writes may come from elsewhere when they are tried again.
  SSL_CTX_set_mode(c, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(c, 1);
  SSL_CTX_set_timeout(c, kTicketSeconds);
  SSL_CTX_set_alpn_select_cb(c, choose_protocol, nullptr);
  use_tickets(c);
  return context;
}

Credentials refused(Refusal& refusal, const char* why) {
  snprintf(refusal.text, sizeof(refusal.text), "%s", why);
  ERR_clear_error();
  return {};
}

std::int64_t seconds_until(const ASN1_TIME* when) {
  int days = 0, seconds = 0;
  return ASN1_TIME_diff(&days, &seconds, nullptr, when) ? std::int64_t{days} * 86400 + seconds : 0;
}

}  // namespace

Credentials load_credentials(std::string_view certificates, std::string_view key, Refusal& refusal) {
  const Text chain = text_of(certificates), secret = text_of(key);
  Context context = new_context();
  if (!chain || !secret || !context) return refused(refusal, "has no room in memory");
  const Certificate own(PEM_read_bio_X509(chain.get(), nullptr, no_password, nullptr));
  if (!own) return refused(refusal, "has no certificate in PEM that can be read");
  if (seconds_until(X509_get0_notBefore(own.get())) > 0)
    return refused(refusal, "has a certificate that isn't valid yet");
  const std::int64_t left = seconds_until(X509_get0_notAfter(own.get()));
  if (left <= 0) return refused(refusal, "has a certificate that has expired");
  if (SSL_CTX_use_certificate(context.get(), own.get()) != 1)
    return refused(refusal, "has a certificate whose key is too weak or of an unknown kind");
  while (X509* more = PEM_read_bio_X509(chain.get(), nullptr, no_password, nullptr)) {
    if (SSL_CTX_add0_chain_cert(context.get(), more) == 1) continue;
    X509_free(more);
    return refused(refusal, "has a chain of certificates that can't be used");
  }
  const bool elsewhere = is_service_key(key);
  const Key own_key(elsewhere ? service_key(key, refusal)
                              : PEM_read_bio_PrivateKey(secret.get(), nullptr, no_password, nullptr));
  if (elsewhere && !own_key) return {};
  if (!own_key) return refused(refusal, "has no private key in PEM that can be read without a password");
  if (EVP_PKEY_get_base_id(own_key.get()) == EVP_PKEY_RSA && EVP_PKEY_get_bits(own_key.get()) < kLeastRsaBits)
    return refused(refusal, "has an RSA key of fewer than 2048 bits");
  if (SSL_CTX_use_PrivateKey(context.get(), own_key.get()) != 1 || SSL_CTX_check_private_key(context.get()) != 1)
    return refused(refusal, "has a private key that isn't the certificate's");
  ERR_clear_error();  // the end of the text counts as an error there
  return {context.release(), time(nullptr) + left};
}

}  // namespace https
