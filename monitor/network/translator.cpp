// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/network/translator.h"

#include <signal.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <ctime>

namespace wick::monitor {
namespace {

constexpr unsigned kMaxEvents = 128, kMaxAccepted = 64;
constexpr unsigned kMaxFrames = 256;      ///< of a ring, before others get a turn
constexpr unsigned kMaxLastBatches = 64;  ///< more than a socket or a ring holds
constexpr std::int64_t kBreath = 50;  ///< without room for more connections, clients wait so long to be looked at again

std::int64_t milliseconds() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000ll + now.tv_nsec / 1'000'000;
}

}  // namespace

bool Translator::start(int frames, FrameRings* rings, const NetworkSettings& settings, std::span<const int> ports) {
  if (getrandom(&seed_, sizeof seed_, 0) != sizeof seed_ || !poller_.open()) return false;
  take_time();
  has_ring_ = rings;
  frames_.file = frames;
  wire_.open(frames, rings ? &rings->to_guest : nullptr);
  if (rings) ring_.open(rings->from_guest);
  reach_.start(settings.outgoing, settings.loopback_ports);
  udp_.start(seed_);
  sigset_t end;
  sigemptyset(&end);
  sigaddset(&end, SIGTERM);
  if (sigprocmask(SIG_BLOCK, &end, nullptr) != 0) return false;
  end_.file = signalfd(-1, &end, SFD_NONBLOCK | SFD_CLOEXEC);
  if (!poller_.add(frames_, EPOLLIN) || !poller_.add(end_, EPOLLIN)) return false;
  keeper_.file = settings.keeper;
  begins_ = rests_ = settings.keeper >= 0;
  if (rests_ && !poller_.add(keeper_, EPOLLIN)) return false;
  for (std::size_t i = 0; i < ports.size(); ++i) {
    const Forward& forward = settings.ports[i].forward;
    Source* source;
    if (forward.udp) {
      source = datagram_ports_.emplace_back(new DatagramPort{{Source::Kind::datagrams, ports[i]}, forward}).get();
    } else {
      source = listeners_.emplace_back(new Listener{{Source::Kind::listener, ports[i]}, forward}).get();
      listeners_.back()->brings = brings_connections(ports[i]);
    }
    if (!poller_.add(*source, rests_ && !forward.udp ? 0u : EPOLLIN)) return false;
  }
  return true;
}

void Translator::take_time() {
  now_ = milliseconds();
  tcp_.set_time(now_);
  udp_.set_time(now_);
}

int Translator::wait_time() {
  const std::int64_t due = std::min({tcp_.next_due(), udp_.next_due(), advertise_due_, listen_due_, quiet_due_});
  if (due == kNeverDue) return -1;
  constexpr std::int64_t kMaxWaitMs = 3'600'000;
  return static_cast<int>(std::clamp<std::int64_t>(due - now_, 0, kMaxWaitMs));
}

void Translator::take(const Packet& packet) {
  router_.learn(packet);
  if (begins_) rest(false);
  switch (packet.kind) {
    case PacketKind::arp:
      if (packet.arp.sender == packet.arp.target || !packet.arp.question) tcp_.hurry();
      return router_.take_arp(packet.arp);
    case PacketKind::icmp:
      if (!packet.from.is_v4() && advertise_due_ == kNeverDue) advertise_due_ = now_ + Router::kAdvertiseEvery;
      return router_.take_icmp(packet);
    case PacketKind::tcp:
      return tcp_.take(packet);
    case PacketKind::udp:
      if (packet.udp.to == 67 && packet.from.is_v4()) return take_dhcp(packet.udp.data);
      if (packet.from != Address::v4(0)) udp_.take(packet);
      return;
    case PacketKind::fragment:
      return udp_.take_fragment(packet);
    case PacketKind::none:
      return;
  }
}

void Translator::take_dhcp(Bytes message) {
  switch (router_.take_dhcp(message)) {
    case Router::Dhcp::begins:
      router_.forget();
      tcp_.forget();
      for (auto& listener : listeners_) listener->answered = false;
      return;
    case Router::Dhcp::has_address:
      // Clients that wait go with the answer, behind a question by which the guest learns where to answer them.
      router_.ask();
      tcp_.hurry();
      return udp_.hurry();
    case Router::Dhcp::nothing:
      return;
  }
}

Incoming::Result Translator::take_frames() {
  if (has_ring_) return take_ring();
  const auto got = incoming_.receive(frames_.file);
  for (unsigned index = 0; index < incoming_.count(); ++index)
    if (const auto packet = read_packet(incoming_.frame(index), nullptr)) take(*packet);
  return got;
}

Incoming::Result Translator::take_ring() {
  unsigned count = 0;
  for (; count < kMaxFrames; ++count) {
    if (ring_.holds_much() && ring_.release()) wire_.say(Word::look);
    const auto frame = ring_.next();
    if (!frame) break;
    drivers::virtio::NetworkHeader header;
    if (frame->size() < sizeof header) continue;
    std::memcpy(frame_, frame->data(), frame->size());  // it may change in the ring
    std::memcpy(&header, frame_, sizeof header);
    if (const auto packet = read_packet(Bytes(frame_, frame->size()).subspan(sizeof header), &header)) take(*packet);
  }
  if (ring_.release()) wire_.say(Word::look);
  if (ring_.broken()) return Incoming::Result::closed;
  return count ? Incoming::Result::some : Incoming::Result::none;
}

/// Bounded, as the guest may be alive and go on.
void Translator::take_last_frames() {
  for (unsigned batch = 0; batch < kMaxLastBatches && take_frames() == Incoming::Result::some; ++batch) {
  }
  closed_ = true;
}

void Translator::hear() {
  Word word{};
  const ssize_t got = recv(frames_.file, &word, sizeof word, MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0 || word == Word::end) take_last_frames();
}

void Translator::accept(Listener& listener) {
  if (rests_) return;  // since the same look at the files
  for (unsigned count = 0; count < kMaxAccepted; ++count) {
    listener.crowded = !tcp_.may_ask(listener);
    if (listener.crowded) {
      poller_.change(listener, 0);
      return;
    }
    if (tcp_.has_room() && tcp_.accept(listener)) continue;
    if (tcp_.has_room() && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    closed_ |= listener.brings && errno == EPIPE;            // nobody will bring one
    for (auto& each : listeners_) poller_.change(*each, 0);  // else epoll would tell of it all the time
    listen_due_ = now_ + kBreath;
    return;
  }
}

void Translator::listen_again() {
  const bool due = listen_due_ <= now_;
  if (due) listen_due_ = tcp_.has_room() ? kNeverDue : now_ + kBreath;
  if (listen_due_ != kNeverDue || rests_) return;
  for (auto& each : listeners_) {
    if (!tcp_.may_ask(*each) || !(due || each->crowded)) continue;
    each->crowded = false;
    poller_.change(*each, EPOLLIN);
  }
}

void Translator::handle(Source& source, std::uint32_t events) {
  switch (source.kind) {
    case Source::Kind::frames:
      if (has_ring_) return hear();
      if (events & ~EPOLLOUT && take_frames() == Incoming::Result::closed) closed_ = true;
      return;
    case Source::Kind::end:
      return take_last_frames();
    case Source::Kind::listener:
      return accept(static_cast<Listener&>(source));
    case Source::Kind::connection:
      return tcp_.ready(static_cast<Connection&>(source), events);
    case Source::Kind::datagrams:
      return udp_.receive(static_cast<DatagramPort&>(source));
    case Source::Kind::flow:
      return udp_.receive(source);
    case Source::Kind::keeper:
      return hear_keeper();
  }
}

bool Translator::round() {
  tcp_.talk();
  if (!wire_.flush()) return false;
  while (tcp_.has_to_talk() && !wire_.blocked()) {
    tcp_.talk();
    if (!wire_.flush()) return false;
  }
  if (waits_to_write_ != wire_.waits_for_socket()) {
    waits_to_write_ = !waits_to_write_;
    poller_.change(frames_, EPOLLIN | (waits_to_write_ ? EPOLLOUT : 0u));
  }
  tcp_.collect();
  udp_.collect();
  if (keeper_.file >= 0) tell_keeper();

  epoll_event events[kMaxEvents];
  const bool sleeps = !has_ring_ || ring_.wait();
  const int count = epoll_pwait(poller_.file(), events, kMaxEvents, sleeps ? wait_time() : 0, nullptr);
  if (count < 0 && errno != EINTR) return false;
  take_time();
  if (has_ring_) {
    ring_.awake();
    if (take_ring() == Incoming::Result::closed) return false;
  }
  for (int index = 0; index < count; ++index)
    handle(*static_cast<Source*>(events[index].data.ptr), events[index].events);
  tcp_.run_timers();
  udp_.run_timers();
  listen_again();
  if (advertise_due_ <= now_) {
    router_.advertise(kAllNodes6);
    advertise_due_ = now_ + Router::kAdvertiseEvery;
  }
  return !closed_;
}

void Translator::run() {
  if (has_ring_) wire_.say(Word::look);  // whoever waited for this process's predecessor waits no longer
  while (round()) {
  }
}

}  // namespace wick::monitor
