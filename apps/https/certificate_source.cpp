// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "certificate_source.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <wick/log.h>

#include <atomic>
#include <string>

#include "credentials.h"
#include "metrics.h"
#include "secure_client.h"
#include "service_key.h"

namespace https {
namespace {

constexpr std::size_t kMost = 64 * 1024;           ///< bytes of a file that are read
constexpr std::int64_t kSoon = 14 * 24 * 60 * 60;  ///< seconds before its end from which a certificate is warned of
constexpr std::int64_t kDay = 24 * 60 * 60;

struct Content {
  std::string certificates, key;
  bool operator==(const Content&) const = default;
};

std::atomic<Content*> changed = nullptr;  ///< read, and not yet made use of
std::atomic<std::int64_t> ends = 0;       ///< of the certificate in use
std::uint64_t reloads = 0, failures = 0;

/// What is in front of the first zero byte: a volume is as long as its disk. Empty: there is no such file, or nothing.
std::string read_text(const char* path) {
  std::string text;
  const int file = open(path, O_RDONLY);
  if (file < 0) return text;
  char block[4096];
  ssize_t got = 0;
  while (text.size() < kMost && (got = read(file, block, sizeof(block))) > 0) {
    text.append(block, static_cast<std::size_t>(got));
    if (text.find('\0') != text.npos) break;
  }
  close(file);
  text.resize(text.find('\0') == text.npos ? text.size() : text.find('\0'));
  return text;
}

/// One line, in which \n stands for a line's end.
std::string from_environment() {
  const char* value = getenv("TLS_PEM");
  std::string text = value ? value : "";
  for (std::size_t at = 0; (at = text.find("\\n", at)) != text.npos; ++at) text.replace(at, 2, "\n");
  return text;
}

Content read_content(const Source& source) {
  Content content;
  content.certificates = from_environment();
  const bool elsewhere = source.key && is_service_key(source.key);
  if (!content.certificates.empty()) {
    content.key = elsewhere ? source.key : content.certificates;
    return content;
  }
  content.certificates = read_text(source.certificates);
  content.key = elsewhere ? source.key : source.key ? read_text(source.key) : content.certificates;
  return content;
}

bool use(const Content& content, Refusal& refusal) {
  const Credentials credentials = load_credentials(content.certificates, content.key, refusal);
  if (!credentials.context) return false;
  serve_with(credentials.context);
  ends = credentials.ends;
  return true;
}

/// Before each connection, and where metrics are asked for.
void take_changed() {
  Content* content = changed.exchange(nullptr);
  if (!content) return;
  Refusal refusal;
  if (use(*content, refusal)) {
    ++reloads;
    wick::log::write(wick::log::Level::info, "https: another certificate is in use");
  } else {
    ++failures;
    wick::log::write(wick::log::Level::warning, "https: the certificate stays: the new one %s", refusal.text);
  }
  delete content;
}

/// @param warned when it was warned of last
void warn_of_end(std::int64_t& warned) {
  const std::int64_t now = time(nullptr), left = ends - now;
  if (left > kSoon || now - warned < kDay) return;
  warned = now;
  if (left <= 0) {
    wick::log::write(wick::log::Level::error, "https: the certificate has expired");
  } else {
    wick::log::write(wick::log::Level::warning, "https: the certificate expires in %d hours",
                     static_cast<int>(left / 3600));
  }
}

}  // namespace

bool load_first(const Source& source) {
  Refusal refusal;
  before_connection = take_changed;
  if (use(read_content(source), refusal)) return true;
  const char* from = getenv("TLS_PEM") ? "TLS_PEM" : source.certificates;
  fprintf(stderr, "https: %s %s\n", from, refusal.text);
  return false;
}

void watch(const Source& source, unsigned seconds) {
  Content known = read_content(source);
  std::int64_t warned = 0;
  for (;;) {
    warn_of_end(warned);
    sleep(seconds);
    Content now = read_content(source);
    if (now == known) continue;
    known = now;
    delete changed.exchange(new Content(std::move(now)));
  }
}

void write_tls_metrics(http::Text& page) {
  take_changed();
  using http::metric;
  metric(page, "tls_handshakes_total", "counter", "Full handshakes.", handshakes.full);
  metric(page, "tls_resumptions_total", "counter", "Handshakes that resumed a session.", handshakes.resumed);
  metric(page, "tls_handshakes_failed_total", "counter", "Handshakes that ended in an alert.", handshakes.failed);
  metric(page, "tls_handshakes_timed_out_total", "counter", "Handshakes that took too long.", handshakes.timed_out);
  metric(page, "tls_handshakes_displaced_total", "counter", "Handshakes ended in favour of new ones.",
         handshakes.displaced);
  metric(page, "tls_handshakes_under_way", "gauge", "Handshakes that aren't over yet.", handshakes.under_way);
  metric(page, "tls_certificate_end_seconds", "gauge", "When the certificate expires, in seconds since 1970.",
         static_cast<std::uint64_t>(ends.load()));
  metric(page, "tls_reloads_total", "counter", "Certificates taken into use after the first.", reloads);
  metric(page, "tls_reloads_failed_total", "counter", "Changed certificates that can't serve.", failures);
}

}  // namespace https
