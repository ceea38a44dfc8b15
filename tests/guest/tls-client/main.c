// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// A client of TLS as docs/tls.md says how to write one: verifies each server among its arguments (NAME PORT) and tells
// what it read there, or in one sentence why it didn't want to.
#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static int connect_to(const char* name, const char* port) {
  struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM}, *list;
  if (getaddrinfo(name, port, &hints, &list) != 0) return -1;
  int file = socket(list->ai_family, SOCK_STREAM, 0);
  if (connect(file, list->ai_addr, list->ai_addrlen) != 0) {
    close(file);
    file = -1;
  }
  freeaddrinfo(list);
  return file;
}

/// Why OpenSSL didn't go on, in its own words.
static const char* reason(SSL* tls) {
  const long verified = SSL_get_verify_result(tls);
  if (verified != X509_V_OK) return X509_verify_cert_error_string(verified);
  const char* text = ERR_reason_error_string(ERR_peek_error());
  return text ? text : "the connection has ended";
}

static void talk(SSL_CTX* context, const char* name, const char* port) {
  char text[64] = "";
  const int file = connect_to(name, port);
  SSL* tls = SSL_new(context);
  ERR_clear_error();
  if (file < 0) {
    printf("%s %s: nobody is there\n", name, port);
  } else if (!tls || SSL_set_fd(tls, file) != 1 || SSL_set_tlsext_host_name(tls, name) != 1 ||
             SSL_set1_host(tls, name) != 1) {
    printf("%s %s: no memory\n", name, port);
  } else if (SSL_connect(tls) != 1) {
    printf("%s %s: refused: %s\n", name, port, reason(tls));
  } else if (SSL_write(tls, "hello\n", 6) != 6 || SSL_read(tls, text, sizeof text - 1) <= 0) {
    printf("%s %s: broken: %s\n", name, port, reason(tls));
  } else {
    printf("%s %s: talked by %s: %s\n", name, port, SSL_get_version(tls), text);
    SSL_shutdown(tls);
  }
  SSL_free(tls);
  if (file >= 0) close(file);
}

int main(int count, char** words) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  if (!context || SSL_CTX_set_default_verify_paths(context) != 1 ||
      SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1) {
    puts("tls-client: no memory");
    return 1;
  }
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
  for (int i = 1; i + 1 < count; i += 2) talk(context, words[i], words[i + 1]);
  SSL_CTX_free(context);
  puts("tls-client: end");
  return 0;
}
