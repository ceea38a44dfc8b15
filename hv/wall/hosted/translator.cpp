// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "wall/hosted/translator.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <ctime>

namespace wick::hosted {
namespace {

constexpr unsigned shortest_forever = 600'000;  ///< milliseconds: a longer sleep than this is as good as none

std::int64_t now_ns() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000'000ll + now.tv_nsec;
}

/// QEMU's convention, which people know by heart and every guide names.
SlirpConfig convention() {
  SlirpConfig config{};
  config.version = 4;
  config.in_enabled = config.in6_enabled = true;
  inet_pton(AF_INET, "10.0.2.0", &config.vnetwork);
  inet_pton(AF_INET, "255.255.255.0", &config.vnetmask);
  inet_pton(AF_INET, "10.0.2.2", &config.vhost);
  inet_pton(AF_INET, "10.0.2.15", &config.vdhcp_start);
  inet_pton(AF_INET, "10.0.2.3", &config.vnameserver);
  inet_pton(AF_INET6, "fec0::", &config.vprefix_addr6);
  config.vprefix_len = 64;
  inet_pton(AF_INET6, "fec0::2", &config.vhost6);
  inet_pton(AF_INET6, "fec0::3", &config.vnameserver6);
  // Towards the guest no frame is larger than its device takes. What comes from it may be: see most_frame.
  config.if_mtu = 1500;
  return config;
}

std::string what_failed(const Forward& forward, int error) {
  std::string port = (forward.udp ? "UDP port " : "port ") + std::to_string(forward.host_port) + " of " +
                     address_text(forward.address);
  switch (error) {
    case EADDRINUSE:
      return port + " is taken by another program (choose another with -p)";
    case EACCES:
      return port + " is only for root (choose one above 1023 with -p)";
    case EADDRNOTAVAIL:
      return port + " cannot be had: this machine has no such address";
    default:
      return port + " cannot be had: " + strerror(error);
  }
}

}  // namespace

constinit const SlirpCb Translator::callbacks = {
    .send_packet = send,
    .guest_error = [](const char*, void*) {},
    .clock_get_ns = [](void*) { return now_ns(); },
    .timer_new = nullptr,
    .timer_free = [](void* timer, void*) { static_cast<Timer*>(timer)->armed = false; },
    .timer_mod = [](void* timer, std::int64_t due, void*) { *static_cast<Timer*>(timer) = {due, true}; },
    .register_poll_fd = [](int, void*) {},
    .unregister_poll_fd = [](int, void*) {},
    .notify = [](void*) {},
    .init_completed = nullptr,
    .timer_new_opaque = new_timer,
};

slirp_ssize_t Translator::send(const void* frame, std::size_t length, void* self) {
  static_cast<Translator*>(self)->outgoing_.push({static_cast<const std::uint8_t*>(frame), length});
  return static_cast<slirp_ssize_t>(length);  // a frame without room is lost, as on any wire
}

void* Translator::new_timer(SlirpTimerId, void* cookie, void* self) {
  auto& translator = *static_cast<Translator*>(self);
  translator.timer_cookie_ = cookie;
  return &translator.timer_;
}

int Translator::add(int file, int events, void* self) {
  auto& translator = *static_cast<Translator*>(self);
  if (translator.full_ || translator.count_ == std::size(translator.polled_)) return -1;
  short wanted = 0;
  if (events & SLIRP_POLL_IN) wanted |= POLLIN;
  if (events & SLIRP_POLL_OUT) wanted |= POLLOUT;
  if (events & SLIRP_POLL_PRI) wanted |= POLLPRI;
  translator.polled_[translator.count_] = {file, wanted, 0};
  return static_cast<int>(translator.count_++);
}

int Translator::result(int index, void* self) {
  short got = static_cast<Translator*>(self)->polled_[index].revents;
  int events = 0;
  if (got & POLLIN) events |= SLIRP_POLL_IN;
  if (got & POLLOUT) events |= SLIRP_POLL_OUT;
  if (got & POLLPRI) events |= SLIRP_POLL_PRI;
  if (got & POLLERR) events |= SLIRP_POLL_ERR;
  if (got & POLLHUP) events |= SLIRP_POLL_HUP;
  return events;
}

std::expected<void, std::string> Translator::start(int frames, std::span<const Forward> forwards) {
  frames_ = frames;
  SlirpConfig config = convention();
  slirp_ = slirp_new(&config, &callbacks, this);
  for (const Forward& forward : forwards) {
    in_addr host{forward.address}, guest{};  // 0: the address that DHCP gives
    if (slirp_add_hostfwd(slirp_, forward.udp, host, forward.host_port, guest, forward.guest_port) < 0)
      return std::unexpected(what_failed(forward, errno));
  }
  deepen_queues();
  return {};
}

// libslirp lets one connection wait and has the host drop the rest, whose clients then try again a second later.
void Translator::deepen_queues() {
  std::uint32_t unused = 0;
  count_ = 0;
  slirp_pollfds_fill(slirp_, &unused, add, this);
  for (unsigned index = 0; index < count_; ++index) listen(polled_[index].fd, SOMAXCONN);  // means nothing to UDP
}

int Translator::wait_time(std::uint32_t wanted) const {
  if (slirp_is_idle(slirp_)) wanted = shortest_forever;
  std::int64_t left = wanted;
  if (timer_.armed) left = std::min(left, std::max<std::int64_t>(timer_.due - now_ns() / 1'000'000, 0));
  return static_cast<int>(left);
}

bool Translator::take_frames() {
  auto got = incoming_.receive(frames_);
  for (unsigned index = 0; index < incoming_.count(); ++index) {
    auto frame = incoming_.frame(index);
    slirp_input(slirp_, frame.data(), static_cast<int>(frame.size()));
  }
  return got != Incoming::Result::closed;
}

void Translator::run_timer() {
  if (!timer_.armed || timer_.due > now_ns() / 1'000'000) return;
  timer_.armed = false;
  slirp_handle_timer(slirp_, SLIRP_TIMER_RA, timer_cookie_);
}

bool Translator::round() {
  if (!outgoing_.flush(frames_)) return false;
  full_ = !outgoing_.empty();
  polled_[0] = {frames_, static_cast<short>(full_ ? POLLIN | POLLOUT : POLLIN), 0};
  count_ = 1;
  std::uint32_t wanted = UINT32_MAX;
  slirp_pollfds_fill(slirp_, &wanted, add, this);
  int ready = poll(polled_, count_, wait_time(wanted));
  if (ready < 0 && errno != EINTR) return false;

  // The host's sockets first: it is this call that sets libslirp's clock, by which whatever a frame begins will end.
  slirp_pollfds_poll(slirp_, ready < 0, result, this);
  if (ready > 0 && polled_[0].revents) {
    if (!take_frames()) return false;
    slirp_pollfds_poll(slirp_, 1, result, this);  // what waited for an answer to ARP goes now, not a second later
  }
  run_timer();
  return true;
}

void Translator::run() {
  while (round()) {
  }
}

}  // namespace wick::hosted
