// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See wick/tls_key.h: a provider of keys whose private half is elsewhere, and of signatures by them. It stands in a
// library context of its own, so that nothing else ever finds it: certificates and other keys stay the default
// provider's.

#include <errno.h>
#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>
#include <openssl/provider.h>
#include <openssl/rsa.h>
#include <string.h>

#include "wick/key.h"
#include "wick/tls_key.h"

enum { kMostName = 32 };
static const char kNameParameter[] = "wick-name";

struct key {
  char name[kMostName];
  struct wick_key_public public;
};

struct signing {
  const struct key* key;
  enum wick_key_hash hash;
  const char* digest;
  int padding;  // as OpenSSL numbers it
};

static int is_rsa(const struct key* key) { return key->public.kind == WICK_KEY_RSA; }
static const char* curve_of(const struct key* key) {
  return key->public.kind == WICK_KEY_P256 ? "prime256v1" : "secp384r1";
}

// Bytes of the longest signature: of a modulus, or two numbers in DER.
static size_t most_signature(const struct key* key) {
  return is_rsa(key) ? key->public.bits / 8 : 2 * (key->public.bits / 8) + 9;
}

// Keys.

static void* key_new(void* provider) { return OPENSSL_zalloc(sizeof(struct key)); }
static void key_free(void* key) { OPENSSL_free(key); }

// "Private" is what it can do, not what can be had of it.
static int key_has(const void* data, int selection) { return ((const struct key*)data)->public.length != 0; }

static int key_import(void* data, int selection, const OSSL_PARAM parameters[]) {
  struct key* key = data;
  char* name = key->name;
  const OSSL_PARAM* given = OSSL_PARAM_locate_const(parameters, kNameParameter);
  return given && OSSL_PARAM_get_utf8_string(given, &name, sizeof(key->name)) &&
         wick_key_describe(key->name, &key->public) == 0;
}

static const OSSL_PARAM* key_import_types(int selection) {
  static const OSSL_PARAM types[] = {OSSL_PARAM_utf8_string(kNameParameter, NULL, 0), OSSL_PARAM_END};
  return types;
}

// The public half, to whoever compares it with a certificate's. Asked for the private one it fails, and then it is this
// provider that has to sign.
static int key_export(void* data, int selection, OSSL_CALLBACK* take, void* argument) {
  struct key* key = data;
  if (selection & OSSL_KEYMGMT_SELECT_PRIVATE_KEY) return 0;
  if (!is_rsa(key)) {
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char*)curve_of(key), 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, key->public.bytes, key->public.length),
        OSSL_PARAM_construct_end()};
    return take(parameters, argument);
  }
  // Numbers are in the order of the machine.
  uint8_t modulus[WICK_KEY_MAX], exponent[4];
  const size_t length = key->public.length - sizeof(exponent);
  for (size_t i = 0; i < length; ++i) modulus[i] = key->public.bytes[length - 1 - i];
  for (size_t i = 0; i < sizeof(exponent); ++i) exponent[i] = key->public.bytes[key->public.length - 1 - i];
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_N, modulus, length),
                                   OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_E, exponent, sizeof(exponent)),
                                   OSSL_PARAM_construct_end()};
  return take(parameters, argument);
}

static const OSSL_PARAM* key_export_types(int selection) {
  static const OSSL_PARAM types[] = {OSSL_PARAM_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, NULL, 0),
                                     OSSL_PARAM_octet_string(OSSL_PKEY_PARAM_PUB_KEY, NULL, 0),
                                     OSSL_PARAM_BN(OSSL_PKEY_PARAM_RSA_N, NULL, 0),
                                     OSSL_PARAM_BN(OSSL_PKEY_PARAM_RSA_E, NULL, 0), OSSL_PARAM_END};
  return selection & OSSL_KEYMGMT_SELECT_PRIVATE_KEY ? NULL : types;
}

static int key_get(void* data, OSSL_PARAM parameters[]) {
  const struct key* key = data;
  const int bits = (int)key->public.bits;
  // SEC 1 and NIST SP 800-57, part 1, table 2.
  const int strength = !is_rsa(key) ? bits / 2 : bits >= 3072 ? 128 : 112;
  OSSL_PARAM* to;
  return (!(to = OSSL_PARAM_locate(parameters, OSSL_PKEY_PARAM_BITS)) || OSSL_PARAM_set_int(to, bits)) &&
         (!(to = OSSL_PARAM_locate(parameters, OSSL_PKEY_PARAM_SECURITY_BITS)) || OSSL_PARAM_set_int(to, strength)) &&
         (!(to = OSSL_PARAM_locate(parameters, OSSL_PKEY_PARAM_MAX_SIZE)) ||
          OSSL_PARAM_set_int(to, (int)most_signature(key))) &&
         (!(to = OSSL_PARAM_locate(parameters, OSSL_PKEY_PARAM_DEFAULT_DIGEST)) ||
          OSSL_PARAM_set_utf8_string(to, "SHA256")) &&
         (is_rsa(key) || !(to = OSSL_PARAM_locate(parameters, OSSL_PKEY_PARAM_GROUP_NAME)) ||
          OSSL_PARAM_set_utf8_string(to, curve_of(key)));
}

static const OSSL_PARAM* key_gettable(void* provider) {
  static const OSSL_PARAM types[] = {OSSL_PARAM_int(OSSL_PKEY_PARAM_BITS, NULL),
                                     OSSL_PARAM_int(OSSL_PKEY_PARAM_SECURITY_BITS, NULL),
                                     OSSL_PARAM_int(OSSL_PKEY_PARAM_MAX_SIZE, NULL),
                                     OSSL_PARAM_utf8_string(OSSL_PKEY_PARAM_DEFAULT_DIGEST, NULL, 0),
                                     OSSL_PARAM_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, NULL, 0),
                                     OSSL_PARAM_END};
  return types;
}

static const char* name_of_ecdsa(int operation) { return operation == OSSL_OP_SIGNATURE ? "ECDSA" : NULL; }

// Signatures.

static void* signing_new(void* provider, const char* query) { return OPENSSL_zalloc(sizeof(struct signing)); }
static void signing_free(void* signing) { OPENSSL_free(signing); }

static void* signing_copy(void* signing) { return OPENSSL_memdup(signing, sizeof(struct signing)); }

static int signing_set(void* data, const OSSL_PARAM parameters[]) {
  struct signing* signing = data;
  const OSSL_PARAM* padding = parameters ? OSSL_PARAM_locate_const(parameters, OSSL_SIGNATURE_PARAM_PAD_MODE) : NULL;
  if (!padding) return 1;
  if (padding->data_type == OSSL_PARAM_UTF8_STRING)
    signing->padding = strcmp(padding->data, OSSL_PKEY_RSA_PAD_MODE_PSS) == 0       ? RSA_PKCS1_PSS_PADDING
                       : strcmp(padding->data, OSSL_PKEY_RSA_PAD_MODE_PKCSV15) == 0 ? RSA_PKCS1_PADDING
                                                                                    : 0;
  else if (!OSSL_PARAM_get_int(padding, &signing->padding))
    return 0;
  return signing->padding == RSA_PKCS1_PADDING || signing->padding == RSA_PKCS1_PSS_PADDING;
}

// The salt is as long as the digest, which is all that TLS asks for.
static const OSSL_PARAM* signing_settable(void* signing, void* provider) {
  static const OSSL_PARAM types[] = {OSSL_PARAM_utf8_string(OSSL_SIGNATURE_PARAM_PAD_MODE, NULL, 0),
                                     OSSL_PARAM_utf8_string(OSSL_SIGNATURE_PARAM_PSS_SALTLEN, NULL, 0), OSSL_PARAM_END};
  return types;
}

static int signing_begin(void* data, const char* digest, void* key, const OSSL_PARAM parameters[]) {
  static const struct {
    const char *name, *other;
    enum wick_key_hash hash;
  } known[] = {{"SHA256", "SHA2-256", WICK_KEY_SHA256},
               {"SHA384", "SHA2-384", WICK_KEY_SHA384},
               {"SHA512", "SHA2-512", WICK_KEY_SHA512}};
  struct signing* signing = data;
  signing->key = key;
  signing->padding = RSA_PKCS1_PADDING;
  signing->digest = NULL;
  for (size_t i = 0; i < sizeof(known) / sizeof(*known); ++i) {
    if (!digest || (OPENSSL_strcasecmp(digest, known[i].name) != 0 && OPENSSL_strcasecmp(digest, known[i].other) != 0))
      continue;
    signing->digest = known[i].name;
    signing->hash = known[i].hash;
  }
  return signing->digest && signing_set(signing, parameters);
}

static int signing_finish(void* data, unsigned char* signature, size_t* length, size_t room, const unsigned char* text,
                          size_t text_length) {
  const struct signing* signing = data;
  const struct key* key = signing->key;
  if (!signature) {
    *length = most_signature(key);
    return 1;
  }
  unsigned char digest[EVP_MAX_MD_SIZE], made[WICK_KEY_MAX];
  size_t digest_length = 0, written = 0;
  const enum wick_key_scheme scheme = !is_rsa(key)                                ? WICK_KEY_ECDSA
                                      : signing->padding == RSA_PKCS1_PSS_PADDING ? WICK_KEY_RSA_PSS
                                                                                  : WICK_KEY_RSA_PKCS1;
  if (!EVP_Q_digest(NULL, signing->digest, NULL, text, text_length, digest, &digest_length) ||
      wick_key_sign(key->name, scheme, signing->hash, digest, digest_length, made, &written) != 0 || written > room)
    return 0;
  memcpy(signature, made, written);
  *length = written;
  return 1;
}

// The provider.

typedef void (*function)(void);

#define WICK_KEYS                                                                                                      \
  {OSSL_FUNC_KEYMGMT_NEW, (function)key_new}, {OSSL_FUNC_KEYMGMT_FREE, (function)key_free},                            \
      {OSSL_FUNC_KEYMGMT_HAS, (function)key_has}, {OSSL_FUNC_KEYMGMT_IMPORT, (function)key_import},                    \
      {OSSL_FUNC_KEYMGMT_IMPORT_TYPES, (function)key_import_types}, {OSSL_FUNC_KEYMGMT_EXPORT, (function)key_export},  \
      {OSSL_FUNC_KEYMGMT_EXPORT_TYPES, (function)key_export_types}, {OSSL_FUNC_KEYMGMT_GET_PARAMS, (function)key_get}, \
  {                                                                                                                    \
    OSSL_FUNC_KEYMGMT_GETTABLE_PARAMS, (function)key_gettable                                                          \
  }

static const OSSL_DISPATCH rsa_keys[] = {WICK_KEYS, {0, NULL}};
static const OSSL_DISPATCH curve_keys[] = {
    WICK_KEYS, {OSSL_FUNC_KEYMGMT_QUERY_OPERATION_NAME, (function)name_of_ecdsa}, {0, NULL}};
static const OSSL_DISPATCH signatures[] = {{OSSL_FUNC_SIGNATURE_NEWCTX, (function)signing_new},
                                           {OSSL_FUNC_SIGNATURE_FREECTX, (function)signing_free},
                                           {OSSL_FUNC_SIGNATURE_DUPCTX, (function)signing_copy},
                                           {OSSL_FUNC_SIGNATURE_DIGEST_SIGN_INIT, (function)signing_begin},
                                           {OSSL_FUNC_SIGNATURE_DIGEST_SIGN, (function)signing_finish},
                                           {OSSL_FUNC_SIGNATURE_SET_CTX_PARAMS, (function)signing_set},
                                           {OSSL_FUNC_SIGNATURE_SETTABLE_CTX_PARAMS, (function)signing_settable},
                                           {0, NULL}};
static const OSSL_ALGORITHM key_algorithms[] = {
    {"RSA:rsaEncryption:1.2.840.113549.1.1.1", "provider=wick", rsa_keys, NULL},
    {"EC:id-ecPublicKey:1.2.840.10045.2.1", "provider=wick", curve_keys, NULL},
    {NULL, NULL, NULL, NULL}};
static const OSSL_ALGORITHM signature_algorithms[] = {
    {"RSA:rsaEncryption:1.2.840.113549.1.1.1", "provider=wick", signatures, NULL},
    {"ECDSA", "provider=wick", signatures, NULL},
    {NULL, NULL, NULL, NULL}};

static const OSSL_ALGORITHM* query(void* provider, int operation, int* may_not_keep) {
  *may_not_keep = 0;
  return operation == OSSL_OP_KEYMGMT ? key_algorithms : operation == OSSL_OP_SIGNATURE ? signature_algorithms : NULL;
}

static int start(const OSSL_CORE_HANDLE* core, const OSSL_DISPATCH* in, const OSSL_DISPATCH** out, void** context) {
  static const OSSL_DISPATCH functions[] = {{OSSL_FUNC_PROVIDER_QUERY_OPERATION, (function)query}, {0, NULL}};
  *out = functions;
  *context = (void*)core;
  return 1;
}

static OSSL_LIB_CTX* library;
static CRYPTO_ONCE once = CRYPTO_ONCE_STATIC_INIT;

static void make_library(void) {
  OSSL_LIB_CTX* made = OSSL_LIB_CTX_new();
  if (made && OSSL_PROVIDER_add_builtin(made, "wick", start) && OSSL_PROVIDER_load(made, "wick")) library = made;
}

EVP_PKEY* wick_tls_key(const char* name) {
  struct wick_key_public public;
  if (wick_key_describe(name, &public) != 0) return NULL;
  errno = ENOMEM;
  if (!CRYPTO_THREAD_run_once(&once, make_library) || !library) return NULL;
  EVP_PKEY* key = NULL;
  EVP_PKEY_CTX* context = EVP_PKEY_CTX_new_from_name(library, public.kind == WICK_KEY_RSA ? "RSA" : "EC", NULL);
  OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(kNameParameter, (char*)name, 0),
                             OSSL_PARAM_construct_end()};
  if (!context || EVP_PKEY_fromdata_init(context) <= 0 ||
      EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, parameters) <= 0)
    key = NULL;
  EVP_PKEY_CTX_free(context);
  return key;
}
