// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "answer.h"

#include "path.h"
#include "range.h"

namespace http {
namespace {

struct Reason {
  int status;
  std::string_view phrase, page;
};

constexpr Reason kReasons[] = {
    {200, "200 OK", ""},
    {206, "206 Partial Content", ""},
    {301, "301 Moved Permanently", "moved permanently\n"},
    {304, "304 Not Modified", ""},
    {400, "400 Bad Request", "bad request\n"},
    {404, "404 Not Found", "not found\n"},
    {405, "405 Method Not Allowed", "method not allowed\n"},
    {408, "408 Request Timeout", "request timeout\n"},
    {413, "413 Content Too Large", "content too large\n"},
    {414, "414 URI Too Long", "URI too long\n"},
    {416, "416 Range Not Satisfiable", "range not satisfiable\n"},
    {431, "431 Request Header Fields Too Large", "request header fields too large\n"},
    {501, "501 Not Implemented", "not implemented\n"},
    {503, "503 Service Unavailable", "service unavailable\n"},
    {505, "505 HTTP Version Not Supported", "HTTP version not supported\n"},
};

const Reason& reason_for(int status) {
  for (const Reason& reason : kReasons) {
    if (reason.status == status) return reason;
  }
  return kReasons[4];
}

void write_status(Text& head, int status) {
  head << "HTTP/1.1 " << reason_for(status).phrase << "\r\nServer: wick\r\n";
}

/// The last fields, and the empty line.
void finish_head(Text& head, bool close, bool old, std::string_view date) {
  head << date;
  if (close) {
    head << "Connection: close\r\n";
  } else if (old) {
    head << "Connection: keep-alive\r\n";
  }
  head << "\r\n";
}

/// Whether a list of entity tags has this one, or is "*". Weak comparison, RFC 9110 §8.8.3.2.
bool tag_matches(std::string_view list, std::string_view tag) {
  return list == "*" || (list.size() >= tag.size() && list.find(tag) != list.npos);
}

Answer redirect(const Request& request, const File& file, std::string_view date, Text& head) {
  constexpr int kStatus = 301;
  std::string_view page = reason_for(kStatus).page;
  write_status(head, kStatus);
  head << "Location: " << file.path
       << "/\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: " << std::uint64_t{page.size()} << "\r\n";
  finish_head(head, !request.keep_alive, request.old, date);
  return {kStatus, request.method == Method::head ? std::string_view() : page, !request.keep_alive};
}

}  // namespace

Answer answer_request(const Request& request, const Files& files, std::string_view date, Text& head) {
  if (request.method == Method::other) [[unlikely]]
    return answer_error(405, &request, date, head);
  const File* file = files.find_as_it_is(request.target);
  if (!file) {
    [[clang::uninitialized]] char room[kMaxTarget];
    std::string_view path = resolve_target(request.target, room);
    if (path.empty()) return answer_error(400, &request, date, head);
    file = files.find(path);
    if (!file) return answer_error(404, &request, date, head);
  }
  if (file->redirect) return redirect(request, *file, date, head);

  bool close = !request.keep_alive;
  if (!request.if_none_match.empty() && tag_matches(request.if_none_match, file->tag)) {
    write_status(head, 304);
    head << "ETag: " << file->tag << "\r\n";
    finish_head(head, close, request.old, date);
    return {304, {}, close};
  }
  std::string_view body = file->content;
  int status = 200;
  if (!request.range.empty() && request.method == Method::get &&
      (request.if_range.empty() || request.if_range == file->tag)) {
    Range range = parse_range(request.range, body.size());
    if (range.kind == RangeKind::unsatisfiable) {
      std::string_view page = reason_for(416).page;
      write_status(head, 416);
      head << "Content-Range: bytes */" << std::uint64_t{body.size()}
           << "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: " << std::uint64_t{page.size()} << "\r\n";
      finish_head(head, close, request.old, date);
      return {416, page, close};
    }
    if (range.kind == RangeKind::part) {
      status = 206;
      write_status(head, status);
      head << "Content-Range: bytes " << range.first << "-" << range.first + range.length - 1 << "/"
           << std::uint64_t{body.size()} << "\r\nContent-Length: " << range.length << file->fields;
      body = body.substr(range.first, range.length);
    }
  }
  if (status == 200) head << file->head;
  finish_head(head, close, request.old, date);
  if (request.method == Method::head) body = {};
  return {status, body, close};
}

Answer answer_error(int status, const Request* request, std::string_view date, Text& head) {
  bool close = !request || !request->keep_alive || status == 400;
  std::string_view page = reason_for(status).page;
  write_status(head, status);
  if (status == 405) head << "Allow: GET, HEAD\r\n";
  head << "Content-Type: text/plain; charset=utf-8\r\nContent-Length: " << std::uint64_t{page.size()} << "\r\n";
  finish_head(head, close, request && request->old, date);
  return {status, request && request->method == Method::head ? std::string_view() : page, close};
}

void write_head(Text& head, int status, std::string_view type, std::uint64_t length, bool close, const Request& request,
                std::string_view date) {
  write_status(head, status);
  head << "Content-Type: " << type << "\r\nCache-Control: no-store\r\nContent-Length: " << length << "\r\n";
  finish_head(head, close, request.old, date);
}

void write_date(Text& text, std::uint64_t seconds) {
  constexpr std::string_view kDays[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
  constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::uint64_t days = seconds / 86400, rest = seconds % 86400;
  // Days since 0000-03-01 in 400-year eras: the civil-from-days method.
  std::uint64_t shifted = days + 719468;
  std::uint64_t era = shifted / 146097, of_era = shifted % 146097;
  std::uint64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  std::uint64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  std::uint64_t month_from_march = (5 * of_year + 2) / 153;
  std::uint64_t day = of_year - (153 * month_from_march + 2) / 5 + 1;
  std::uint64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  std::uint64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  auto two = [&text](std::uint64_t number) {
    if (number < 10) text << "0";
    text << number;
  };
  text << "Date: " << kDays[days % 7] << ", ";
  two(day);
  text << " " << kMonths[month - 1] << " " << year << " ";
  two(rest / 3600);
  text << ":";
  two(rest / 60 % 60);
  text << ":";
  two(rest % 60);
  text << " GMT\r\n";
}

}  // namespace http
