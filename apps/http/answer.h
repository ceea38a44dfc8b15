// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The answer to one request: its head as text, its body as a view of memory that never changes. Pure logic, tested on
// the host.

#include <string_view>

#include "files.h"
#include "request.h"
#include "text.h"

namespace http {

struct Answer {
  int status;
  std::string_view body;  ///< stays for ever; empty for HEAD
  bool close;             ///< end the connection behind it
};

/// At most so many bytes of head are written, whatever the request.
inline constexpr std::size_t kMaxAnswerHead = 1024 + kMaxTarget;

/// Answers with a file, or with the reason why not.
/// @param date the line "Date: ...\r\n", or empty when nobody knows the date
Answer answer_request(const Request& request, const Files& files, std::string_view date, Text& head);

/// Answers what could not be taken as a request, or can't be served. Closes, unless `request` may go on.
Answer answer_error(int status, const Request* request, std::string_view date, Text& head);

/// Head of an answer whose body is made on the spot.
void write_head(Text& head, int status, std::string_view type, std::uint64_t length, bool close, const Request& request,
                std::string_view date);

/// "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n" (RFC 9110 §5.6.7)
void write_date(Text& text, std::uint64_t seconds_since_1970);

}  // namespace http
