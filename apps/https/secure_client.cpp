// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "secure_client.h"

#include <openssl/err.h>

#include <cstdlib>
#include <cstring>
#include <new>

namespace https {
namespace {

constexpr std::size_t kRecord = 16384;   ///< most that one record carries (RFC 8446, section 5.1)
constexpr std::size_t kOverhead = 64;    ///< more than any cipher here adds to it
constexpr unsigned kHandshakeShare = 4;  ///< of all connections at most one in so many may still be shaking hands

SSL_CTX* context = nullptr;
SecureClient* oldest = nullptr;  ///< of those that shake hands
SecureClient* newest = nullptr;
char plaintext[kRecord];  ///< callbacks run one at a time

}  // namespace

Handshakes handshakes;
void (*before_connection)() = nullptr;

void serve_with(SSL_CTX* with) {
  SSL_CTX_free(context);
  context = with;
}

/// OpenSSL's view of the connection.
struct Wire {
  static int read(BIO* bio, char* to, int most) {
    auto* client = static_cast<SecureClient*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    const std::size_t length = client->arrived_.copy(to, static_cast<std::size_t>(most));
    client->arrived_.remove_prefix(length);
    if (length != 0) return static_cast<int>(length);
    BIO_set_retry_read(bio);
    return -1;
  }
  static int write(BIO* bio, const char* from, int length) {
    auto* client = static_cast<SecureClient*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    const std::size_t taken =
        client->wick::net::Connection::write({from, static_cast<std::size_t>(length)}, wick::net::Memory::changing);
    if (taken != 0) return static_cast<int>(taken);
    BIO_set_retry_write(bio);
    return -1;
  }
  static long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

  static BIO_METHOD* method() {
    static BIO_METHOD* made = nullptr;
    if (made) return made;
    made = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "wire");
    if (!made) return nullptr;
    BIO_meth_set_read(made, read);
    BIO_meth_set_write(made, write);
    BIO_meth_set_ctrl(made, control);
    return made;
  }
};

http::Client* SecureClient::make(http::Server& server, http::Clients& clients) {
  if (before_connection) before_connection();
  if (handshakes.under_way >= server.max_connections / kHandshakeShare + 1) {
    ++handshakes.displaced;
    oldest->abort();
  }
  SSL* tls = SSL_new(context);
  BIO* wire = tls ? BIO_new(Wire::method()) : nullptr;
  void* memory = wire ? std::malloc(sizeof(SecureClient)) : nullptr;
  if (!memory) {
    BIO_free(wire);
    SSL_free(tls);
    ERR_clear_error();
    return nullptr;
  }
  SSL_set_bio(tls, wire, wire);
  SSL_set_accept_state(tls);
  auto* client = new (memory) SecureClient(server, clients, tls);
  BIO_set_data(wire, client);
  BIO_set_init(wire, 1);
  return client;
}

SecureClient::SecureClient(http::Server& server, http::Clients& clients, SSL* tls)
    : Client(server, clients), tls_(tls), older_(newest) {
  (newest ? newest->newer_ : oldest) = this;
  newest = this;
  ++handshakes.under_way;
}

SecureClient::~SecureClient() {
  leave_handshakes();
  std::free(rest_);
  SSL_free(tls_);
}

void SecureClient::leave_handshakes() {
  if (!shaking_) return;
  shaking_ = false;
  --handshakes.under_way;
  (older_ ? older_->newer_ : oldest) = newer_;
  (newer_ ? newer_->older_ : newest) = older_;
}

/// OpenSSL has written its alert by now: it goes out, and the connection ends.
void SecureClient::fail() {
  if (shaking_) ++handshakes.failed;
  leave_handshakes();
  ERR_clear_error();
  broken_ = true;
  close();
}

/// @return whether the handshake is over, and well
bool SecureClient::shake_hands() {
  if (!shaking_) return true;
  ERR_clear_error();
  const int done = SSL_do_handshake(tls_);
  if (done == 1) {
    ++(SSL_session_reused(tls_) ? handshakes.resumed : handshakes.full);
    leave_handshakes();
    return true;
  }
  const int error = SSL_get_error(tls_, done);
  if (error == SSL_ERROR_WANT_WRITE) {
    notify_writable(true);
  } else if (error != SSL_ERROR_WANT_READ) {
    fail();
  }
  return false;
}

/// Decrypts and hands on until the session wants no more or there is no whole record left.
void SecureClient::take_plaintext() {
  while (!broken_) {
    if (rest_) {
      const std::size_t used = session_.received({rest_, rest_length_});
      rest_length_ -= used;
      std::memmove(rest_, rest_ + used, rest_length_);
      if (rest_length_ != 0) return;
      std::free(rest_);
      rest_ = nullptr;
    }
    ERR_clear_error();
    std::size_t length = 0;
    if (SSL_read_ex(tls_, plaintext, sizeof(plaintext), &length) != 1) {
      const int error = SSL_get_error(tls_, 0);
      if (error == SSL_ERROR_ZERO_RETURN) {
        if (!peer_closed_) session_.peer_ended();
        peer_closed_ = true;
      } else if (error == SSL_ERROR_WANT_WRITE) {
        want_room();
      } else if (error != SSL_ERROR_WANT_READ) {
        fail();
      }
      return;
    }
    const std::size_t used = session_.received({plaintext, length});
    if (used == length) continue;
    rest_ = static_cast<char*>(std::malloc(length - used));
    if (!rest_) return Client::abort();
    rest_length_ = length - used;
    std::memcpy(rest_, plaintext + used, rest_length_);
    return;
  }
}

std::size_t SecureClient::received(std::string_view bytes) {
  if (broken_) return bytes.size();
  arrived_ = bytes;
  if (shake_hands()) take_plaintext();
  const std::size_t left = broken_ ? 0 : arrived_.size();
  arrived_ = {};
  return bytes.size() - left;
}

/// @return whether nothing of a record is left
bool SecureClient::finish_record() {
  if (unfinished_ == 0) return true;
  ERR_clear_error();
  std::size_t written = 0;
  // Of what was encrypted already only the length counts.
  if (SSL_write_ex(tls_, plaintext, unfinished_, &written) == 1) {
    unfinished_ = 0;
    return true;
  }
  if (SSL_get_error(tls_, 0) == SSL_ERROR_WANT_WRITE) {
    want_room();
  } else {
    fail();
  }
  return false;
}

void SecureClient::writable() {
  if (broken_) return;
  if (shaking_) {
    notify_writable(false);
    if (shake_hands()) resume();
    return;
  }
  if (!finish_record()) return;
  Client::writable();
  take_plaintext();  // what was decrypted and left is in nobody's queue but ours
}

void SecureClient::end_of_stream() {
  if (shaking_) return fail();
  Client::end_of_stream();
}

void SecureClient::timer() {
  if (broken_) return;
  if (!shaking_) return Client::timer();
  if (waited_++ < server_.head_seconds) return;
  ++handshakes.timed_out;
  Client::abort();
}

std::size_t SecureClient::room() {
  if (unfinished_ != 0) return 0;
  // Each record of what may be written takes its overhead; so the room for all of them does.
  const std::size_t wire = Client::room();
  const std::size_t overhead = (wire / kRecord + 1) * kOverhead;
  return wire > overhead ? wire - overhead : 0;
}

std::size_t SecureClient::write(std::string_view bytes, bool) {
  std::size_t done = 0;
  while (done < bytes.size() && !broken_) {
    std::size_t length = bytes.size() - done, written = 0;
    if (const std::size_t most = room(); length > most) length = most;
    if (length > kRecord) length = kRecord;
    if (length == 0) break;
    ERR_clear_error();
    if (SSL_write_ex(tls_, bytes.data() + done, length, &written) != 1) {
      if (SSL_get_error(tls_, 0) != SSL_ERROR_WANT_WRITE) {
        fail();
        break;
      }
      unfinished_ = written = length;  // encrypted as a whole; finish_record() sends what is left of it
    }
    done += written;
  }
  return done;
}

void SecureClient::end(bool linger) {
  if (!broken_ && !shaking_) {
    ERR_clear_error();
    (void)SSL_shutdown(tls_);
  }
  Client::end(linger);
}

}  // namespace https
