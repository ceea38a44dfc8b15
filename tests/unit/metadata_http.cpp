// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest.h>

#include <string>

#include "metadata/http/answer.h"

using namespace wick::metadata;
using http::Answer;
using http::Header;
using http::Outcome;

namespace {

constexpr Header kFlavor = {"Metadata-Flavor", "Google"};

/// The body in brackets, "nothing", "more is to come", or what is wrong. @param piece bytes at once
std::string heard(std::string_view bytes, bool ends = true, std::size_t piece = 70'000, const Header& signature = {}) {
  Text body;
  Answer answer(signature, body);
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) answer.take(bytes.substr(0, piece));
  if (ends) answer.end();
  if (!answer.is_over()) return "more is to come";
  const Outcome& outcome = answer.outcome();
  if (outcome.is == Outcome::Is::nothing) return "nothing";
  return outcome.is == Outcome::Is::given ? "[" + std::string(body.view()) + "]" : outcome.what;
}

std::string head(const std::string& lines, const std::string& status = "200 OK") {
  return "HTTP/1.1 " + status + "\r\n" + lines + "\r\n";
}

}  // namespace

TEST_CASE("An answer of HTTP/1.1 is taken, in whatever pieces it comes") {
  const std::string whole = head("Server: x\r\ncontent-LENGTH: \t5 \r\nEmpty:\r\n") + "hello";
  for (std::size_t piece = 1; piece <= whole.size(); piece++) {
    CAPTURE(piece);
    CHECK(heard(whole, false, piece) == "[hello]");
    CHECK(heard(whole + " and more", false, piece) == "[hello]");
  }
  for (std::size_t length = 1; length < whole.size(); length++) {
    CAPTURE(length);
    CHECK(heard(whole.substr(0, length), false) == "more is to come");
    CHECK(heard(whole.substr(0, length)) == "ends its answer too early");
  }
  CHECK(heard("") == "ends without an answer");
  CHECK(heard(head("Content-Length: 0\r\n"), false) == "[]");
  CHECK(heard("HTTP/1.0 200\r\nContent-Length: 1\r\n\r\nx", false) == "[x]");
  CHECK(heard(head("Content-Length: 1\r\nContent-Encoding: identity\r\n") + "x") == "[x]");
  const std::string most(kMaxDocumentBytes, 'x');
  CHECK(heard(head("Content-Length: 65536\r\n") + most, true, 1460) == "[" + most + "]");
}

TEST_CASE("A status but 200 is known by its head alone") {
  CHECK(heard(head("", "404 Not Found"), false) == "nothing");
  CHECK(heard(head("Transfer-Encoding: chunked\r\n", "404 Not Found")) == "answers in chunks, which are not taken");
  for (const char* status : {"301 Moved", "302 Found", "307", "399 ?"})
    CHECK(heard(head("Location: http://127.0.0.1/\r\n", status), false) == "sends elsewhere, where nobody goes");
  for (const char* status : {"401 Unauthorized", "403 Forbidden"})
    CHECK(heard(head("", status), false) == "forbids the question");
  for (const char* status : {"500 Oh", "503", "599 x", "999 x"})
    CHECK(heard(head("", status), false) == "has a fault of its own");
  for (const char* status : {"100 Continue", "204 No Content", "206 Partial Content", "400 Bad", "429 Slow", "000 x"})
    CHECK(heard(head("", status), false) == "answers with a status that means nothing here");
}

TEST_CASE("What is no answer of HTTP/1.1, or an absurd one, is refused") {
  const char* const none = "answers with something that is no HTTP/1.1";
  for (const char* text :
       {"SSH-2.0-x\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.2 200 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "x",
        "HTTP/1.1 2000\r\n\r\n", "HTTP/1.1 +20 OK\r\n\r\n", "HTTP/1.1  200\r\n\r\n", "\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA\r\n\r\n", "HTTP/1.1 200 OK\r\n: a\r\n\r\n", "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", "HTTP/1.1 200 OK\r\nA: b\nC: d\r\n\r\n"}) {
    CAPTURE(text);
    CHECK(heard(text) == none);
  }
  CHECK(heard(head("Content-Length: 5\r\nTransfer-Encoding: gzip\r\n")) == "answers in chunks, which are not taken");
  CHECK(heard(head("Content-Encoding: gzip\r\nContent-Length: 1\r\n")) == "answers in an encoding that is not taken");
  CHECK(heard(head("")) == "answers without a length");
  for (const char* length : {"", "-1", "+1", "1 2", "0x1", "5, 5", "9999999999999999999"}) {
    CAPTURE(length);
    CHECK(heard(head("Content-Length: " + std::string(length) + "\r\n")) == "answers with a length that is none");
  }
  CHECK(heard(head("Content-Length: 1\r\nContent-Length: 1\r\n") + "x") == "answers with a length that is none");
  CHECK(heard(head("Content-Length: 65537\r\n"), false) == "answers with more than 64 KiB");
  CHECK(heard(head("Content-Length: 999999999999999999\r\n"), false) == "answers with more than 64 KiB");
  const std::string long_head = "HTTP/1.1 200 OK\r\nA: " + std::string(5000, 'a');
  for (const std::size_t piece : {1, 1460, 9000}) {
    CHECK(heard(long_head, false, piece) == "answers with a head of more than 4 KiB");
    CHECK(heard(long_head + "\r\n\r\n", false, piece) == "answers with a head of more than 4 KiB");
  }
}

TEST_CASE("An answer without the header that tells whose it is, is nobody's") {
  const char* const nobodys = "answers without the header that tells whose it is";
  CHECK(heard(head("metadata-flavor: Google\r\nContent-Length: 1\r\n") + "x", true, 1, kFlavor) == "[x]");
  CHECK(heard(head("Metadata-Flavor: Google\r\n", "404 No"), true, 1, kFlavor) == "nothing");
  CHECK(heard(head("Metadata-Flavor: google\r\nContent-Length: 1\r\n") + "x", true, 1, kFlavor) == nobodys);
  CHECK(heard(head("Content-Length: 1\r\n") + "x", true, 1, kFlavor) == nobodys);
  CHECK(heard(head("", "404 No"), true, 1, kFlavor) == nobodys);
}
