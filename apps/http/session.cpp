// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "session.h"

#include <cstdlib>

#include "answer.h"

namespace http {
namespace {

constexpr std::size_t kBatch = 4096;  ///< answers gathered before they are written
constexpr std::string_view kMetrics = "/metrics";

}  // namespace

/// Answers that are complete but not yet written.
struct Session::Batch {
  explicit Batch(Output& output) : text(room), output(output) {}
  /// An answer that goes out in part would garble all that follow: no memory for it ends the connection.
  void flush() {
    const std::string_view all = alone.empty() ? text.view() : alone;
    if (!all.empty() && output.write(all, false) != all.size()) output.abort();
    text.clear();
    alone = {};
  }
  /// An answer that stands elsewhere is gathered only if others go out with it.
  void add(std::string_view answer) {
    if (text.size() == 0) {
      alone = answer;
    } else {
      text << answer;
    }
  }
  /// Before anything is written to the text.
  void gather() {
    text << alone;
    alone = {};
  }
  char room[kBatch];
  Text text;
  std::string_view alone{};
  Output& output;
};
static_assert(kBatch >= kMaxAnswerHead + kCopyLimit);

Session::~Session() {
  std::free(partial_);
  std::free(owned_);
}

bool Session::overdue() {
  // Single bytes don't help: a head, a body and an end have their time from their beginning. Whole seconds have passed
  // since then from the second call on.
  const unsigned limit = skip_ != 0 && partial_length_ == 0 ? server_.body_seconds : server_.head_seconds;
  if ((partial_length_ != 0 || skip_ != 0 || ended_) && waited_++ >= limit) return true;
  idle_ = active_ ? 0 : idle_ + 1;
  active_ = false;
  return idle_ >= server_.idle_seconds;
}

void Session::give_up() {
  if (partial_length_ == 0 || ended_ || !body_.empty()) return output_.abort();
  [[clang::uninitialized]] Batch batch(output_);
  refuse(408, batch);
  batch.flush();
  ended_ = true;
  output_.end(false);
}

bool Session::answered() {
  const bool was = answered_;
  answered_ = false;
  return was;
}

std::size_t Session::received(std::string_view bytes) {
  active_ = true;
  if (ending_) return bytes.size();
  if (!body_.empty()) return 0;
  [[clang::uninitialized]] Batch batch(output_);
  std::size_t used = 0;
  if (partial_length_ != 0) [[unlikely]] {
    // The stash holds an unfinished head and as much of what came now as may belong to it.
    std::size_t before = partial_length_;
    std::size_t more = bytes.size() < kMaxHead + 1 - before ? bytes.size() : kMaxHead + 1 - before;
    if (!stash(bytes.substr(0, more))) {
      refuse(503, batch);
    } else {
      Request request;
      Parsed parsed = parse_request({partial_, partial_length_}, before, request);
      if (parsed.status == kIncomplete) return more;
      partial_length_ = waited_ = 0;
      if (parsed.status != 0) {
        refuse(parsed.status, batch);
      } else {
        skip_ = request.body;
        used = parsed.length - before;
        answer(request, {partial_, parsed.length}, batch);
      }
      std::free(partial_);
      partial_ = nullptr;
    }
  }
  for (;;) {
    used += take_requests(bytes.substr(used), batch);
    batch.flush();
    if (body_.empty() || !send_rest() || ending_ || used == bytes.size()) break;
  }
  end_if_done();
  return ending_ ? bytes.size() : used;
}

std::size_t Session::take_requests(std::string_view bytes, Batch& batch) {
  std::size_t used = 0;
  while (!ending_ && body_.empty() && used < bytes.size()) {
    if (skip_ != 0) {
      std::size_t step = bytes.size() - used < skip_ ? bytes.size() - used : static_cast<std::size_t>(skip_);
      skip_ -= step;
      used += step;
      if (skip_ == 0) waited_ = 0;
      continue;
    }
    batch.gather();
    if (batch.text.left() < kMaxAnswerHead + kCopyLimit) batch.flush();
    if (output_.room() < 2 * kBatch) {
      output_.want_room();
      return used;
    }
    [[clang::uninitialized]] Request request;
    std::string_view rest = bytes.substr(used);
    Parsed parsed = parse_request(rest, 0, request);
    if (parsed.status == kIncomplete) {
      if (!stash(rest)) refuse(503, batch);
      return bytes.size();
    }
    if (parsed.status != 0) {
      refuse(parsed.status, batch);
      break;
    }
    used += parsed.length;
    skip_ = request.body;
    answer(request, rest.substr(0, parsed.length), batch);
  }
  return used;
}

bool Session::answer(const Request& request, std::string_view, Batch& batch) {
  answered_ = true;
  if (server_.metrics && request.target == kMetrics && request.method == Method::get) [[unlikely]] {
    return answer_metrics(request, batch);
  }
  const std::string_view date = server_.date();
  if (const File* file = request.plain() ? server_.files.find_as_it_is(request.target) : nullptr) {
    if (const std::string_view whole = file->dated(date); !whole.empty()) {
      count(request, 200, whole.size() - file->content.size(), file->content.size());
      batch.add(whole);
      return true;
    }
  }
  std::size_t before = batch.text.size();
  Answer answer = answer_request(request, server_.files, date, batch.text);
  count(request, answer.status, batch.text.size() - before, answer.body.size());
  ending_ = answer.close;
  linger_ = answer.close && skip_ != 0;
  put_body(answer.body, batch);
  return true;
}

void Session::count(const Request& request, int status, std::size_t head, std::size_t body) {
  server_.count(status, head, body);
  if (server_.log_requests) [[unlikely]]
    server_.log(server_, output_.peer(), &request, status, body);
}

void Session::put_body(std::string_view body, Batch& batch) {
  if (body.size() <= kCopyLimit) {
    batch.text << body;
  } else {
    body_ = body;
  }
}

bool Session::answer_metrics(const Request& request, Batch& batch) {
  std::string_view page = server_.metrics(server_);
  if (page.empty()) {
    refuse(503, batch);
    return false;
  }
  owned_ = const_cast<char*>(page.data());
  std::size_t before = batch.text.size();
  write_head(batch.text, 200, "text/plain; version=0.0.4; charset=utf-8", page.size(), !request.keep_alive, request,
             server_.date());
  server_.count(200, batch.text.size() - before, page.size());
  if (server_.log_requests) server_.log(server_, output_.peer(), &request, 200, page.size());
  ending_ = !request.keep_alive;
  body_ = page;
  return true;
}

void Session::refuse(int status, Batch& batch) {
  std::size_t before = batch.text.size();
  Answer answer = answer_error(status, nullptr, server_.date(), batch.text);
  server_.count(status, batch.text.size() - before, answer.body.size());
  if (server_.log_requests) server_.log(server_, output_.peer(), nullptr, status, answer.body.size());
  ending_ = linger_ = true;
  put_body(answer.body, batch);
}

bool Session::stash(std::string_view bytes) {
  if (!partial_) {
    partial_ = static_cast<char*>(std::malloc(kMaxHead + 1));
    if (!partial_) return false;
    waited_ = 0;
  }
  std::memcpy(partial_ + partial_length_, bytes.data(), bytes.size());
  partial_length_ += bytes.size();
  return true;
}

/// @return whether everything has been written
bool Session::send_rest() {
  std::size_t taken = output_.write(body_, !owned_);
  body_.remove_prefix(taken);
  if (!body_.empty()) {
    output_.want_room();
    return false;
  }
  std::free(owned_);
  owned_ = nullptr;
  return true;
}

bool Session::writable() {
  active_ = true;
  if (!body_.empty() && !send_rest()) return false;
  end_if_done();
  return !ending_;
}

void Session::peer_ended() {
  if (ended_) return output_.end(false);  // what we lingered for
  ending_ = true;
  linger_ = false;
  end_if_done();
}

void Session::end_if_done() {
  if (!ending_ || ended_ || !body_.empty()) return;
  ended_ = true;
  waited_ = 0;
  output_.end(linger_);
}

}  // namespace http
