// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Reads an answer of HTTP/1.1 (RFC 9112) as it arrives, in whatever pieces. Whoever answers isn't trusted: the head has
// 4 KiB at most, the body the length that the head gives and a document's at most, and what this doesn't understand is
// refused by a sentence. Host-testable.

#include "metadata/http/request.h"
#include "metadata/text.h"

namespace wick::metadata::http {

class Answer {
 public:
  /// @param body is filled in once the status is 200
  Answer(const Header& signature, Text& body) : signature_(signature), body_(body) {}

  /// The next bytes. What follows the answer is dropped.
  void take(std::string_view bytes);
  /// The peer says no more.
  void end();

  bool is_over() const { return over_; }
  /// Once it is over.
  const Outcome& outcome() const { return outcome_; }

 private:
  static constexpr std::size_t kMaxHead = 4096;

  void conclude(Outcome::Is is, const char* what = nullptr);
  void refuse(const char* what) { conclude(Outcome::Is::fault, what); }
  void take_body(std::string_view bytes);
  void read_head(std::string_view head);
  const char* read_line(std::string_view line);
  const char* read_status(std::string_view line);
  const char* read_length(std::string_view digits);

  Header signature_;
  Text& body_;
  Outcome outcome_;
  bool over_ = false, in_body_ = false, is_signed_ = false, has_length_ = false;
  unsigned status_ = 0;
  std::size_t length_ = 0, received_ = 0, head_bytes_ = 0;
  char head_[kMaxHead];
};

}  // namespace wick::metadata::http
