// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Whoever shares a folder answers as it likes: the client of 9P2000.L as it runs in images. Whatever comes, no byte
// beyond an answer is looked at (its memory ends there), counts fit what was asked, names are names, and a client that
// has given up sends nothing more.

#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include "fs/9p/client.h"

using namespace wick::ninep;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

/// The rest of a case, zero beyond its end.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : data_(data), left_(size) {}
  bool empty() const { return left_ == 0; }
  std::uint8_t byte() { return left_ ? left_--, *data_++ : std::uint8_t{0}; }
  std::size_t take(std::uint8_t* to, std::size_t count) {
    if (count > left_) count = left_;
    if (count) std::memcpy(to, data_, count);
    data_ += count;
    left_ -= count;
    return count;
  }

 private:
  const std::uint8_t* data_;
  std::size_t left_;
};

class Liar final : public Channel {
 public:
  explicit Liar(Input& input) : input_(input) {}

  std::size_t exchange(std::span<const std::uint8_t> message, std::span<std::uint8_t> answer) override {
    require(!silent && message.size() >= kHeaderBytes && message.size() <= answer.size());
    std::uint32_t size;
    std::memcpy(&size, message.data(), sizeof size);
    require(size == message.size());
    const std::uint8_t shape = input_.byte();
    std::size_t got = input_.take(answer.data(), input_.byte());
    if (shape & 1) {  // a header that fits, so that the body is looked at
      std::vector<std::uint8_t> body(answer.data(), answer.data() + got);
      got += kHeaderBytes;
      const auto length = static_cast<std::uint32_t>(got);
      std::memcpy(answer.data(), &length, sizeof length);
      answer[4] = shape & 2 ? 7 : static_cast<std::uint8_t>(message[4] + 1);
      std::memcpy(answer.data() + 5, message.data() + 5, 2);
      if (!body.empty()) std::memcpy(answer.data() + kHeaderBytes, body.data(), body.size());
      if (shape & 4 && got >= kHeaderBytes + 4) {  // a count that fits, where there is one
        const auto count = static_cast<std::uint32_t>(got - kHeaderBytes - 4);
        std::memcpy(answer.data() + kHeaderBytes, &count, sizeof count);
      }
    }
    return shape & 8 ? got + shape : got;
  }
  bool silent = false;

 private:
  Input& input_;
};

/// A hello that goes well, but for what the case changes.
class Beginning final : public Channel {
 public:
  explicit Beginning(Liar& rest) : rest_(rest) {}
  std::size_t exchange(std::span<const std::uint8_t> message, std::span<std::uint8_t> answer) override {
    if (begun_ == 2) return rest_.exchange(message, answer);
    static constexpr std::uint8_t kVersion[] = {21, 0, 0,   0,   101, 255, 255, 0,   16,  0,  0,
                                                8,  0, '9', 'P', '2', '0', '0', '0', '.', 'L'};
    static constexpr std::uint8_t kAttach[] = {20, 0, 0, 0, 105, 1, 0, 0x80};
    std::memset(answer.data(), 0, 32);
    std::memcpy(answer.data(), begun_ ? kAttach : kVersion, begun_ ? sizeof kAttach : sizeof kVersion);
    return begun_++ ? 20 : 21;
  }

 private:
  Liar& rest_;
  int begun_ = 0;
};

void take_listing(Client& client, Fid fid, Input& input) {
  const std::size_t room = 1 + input.byte();
  const std::unique_ptr<std::uint8_t[]> bytes(new std::uint8_t[room]);
  std::size_t got = 0;
  if (!ok(client.list(fid, input.byte(), {bytes.get(), room}, got))) return;
  require(got <= room);
  std::uint64_t offset = 0;
  for (Reader list({bytes.get(), got}); list.left();) {
    const auto entry = client.next_entry(list, offset);
    if (!entry) return require(client.broken());
    require(is_name(entry->text()) && entry->offset != offset);
    offset = entry->offset;
  }
}

void take_bytes(Client& client, Fid fid, Input& input) {
  const std::size_t room = input.byte();
  const std::unique_ptr<std::uint8_t[]> bytes(new std::uint8_t[room]());
  std::size_t moved = 0;
  if (ok(client.read(fid, 0, {bytes.get(), room}, moved))) require(moved <= room);
  moved = 0;
  if (ok(client.write(fid, ~0ull, {bytes.get(), room}, moved))) require(moved <= room);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  Liar liar(input);
  Beginning beginning(liar);
  constexpr std::size_t kRoom = 4096;
  const std::unique_ptr<std::uint8_t[]> message(new std::uint8_t[kRoom]), answer(new std::uint8_t[kRoom]());
  Client client;
  Channel& channel = input.byte() & 1 ? static_cast<Channel&>(beginning) : liar;
  const Error begun = client.start(channel, {message.get(), kRoom}, {answer.get(), kRoom});
  Fid fid = Fid::root;
  for (int step = 0; ok(begun) && !input.empty() && step < 100; step++) {
    liar.silent = client.broken();
    Qid qid;
    Attributes found;
    Space space;
    switch (input.byte() % 12) {
      case 0:
        if (fid != Fid::root) client.forget(fid);
        fid = Fid::root;
        if (!ok(client.walk("/a/b//c", fid, qid))) fid = Fid::root;
        break;
      case 1: {
        Fid deep = Fid::none;
        if (ok(client.walk("/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18", deep, qid))) client.forget(deep);
        break;
      }
      case 2:
        (void)client.open(fid, Access::both);
        break;
      case 3:
        (void)client.create(fid, "name", Access::both, 0644);
        break;
      case 4:
        if (ok(client.get(fid, found))) require(found.size <= INT64_MAX && found.modified.nanoseconds < 1'000'000'000);
        break;
      case 5:
        (void)client.set(fid, {.mode = 0600, .size = 7});
        break;
      case 6:
        (void)client.space(space);
        break;
      case 7:
        (void)client.make_directory(fid, "name", 0755);
        (void)client.remove(fid, "name", true);
        break;
      case 8:
        (void)client.rename(fid, "name", fid, "other");
        break;
      case 9:
        take_listing(client, fid, input);
        break;
      case 10:
        take_bytes(client, fid, input);
        break;
      case 11:
        (void)client.sync(fid);
        break;
    }
  }
  return 0;
}
