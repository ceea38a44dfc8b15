// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A client of the HTTP server behind TLS: what arrives is decrypted before the session sees it, what the session writes
// is encrypted on its way out. All of it runs in the network's callbacks.

#include <openssl/ssl.h>

#include "client.h"

namespace https {

/// What /metrics tells of all connections.
struct Handshakes {
  std::uint64_t full = 0, resumed = 0, failed = 0, timed_out = 0, displaced = 0, under_way = 0;
};
extern Handshakes handshakes;

/// From now on new connections use this. Those that are there keep what they have. To be called by callbacks only, once
/// there are any.
void serve_with(SSL_CTX* context);

/// Before each connection is taken; a chance to call serve_with().
extern void (*before_connection)();

class SecureClient final : public http::Client {
 public:
  /// For http::Clients. Handshakes may take up a quarter of the connections: of more the oldest has to go, so that
  /// clients that only begin can't push out those that are served.
  static http::Client* make(http::Server& server, http::Clients& clients);

  SecureClient(http::Server& server, http::Clients& clients, SSL* tls);
  ~SecureClient() override;

  std::size_t received(std::string_view bytes) override;
  void writable() override;
  void end_of_stream() override;
  void timer() override;

  std::size_t write(std::string_view bytes, bool fixed) override;
  std::size_t room() override;
  void end(bool linger) override;

 private:
  friend struct Wire;
  bool shake_hands();
  void leave_handshakes();
  void take_plaintext();
  bool finish_record();
  void fail();

  SSL* tls_;
  std::string_view arrived_;  ///< of the wire, for OpenSSL to read
  char* rest_ = nullptr;      ///< decrypted, and not yet taken by the session
  std::size_t rest_length_ = 0;
  std::size_t unfinished_ = 0;  ///< bytes of a record of which a part is still to be sent
  bool shaking_ = true, broken_ = false, peer_closed_ = false;
  unsigned waited_ = 0;            ///< seconds of the handshake
  SecureClient* newer_ = nullptr;  ///< in the list of handshakes
  SecureClient* older_ = nullptr;
};

}  // namespace https
