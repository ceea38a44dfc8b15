// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Header prediction changes nothing but what a segment costs: two peers who send the same to two connections, one of
// which no segment is foretold for as its frames come without the device's word on their checksums. After each step
// both have been sent the same, and their control blocks hold the same. What the peers do is random: mostly what they
// should.

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <set>
#include <string>
#include <utility>

#include "lwip/priv/tcp_priv.h"
#include "net/configure.h"
#include "played_peer.h"

using namespace wick;
using test::Peer;
using test::PlayedDevice;

namespace {

unsigned pairs = 0, steps = 0;

void require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "stack prediction: not so: %s (pair %u, step %u)\n", what, pairs, steps);
  std::exit(1);
}

/// Does what single bytes ask for.
class Served final : public net::Connection {
 public:
  Served() { alive.insert(this); }
  ~Served() { alive.erase(this); }
  void opened() override { set_timer(1); }
  std::size_t received(std::string_view bytes) override {
    static const std::string large(30000, 'l');
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      switch (bytes[at]) {
        case 's':
          write("a short answer", net::Memory::changing);
          break;
        case 'l':  // not so many that one takes the memory that the other would have had
          if (room() > 200'000) notify_writable(write(large, net::Memory::fixed) != 0);
          break;
        case 'p':
          if (!std::exchange(paused_, true)) return at;
          break;
        case 'c':
          close();
          return at + 1;  // what is left unread makes a reset of it
        case 'f':
          finish_sending();
          break;
        case 'a':
          abort();
          return bytes.size();
        default:
          break;
      }
    }
    return bytes.size();
  }
  void writable() override { write("w", net::Memory::changing); }
  void timer() override {
    if (std::exchange(paused_, false)) resume();
  }
  void closed() override { delete this; }

  /// Also those that the stack has forgotten, but for bytes that they have left unread.
  static void end_all() {
    while (!alive.empty()) (*alive.begin())->abort();
  }

 private:
  static inline std::set<Served*> alive;
  bool paused_ = false;
};

const tcp_pcb* block_of(const Peer& peer) {
  for (const tcp_pcb* one = tcp_active_pcbs; one; one = one->next)
    if (one->remote_port == peer.port()) return one;
  return nullptr;
}

/// All of a control block that doesn't name its own addresses or numbers.
std::string state_of(const Peer& peer) {
  const tcp_pcb* block = block_of(peer);
  if (!block) return "none";
  std::string text;
  const auto put = [&text](const char* name, std::uint64_t value) {
    text += std::string(name) + "=" + std::to_string(value) + " ";
  };
  const auto ours = [&](std::uint32_t number) { return number - peer.theirs(); };
  const auto count = [](const tcp_seg* segment) {
    unsigned found = 0;
    for (; segment; segment = segment->next) found += segment->len + 100000;
    return found;
  };
  put("state", block->state);
  put("flags", block->flags);
  put("rcv_nxt", block->rcv_nxt - peer.start());
  put("rcv_wnd", block->rcv_wnd);
  put("rcv_ann_wnd", block->rcv_ann_wnd);
  put("rcv_ann_right_edge", block->rcv_ann_right_edge - peer.start());
  put("tmr", block->tmr);
  put("polltmr", block->polltmr);
  put("rtime", static_cast<std::uint16_t>(block->rtime));
  put("rttest", block->rttest);
  put("rtseq", block->rttest ? ours(block->rtseq) : 0);
  put("sa", static_cast<std::uint16_t>(block->sa));
  put("sv", static_cast<std::uint16_t>(block->sv));
  put("rto", static_cast<std::uint16_t>(block->rto));
  put("nrtx", block->nrtx);
  put("dupacks", block->dupacks);
  put("lastack", ours(block->lastack));
  put("cwnd", block->cwnd);
  put("ssthresh", block->ssthresh);
  put("bytes_acked", block->bytes_acked);
  put("snd_nxt", ours(block->snd_nxt));
  put("snd_wl1", block->snd_wl1 - peer.start());
  put("snd_wl2", ours(block->snd_wl2));
  put("snd_lbb", ours(block->snd_lbb));
  put("snd_wnd", block->snd_wnd);
  put("snd_wnd_max", block->snd_wnd_max);
  put("snd_buf", block->snd_buf);
  put("snd_queuelen", block->snd_queuelen);
  put("unsent_oversize", block->unsent_oversize);
  put("unsent", count(block->unsent));
  put("unacked", count(block->unacked));
  put("ooseq", count(block->ooseq));
  put("refused", block->refused_data != nullptr);
  put("persist", block->persist_cnt + 256u * block->persist_backoff + 65536u * block->persist_probe);
  put("keep_cnt_sent", block->keep_cnt_sent);
  return text;
}

std::string text_of(std::mt19937& random) {
  constexpr char kSeldom[] = "cfa";
  std::string text(random() % 12 == 0 ? random() % 1400 + 1 : random() % 40 + 1, '.');
  const auto put = [&](char c) { text[random() % text.size()] = c; };
  if (random() % 2 == 0) put('s');
  if (random() % 10 == 0) put('l');
  if (random() % 30 == 0) put('p');
  if (random() % 120 == 0) put(kSeldom[random() % 3]);
  return text;
}

/// What a peer does next, the same for both.
struct Step {
  test::Segment segment;
  unsigned milliseconds = 0;
};

Step next_step(std::mt19937& random, const Peer& peer) {
  Step step;
  test::Segment& segment = step.segment;
  segment.acknowledged = peer.heard();
  segment.window = static_cast<std::uint16_t>(random() % 20 == 0 ? random() % 3 : random() % 60000 + 2000);
  if (random() % 3 != 0) segment.text = text_of(random);
  if (random() % 6 == 0) segment.acknowledged -= random() % (peer.heard() + 1);  // not of all yet
  if (random() % 10 == 0) segment.ahead = static_cast<int>(random() % 4000) - 2000;
  if (random() % 12 == 0) segment.options = 12;
  if (random() % 8 == 0) segment.padding = random() % 20;
  if (random() % 3 == 0) segment.flags |= TCP_PSH;
  if (random() % 100 == 0) segment.flags |= TCP_FIN;
  if (random() % 300 == 0) segment.flags |= TCP_RST;
  if (random() % 300 == 0) segment.flags |= TCP_SYN;
  if (random() % 50 == 0) segment.flags |= TCP_URG;
  if (random() % 100 == 0) segment.flags &= ~TCP_ACK;
  if (random() % 50 == 0) segment.acknowledged += random() % 100000;
  if (random() % 4 == 0) step.milliseconds = random() % 20 == 0 ? 3000 : random() % 400;
  return step;
}

}  // namespace

int main() {
  constexpr unsigned kPairs = 400, kSteps = 150;
  constexpr std::size_t kMostHeld =
      80;  // beyond, frames that stay are copied, and nothing tells who has looked at them
  PlayedDevice device;
  net::Stack& stack = net::stack();
  require(stack.start(256), "the stack starts");
  net::Interface* interface = stack.attach(device, 0);
  require(net::use_address4(*interface, "10.0.0.2/24", ""), "the address is taken");
  net::Listener listener;
  require(listener.open(80, [](void*) -> net::Connection* { return new Served; }), "it listens");
  std::uint64_t now = 1'000'000'000;
  std::mt19937 random(5);
  const auto pass = [&](unsigned milliseconds) {
    for (const std::uint64_t end = now + milliseconds * 1'000'000ull; now < end;)
      stack.turn(Nanoseconds{now += 1'000'000});
  };
  for (pairs = 0; pairs < kPairs; ++pairs) {
    device.tell_arp();
    Peer foretold(device, static_cast<std::uint16_t>(10000 + 2 * pairs), random(), true);
    Peer usual(device, static_cast<std::uint16_t>(10001 + 2 * pairs), random(), false);
    for (Peer* peer : {&foretold, &usual}) peer->open();
    pass(2);
    for (Peer* peer : {&foretold, &usual}) peer->listen();
    require(foretold.is_open() && usual.is_open(), "both connect");
    for (steps = 0; steps < kSteps && block_of(foretold) && device.held() < kMostHeld; ++steps) {
      const Step step = next_step(random, foretold);
      for (Peer* peer : {&foretold, &usual}) peer->say(step.segment);
      pass(step.milliseconds + 1);
      const std::string heard = foretold.listen(), other = usual.listen();
      const std::string state = state_of(foretold), other_state = state_of(usual);
      if (heard != other) std::fprintf(stderr, "foretold: %s\nusual:    %s\n", heard.c_str(), other.c_str());
      require(heard == other, "both are sent the same");
      if (state != other_state)
        std::fprintf(stderr, "foretold: %s\nusual:    %s\n", state.c_str(), other_state.c_str());
      require(state == other_state, "both stand alike");
    }
    for (Peer* peer : {&foretold, &usual})
      if (const tcp_pcb* block = block_of(*peer)) peer->reset(block->rcv_nxt - peer->start());
    pass(2);
    Served::end_all();
  }
  pass(2);
  std::printf("%u segments foretold, %u not\n", device.foretold(), device.others());
  require(device.foretold() > 4000, "many segments were as foretold");
  require(device.foretold_without_word() == 0, "none was without a word on its checksum");
  require(device.held() == 0, "every buffer came back");
  std::puts("SUCCESS");
}
