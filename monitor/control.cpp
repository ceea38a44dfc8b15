// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/control.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/number.h"
#include "monitor/base/thread.h"
#include "monitor/signals.h"
#include "monitor/vsock/process.h"

namespace wick::monitor {
namespace {

using Result = ControlAnswer::Result;
using Locked = std::lock_guard<std::mutex>;

constexpr int kDied = -1;
constexpr time_t kPatience = 5;  ///< seconds that a guest has to give the processor away
constexpr timespec kSilence{1, 0};

timespec patience() {
  timespec until{};
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += kPatience;
  return until;
}

ControlAnswer answer_of(Result result, const char* sentence, int error = 0) {
  ControlAnswer answer{.result = result};
  const char* why = error ? std::strerror(error) : "";
  std::snprintf(answer.sentence, sizeof answer.sentence, "%s%s%s", sentence, error ? ": " : "", why);
  return answer;
}

/// Who has connected; of a socket that listens, who has made it.
std::optional<uid_t> user_of(int connection) {
  ucred peer{};
  socklen_t length = sizeof peer;
  if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0) return {};
  return peer.uid;
}

int number_of(int listener, int option) {
  int value = -1;
  socklen_t length = sizeof value;
  return getsockopt(listener, SOL_SOCKET, option, &value, &length) == 0 ? value : -1;
}

/// Gives an open file the number that is kept for it.
void put(int file, int place) {
  dup3(file, place, O_CLOEXEC);
  close(file);
}

bool may_be_written(int file) {
  struct stat status{};
  const int mode = fcntl(file, F_GETFL);
  return syscall(SYS_fstat, file, &status) == 0 && S_ISREG(status.st_mode) && status.st_size == 0 &&
         (mode & O_ACCMODE) != O_RDONLY && !(mode & (O_APPEND | O_DIRECT));
}

/// @param file what came with it, if anything did  @return whether it is one
bool receive(int connection, ControlRequest& request, int& file) {
  alignas(cmsghdr) char room[CMSG_LEN(sizeof file)] = {};
  iovec bytes{&request, sizeof request};
  msghdr message{nullptr, 0, &bytes, 1, room, sizeof room, 0};
  const auto got = recvmsg(connection, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  const auto* beside = CMSG_FIRSTHDR(&message);
  if (got >= 0 && beside && beside->cmsg_level == SOL_SOCKET && beside->cmsg_type == SCM_RIGHTS)
    std::memcpy(&file, CMSG_DATA(beside), sizeof file);
  return got == static_cast<ssize_t>(sizeof request) && !(message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) &&
         is_request(request);
}

}  // namespace

Outcome Control::open(const std::string& path) {
  if (path.empty()) return {};
  owner_ = geteuid();
  const bool made = path.starts_with(kOpenFiles);
  const auto listener = made ? take_listener(path) : listen_at("the control socket", path, SOCK_SEQPACKET, 0600);
  if (!listener) return std::unexpected(listener.error());
  listener_ = *listener;
  nothing_ = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  connection_ = fcntl(nothing_, F_DUPFD_CLOEXEC, 0);
  if (!made) file_ = fcntl(nothing_, F_DUPFD_CLOEXEC, 0);
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = kQuestionSignal;
  const bool fine =
      connection_ >= 0 && (made || file_ >= 0) && syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &timer_) == 0;
  return fine ? Outcome{} : sentence("there is no place for requests: %s", std::strerror(errno));
}

std::expected<int, std::string> Control::take_listener(const std::string& path) {
  const auto number = hv::parse_number(std::string_view(path).substr(kOpenFiles.size()));
  const int file = number.ok && number.rest.empty() && number.value < 1u << 31 ? static_cast<int>(number.value) : -1;
  const auto maker = user_of(file);
  if (!maker || number_of(file, SO_ACCEPTCONN) != 1 || number_of(file, SO_DOMAIN) != AF_UNIX ||
      number_of(file, SO_TYPE) != SOCK_SEQPACKET)
    return sentence("%s is no Unix socket of messages that listens", path.c_str());
  owner_ = *maker;
  // As listen_at() makes it: the thread waits in ppoll() alone.
  fcntl(file, F_SETFL, fcntl(file, F_GETFL) | O_NONBLOCK);
  const int own = fcntl(file, F_DUPFD_CLOEXEC, 0);
  if (own < 0) return sentence("%s can't be kept: %s", path.c_str(), std::strerror(errno));
  return own;
}

Outcome Control::start(std::uint64_t length, int wake) {
  pthread_t thread;
  length_ = length;
  wake_ = wake;
  if (listener_ < 0 || start_thread(thread, work, this)) return {};
  return sentence("the control socket's thread can't be started: %s", std::strerror(errno));
}

bool Control::is_ours() const {
  const auto user = user_of(connection_);
  return user && (*user == owner_ || *user == 0);
}

bool Control::take() {
  life_ = lives_;
  return change(kWanted, kTaken);
}

bool Control::tell(pid_t writer, int error, std::uint64_t stopped_ns) {
  Locked locked(lock_);
  writer_ = writer;
  error_ = error;
  stopped_ns_ = stopped_ns;
  state_ = kTold;
  pthread_cond_broadcast(&changed_);
  while (ends_afterwards() && state_ == kTold) pthread_cond_wait(&changed_, lock_.native_handle());
  return delivered_;
}

void* Control::work(void* itself) {
  auto& self = *static_cast<Control*>(itself);
  if (!confine_control_thread(self.listener_, self.connection_, self.file_, self.wake_, self.timer_)) std::abort();
  for (;;) {
    pollfd comes{self.listener_, POLLIN, 0}, speaks{self.connection_, POLLIN, 0};
    (void)!ppoll(&comes, 1, nullptr, nullptr);
    const int peer = accept4(self.listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (peer < 0) continue;
    put(peer, self.connection_);
    if (self.is_ours() && ppoll(&speaks, 1, &kSilence, nullptr) == 1) self.serve();
    dup3(self.nothing_, self.connection_, O_CLOEXEC);
  }
}

void Control::serve() {
  int file = -1;
  ControlRequest request{};
  auto answer = answer_of(Result::refused, "that is no request, or not one of this version");
  const bool good = receive(connection_, request, file);
  const bool asks = request.what != ControlRequest::What::snapshot;
  if (file >= 0) file_ < 0 ? static_cast<void>(close(file)) : put(file, file_);
  flags_ = request.flags;
  if (good) answer = asks ? ask(request.what) : snapshot();
  if (file_ >= 0) dup3(nothing_, file_, O_CLOEXEC);
  const bool sent = send(connection_, &answer, sizeof answer, MSG_DONTWAIT | MSG_NOSIGNAL) > 0;
  if (good && asks && answer.result == Result::done)
    (void)!send(connection_, text_.data(), text_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  Locked locked(lock_);
  delivered_ = sent && answer.result == Result::done;
  state_ = kNone;
  pthread_cond_broadcast(&changed_);
}

/// @return false when the guest hasn't noticed; then it won't any more
bool Control::wait_for_guest() {
  const timespec until = patience();
  const std::uint64_t one = 1;
  Locked locked(lock_);
  state_ = kWanted;
  (void)!write(wake_, &one, sizeof one);
  while (state_ == kWanted && pthread_cond_timedwait(&changed_, lock_.native_handle(), &until) == 0) {
  }
  (void)change(kWanted, kNone);
  while (state_ == kTaken) pthread_cond_wait(&changed_, lock_.native_handle());
  return state_ == kTold;
}

ControlAnswer Control::ask(ControlRequest::What what) {
  constexpr itimerspec kNow{{0, 0}, {0, 1}};
  const timespec until = patience();
  Locked locked(lock_);
  question_ = what;
  syscall(SYS_timer_settime, timer_, 0, &kNow, nullptr);
  while (question_ && pthread_cond_timedwait(&changed_, lock_.native_handle(), &until) == 0) {
  }
  if (!question_) return {};
  question_.reset();
  return answer_of(Result::failed, "the guest's thread doesn't answer");
}

void Control::answer(std::string_view (*report)(ControlRequest::What what)) {
  Locked locked(lock_);
  if (!question_) return;
  text_ = report(*question_);
  question_.reset();
  pthread_cond_broadcast(&changed_);
}

ControlAnswer Control::snapshot() {
  if (file_ < 0) return answer_of(Result::refused, "this socket is for questions, and not for snapshots");
  constexpr const char* kNotWritten = "the file can't be written";
  if (!may_be_written(file_)) return answer_of(Result::refused, "a snapshot wants an ordinary empty file to write");
  if (ftruncate(file_, static_cast<off_t>(length_)) != 0) return answer_of(Result::failed, kNotWritten, errno);
  if (!wait_for_guest()) return answer_of(Result::failed, "the guest doesn't give the processor away");
  int status = 0, error = error_;
  while (writer_ > 0 && wait4(writer_, &status, 0, nullptr) < 0 && errno == EINTR) {
  }
  if (!error) error = WIFEXITED(status) ? WEXITSTATUS(status) : kDied;
  if (!error && fsync(file_) != 0) error = errno;
  if (error == kDied) return answer_of(Result::failed, "the process that was to write the file has died");
  if (error) return answer_of(Result::failed, kNotWritten, error);
  if (life_ != lives_) return answer_of(Result::failed, "the guest has begun another life meanwhile");
  return {.stopped_ns = stopped_ns_};
}

}  // namespace wick::monitor
