// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The connection, and when the guest stops.
#include "monitor/debug/gdb_server.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/number.h"
#include "debugger.h"
#include "monitor/debug/crash_signal.h"

namespace wick::monitor {
namespace {

/// A guest that gave a reason before an undefined instruction has panicked, as hv::describe() sees it.
CrashCause cause_of(Guest& guest, const hv::Exit& exit) {
  if (exit.cause == hv::ExitCause::memory) return CrashCause::memory;
  if (exit.cause == hv::ExitCause::forbidden) return CrashCause::forbidden;
  const bool panics = exit.vector == debugger::kUndefinedVector && guest.memory.shared().crash.reason[0];
  return panics ? CrashCause::panic : CrashCause::exception;
}

GdbServer server;
[[gnu::section(WICK_OBSERVERS), gnu::used, gnu::retain]] Observer* const registered = &server;

}  // namespace

Outcome GdbServer::take(const char* value) {
  const auto number = hv::parse_number(value);
  if (!number.ok || !number.rest.empty() || number.value == 0 || number.value > 65535)
    return sentence("\"%s\" is no port for a debugger: write for example --gdb 1234", value);
  port_ = static_cast<int>(number.value);
  return {};
}

Outcome GdbServer::prepare() {
  if (!port_) return {};
  reader_ = std::make_unique<GdbReader>();
  answer_ = std::make_unique<GdbAnswer>();
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port_));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 || listen(listener_, 1) != 0)
    return sentence("no debugger can be waited for at port %d: %s", port_, std::strerror(errno));
  // Code is written by this file, which asks for no rights of the guest's mapping and needs no change of them.
  memory_file_ = ::open("/proc/self/mem", O_RDWR | O_CLOEXEC);
  if (memory_file_ < 0) return sentence("/proc/self/mem can't be opened for the debugger: %s", std::strerror(errno));
  std::fprintf(stderr, "[wick] waiting for a debugger: target remote 127.0.0.1:%d\n", port_);
  return {};
}

void GdbServer::permit(Permissions& permissions) const {
  permissions.read.push_back(connection_);
  permissions.write.push_back(connection_);
  permissions.pwrite.push_back(memory_file_);
}

Outcome GdbServer::wait() {
  if (listener_ < 0) return {};
  const int file =
      TEMP_FAILURE_RETRY(accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));  // slices have begun
  const int on = 1;
  if (file < 0 || setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0 ||
      fcntl(file, F_SETOWN, getpid()) != 0 || fcntl(file, F_SETFL, O_NONBLOCK | O_ASYNC) != 0)
    return sentence("the debugger can't be served: %s", std::strerror(errno));
  close(listener_);
  connection_ = file;
  wanted_ = SIGTRAP;
  return {};
}

bool GdbServer::kills() {
  if (attached() && wanted_) stop(wanted_);
  if (attached() && steps()) debugger::step(subject_->guest.vcpu.registers, true);
  return killed_;
}

bool GdbServer::takes(const hv::Exit& exit) {
  if (!attached()) return false;
  auto& r = subject_->guest.vcpu.registers;
  const bool is_exception = exit.cause == hv::ExitCause::exception;
  if (steps()) debugger::step(r, false);
  if (exit.cause == hv::ExitCause::interrupt)
    return true;  // its watchdog's too: who is looked at may take all the time
  if (exit.cause == hv::ExitCause::call) {
    if (stepping_) wanted_ = SIGTRAP;  // the call was the step
    return false;
  }
  if (is_exception &&
      exit.vector == debugger::kStepVector) {  // may also be left over from a step that ended with a call
    const Watch* watch = changed();
    if (watch || stepping_) stop(SIGTRAP, watch ? "watch:" : "", watch ? watch->address : 0);
    return true;
  }
  if (is_exception && exit.vector == debugger::kBreakpointVector) {
    auto before = r;
    debugger::go_before_breakpoint(before);
    const bool ours = breakpoints_.find(before.program_counter());
    if (ours) r = before;
    stop(SIGTRAP, ours ? "swbreak:" : "");
    return true;
  }
  stop(crash_signal(cause_of(subject_->guest, exit), exit.vector));
  return is_exception && !delivers_;
}

GdbServer::Watch* GdbServer::changed() {
  for (auto& watch : watches_) {
    const std::uint64_t before = watch.value;
    std::memcpy(&watch.value, reinterpret_cast<const void*>(watch.address), watch.length);
    if (watch.value != before) return &watch;
  }
  return nullptr;
}

int GdbServer::signal() const { return SIGIO; }

void GdbServer::signalled(std::uint64_t signals) {
  if (!attached() || !(signals >> SIGIO & 1)) return;
  char byte;
  ssize_t got;
  while ((got = read(connection_, &byte, 1)) == 1)
    if (reader_->take(byte) == GdbReader::Found::interrupt) wanted_ = SIGINT;
  if (got == 0) leave();
}

void GdbServer::stop(int signal, const char* why, std::uint64_t address) {
  wanted_ = 0;
  stepping_ = delivers_ = false;
  stop_signal_ = signal;
  answer_->text("T").word(static_cast<std::uint64_t>(signal), 1).text("thread:1;").text(why);
  if (address) answer_->number(address);
  if (*why) answer_->text(";");
  const auto reply = answer_->finish();
  if (resumed_) send(reply);
  talk();
  subject_->guest.vcpu.watchdog.called();
}

void GdbServer::talk() {
  for (resumed_ = false; attached() && !resumed_ && !killed_;) {
    const auto byte = next_byte();
    if (!byte) return leave();
    const auto found = reader_->take(*byte);
    if (found == GdbReader::Found::damaged) send("-");
    if (found != GdbReader::Found::packet) continue;
    send("+");
    resumed_ = command({reader_->body()});
    if (!resumed_ && !killed_) send(answer_->finish());
    if (detaches_) leave();
  }
}

std::optional<char> GdbServer::next_byte() {
  for (;;) {
    char byte;
    const auto got = read(connection_, &byte, 1);
    if (got == 1) return byte;
    if (got == 0 || (errno != EAGAIN && errno != EINTR)) return {};
    pollfd file{connection_, POLLIN, 0};
    ppoll(&file, 1, nullptr, nullptr);
  }
}

void GdbServer::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::write(connection_, bytes.data(), bytes.size());
    if (sent < 0 && errno == EAGAIN) {
      pollfd file{connection_, POLLOUT, 0};
      ppoll(&file, 1, nullptr, nullptr);
    } else if (sent < 0 && errno != EINTR) {
      return;  // reading tells of it
    }
    if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

/// The guest is as if nobody had been here.
void GdbServer::leave() {
  for (const auto& point : breakpoints_) write(point.address, {&point.original, 1});
  breakpoints_.count = watches_.count = 0;
  connection_ = -1;
}

bool GdbServer::write(std::uint64_t address, std::span<const std::uint8_t> bytes) {
  return pwrite(memory_file_, bytes.data(), bytes.size(), static_cast<off_t>(address)) ==
         static_cast<ssize_t>(bytes.size());
}

void GdbServer::ended(int code) {
  if (!attached() || !resumed_) return;
  send(answer_->text("W").word(static_cast<std::uint64_t>(code), 1).finish());
}

}  // namespace wick::monitor
