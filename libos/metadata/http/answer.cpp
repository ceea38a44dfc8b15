// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See answer.h.

#include "metadata/http/answer.h"

#include <algorithm>
#include <cstring>

namespace wick::metadata::http {

namespace {

constexpr std::string_view kEndOfHead = "\r\n\r\n";
constexpr const char* kNoHttp = "answers with something that is no HTTP/1.1";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

bool is_same_name(std::string_view name, std::string_view other) {
  return std::ranges::equal(name, other, {}, lower, lower);
}

/// RFC 9110 §5.6.2.
bool is_token(std::string_view name) {
  const auto is_allowed = [](char c) {
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").contains(c);
  };
  return !name.empty() && std::ranges::all_of(name, is_allowed);
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  return first == text.npos ? std::string_view() : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Why it isn't taken; nullptr: there is a body.
const char* refusal_of(unsigned status) {
  if (status == 200) return nullptr;
  if (status >= 300 && status < 400) return "sends elsewhere, where nobody goes";
  if (status == 401 || status == 403) return "forbids the question";
  if (status >= 500) return "has a fault of its own";
  return "answers with a status that means nothing here";
}

}  // namespace

void Answer::conclude(Outcome::Is is, const char* what) {
  over_ = true;
  outcome_ = {is, what};
}

void Answer::take(std::string_view bytes) {
  if (over_) return;
  if (in_body_) return take_body(bytes);
  const std::size_t before = head_bytes_, fitting = std::min(bytes.size(), kMaxHead - before);
  std::memcpy(head_ + before, bytes.data(), fitting);
  head_bytes_ += fitting;
  const std::string_view head(head_, head_bytes_);
  const std::size_t end = head.find(kEndOfHead, before < kEndOfHead.size() ? 0 : before - kEndOfHead.size());
  if (end == head.npos) {
    // Who speaks something else must not be waited for.
    constexpr std::string_view kBegin = "HTTP/1.";
    if (!kBegin.starts_with(head.substr(0, kBegin.size()))) return refuse(kNoHttp);
    if (head_bytes_ == kMaxHead) refuse("answers with a head of more than 4 KiB");
    return;
  }
  read_head(head.substr(0, end));
  if (!over_) take_body(bytes.substr(end + kEndOfHead.size() - before));
}

void Answer::end() {
  if (!over_) refuse(head_bytes_ ? "ends its answer too early" : "ends without an answer");
}

void Answer::read_head(std::string_view head) {
  std::size_t at = head.find("\r\n");
  if (const char* wrong = read_status(head.substr(0, at))) return refuse(wrong);
  while (at != head.npos) {
    const std::size_t start = at + 2;
    at = head.find("\r\n", start);
    if (const char* wrong = read_line(head.substr(start, at == head.npos ? at : at - start))) return refuse(wrong);
  }
  if (!signature_.name.empty() && !is_signed_) return refuse("answers without the header that tells whose it is");
  if (status_ == 404) return conclude(Outcome::Is::nothing);
  if (const char* wrong = refusal_of(status_)) return refuse(wrong);
  if (!has_length_) return refuse("answers without a length");
  if (length_ > kMaxDocumentBytes) return refuse("answers with more than 64 KiB");
  if (body_.make_room(length_)) return refuse("answers with more than the heap has room for");
  in_body_ = true;
}

const char* Answer::read_status(std::string_view line) {
  constexpr std::size_t kBytes = std::string_view("HTTP/1.1 200").size();
  const std::string_view version = line.substr(0, 9);
  if (version != "HTTP/1.1 " && version != "HTTP/1.0 ") return kNoHttp;
  if (line.size() < kBytes || (line.size() > kBytes && line[kBytes] != ' ')) return kNoHttp;
  for (const char c : line.substr(9, 3)) {
    if (c < '0' || c > '9') return kNoHttp;
    status_ = status_ * 10 + static_cast<unsigned>(c - '0');
  }
  return nullptr;
}

const char* Answer::read_line(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == line.npos || !is_token(line.substr(0, colon)) || line.find_first_of("\r\n") != line.npos) return kNoHttp;
  const std::string_view name = line.substr(0, colon), value = trimmed(line.substr(colon + 1));
  if (is_same_name(name, "Transfer-Encoding")) return "answers in chunks, which are not taken";
  if (is_same_name(name, "Content-Encoding") && !is_same_name(value, "identity"))
    return "answers in an encoding that is not taken";
  if (is_same_name(name, "Content-Length")) return read_length(value);
  if (is_same_name(name, signature_.name) && value == signature_.value) is_signed_ = true;
  return nullptr;
}

const char* Answer::read_length(std::string_view digits) {
  constexpr const char* kNone = "answers with a length that is none";
  constexpr std::size_t kMostDigits = 18;
  if (has_length_ || digits.empty() || digits.size() > kMostDigits) return kNone;
  for (const char c : digits) {
    if (c < '0' || c > '9') return kNone;
    length_ = length_ * 10 + static_cast<std::size_t>(c - '0');
  }
  has_length_ = true;
  return nullptr;
}

void Answer::take_body(std::string_view bytes) {
  bytes = bytes.substr(0, length_ - received_);
  if (!bytes.empty()) std::memcpy(body_.bytes() + received_, bytes.data(), bytes.size());
  received_ += bytes.size();
  if (received_ == length_) conclude(Outcome::Is::given);
}

}  // namespace wick::metadata::http
