// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Arguments, in order: "hold HEX" keeps these bytes in memory, as a program with the key itself would; "crash" ends the
// first life by a fault; "wait" stays until it is ended; "rate" tells how long signatures take.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <wick/checkpoint.h>
#include <wick/crash.h>
#include <wick/key.h>

static const struct {
  const char* name;
  enum wick_key_hash hash;
  size_t bytes;
} kHashes[] = {{"sha256", WICK_KEY_SHA256, 32}, {"sha384", WICK_KEY_SHA384, 48}, {"sha512", WICK_KEY_SHA512, 64}};
static const struct {
  const char* name;
  enum wick_key_scheme scheme;
} kSchemes[] = {{"ecdsa", WICK_KEY_ECDSA}, {"pkcs1", WICK_KEY_RSA_PKCS1}, {"pss", WICK_KEY_RSA_PSS}};

static volatile unsigned char held[4096];

static void print(const unsigned char* bytes, size_t length) {
  for (size_t i = 0; i < length; ++i) printf("%02x", bytes[i]);
}

static void hold(const char* text) {
  for (size_t i = 0; i < sizeof held && text[2 * i] && text[2 * i + 1]; ++i) {
    const char byte[] = {text[2 * i], text[2 * i + 1], 0};
    held[i] = (unsigned char)strtoul(byte, NULL, 16);
  }
}

static void try_key(const char* name) {
  struct wick_key_public public;
  if (wick_key_describe(name, &public) != 0) {
    printf("key %s errno=%d\n", name, errno);
    return;
  }
  printf("key %s kind=%d bits=%u public=", name, (int)public.kind, public.bits);
  print(public.bytes, public.length);
  printf("\n");
  for (size_t s = 0; s < 3; ++s) {
    for (size_t h = 0; h < 3; ++h) {
      unsigned char digest[64], signature[WICK_KEY_MAX];
      size_t length = 0;
      for (size_t i = 0; i < sizeof digest; ++i) digest[i] = (unsigned char)(i * 7 + s + h);
      if (wick_key_sign(name, kSchemes[s].scheme, kHashes[h].hash, digest, kHashes[h].bytes, signature, &length) != 0) {
        printf("refused %s %s %s errno=%d\n", name, kSchemes[s].name, kHashes[h].name, errno);
        continue;
      }
      printf("signed %s %s %s ", name, kSchemes[s].name, kHashes[h].name);
      print(digest, kHashes[h].bytes);
      printf(" ");
      print(signature, length);
      printf("\n");
    }
  }
}

static void derive(const char* label, unsigned ago) {
  unsigned char secret[WICK_KEY_DERIVED];
  unsigned seconds = 0;
  if (wick_key_derive(label, ago, secret, &seconds) != 0) {
    printf("derived %s %u errno=%d\n", label, ago, errno);
    return;
  }
  printf("derived %s %u ", label, ago);
  print(secret, sizeof secret);
  printf(" for %u s\n", seconds);
}

static void measure(void) {
  enum { kTimes = 50 };
  const unsigned char digest[32] = {1};
  unsigned char signature[WICK_KEY_MAX];
  size_t length;
  struct wick_key_public public;
  if (wick_key_describe("tls", &public) != 0) return;
  const enum wick_key_scheme scheme = public.kind == WICK_KEY_RSA ? WICK_KEY_RSA_PSS : WICK_KEY_ECDSA;
  struct timespec from, to;
  clock_gettime(CLOCK_MONOTONIC, &from);
  for (int i = 0; i < kTimes; ++i)
    if (wick_key_sign("tls", scheme, WICK_KEY_SHA256, digest, sizeof digest, signature, &length) != 0) return;
  clock_gettime(CLOCK_MONOTONIC, &to);
  const long ns = (to.tv_sec - from.tv_sec) * 1000000000L + (to.tv_nsec - from.tv_nsec);
  printf("a signature takes %ld us\n", ns / kTimes / 1000);
}

__attribute__((noinline)) static void fall(volatile int* nowhere) { *nowhere = 1; }

int main(int count, char** arguments) {
  setvbuf(stdout, NULL, _IOFBF, 8192);
  for (int i = 1; i + 1 < count; ++i)
    if (strcmp(arguments[i], "hold") == 0) hold(arguments[i + 1]);
  char longest[80];
  memset(longest, 'n', sizeof longest);
  longest[sizeof longest - 1] = 0;
  try_key("tls");
  try_key("other");
  try_key("nobody");
  try_key(longest);
  derive("one", 0);
  derive("two", 0);
  derive("one", 1);
  derive("one", 2);
  derive(longest, 0);
  fflush(stdout);
  for (int i = 1; i < count; ++i) {
    if (strcmp(arguments[i], "crash") == 0 && wick_restarts() == 0) fall(NULL);
    if (strcmp(arguments[i], "rate") == 0) measure();
    if (strcmp(arguments[i], "copy") == 0) {
      const long returned = (long)wick_checkpoint();
      printf("checkpoint %ld\n", returned);
      derive("one", 0);
    }
  }
  puts("SUCCESS");
  fflush(stdout);
  for (int i = 1; i < count; ++i)
    while (strcmp(arguments[i], "wait") == 0) pause();
  return 0;
}
