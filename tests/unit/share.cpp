// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Shared folders: the client of 9P2000.L against a server that behaves and one that doesn't.

#include "virtio_9p/share.h"

#include <doctest.h>

#include "share_rig.h"
#include "virtio_fake.h"

using namespace wick;
using namespace wick::test;
using namespace wick::ninep;

namespace {

/// Has the server's next answer to a message of the type changed, and says what the client makes of it.
template <typename Ask>
Error lied(std::uint8_t type, std::function<void(Bytes&)> lie, Ask&& ask, bool breaks = true) {
  ShareRig rig;
  const Fid fid = rig.make("file", "content");
  rig.server.meddle = [&](std::uint8_t of, Bytes& answer) {
    if (of == type) lie(answer);
  };
  const Error wrong = ask(rig, fid);
  CHECK(rig.client.broken() == breaks);
  if (breaks) CHECK(rig.find("file") == Error::input_output);  // from now on, whatever the server says
  return wrong;
}

void set16(Bytes& answer, std::size_t at, std::uint16_t value) {
  std::memcpy(answer.data() + at, &value, sizeof value);
}
void set32(Bytes& answer, std::size_t at, std::uint32_t value) {
  std::memcpy(answer.data() + at, &value, sizeof value);
}
void set64(Bytes& answer, std::size_t at, std::uint64_t value) {
  std::memcpy(answer.data() + at, &value, sizeof value);
}

}  // namespace

TEST_CASE("9p: files are made, written, read, cut and removed") {
  ShareRig rig;
  REQUIRE(ok(rig.started));
  const std::string content(50'000, 'x');
  const Fid fid = rig.make("file", content);
  CHECK(rig.server.nodes["file"].content == content);
  CHECK(rig.read(fid) == content);
  Attributes found;
  CHECK(ok(rig.client.get(fid, found)));
  CHECK(found.size == 50'000);
  CHECK(found.mode == 0100644);
  CHECK(found.modified.seconds == 3);
  CHECK(ok(rig.client.set(fid, {.mode = 0600, .size = 5})));
  CHECK(rig.server.nodes["file"].content == "xxxxx");
  CHECK(rig.server.nodes["file"].mode == 0100600);
  CHECK(ok(rig.client.sync(fid)));
  rig.client.forget(fid);
  const Fid root = rig.at("");
  CHECK(rig.client.remove(root, "file", true) == Error::not_directory);
  CHECK(ok(rig.client.remove(root, "file", false)));
  CHECK(rig.client.remove(root, "file", false) == Error::not_found);
  rig.client.forget(root);
  CHECK(rig.server.fids.size() == 1);
  Space space;
  CHECK(ok(rig.client.space(space)));
  CHECK(space.available == 400);
  CHECK_FALSE(rig.client.broken());
}

TEST_CASE("9p: a server that takes and gives little at a time, and small messages") {
  ShareRig rig(Client::kLeastMessage);
  REQUIRE(ok(rig.started));
  rig.server.piece = 333;
  std::string content(20'000, '\0');
  for (std::size_t i = 0; i < content.size(); i++) content[i] = static_cast<char>(i * 7);
  CHECK(rig.read(rig.make("file", content)) == content);
  CHECK(ShareRig(Client::kLeastMessage - 1).started == Error::input_output);
}

TEST_CASE("9p: names, deep paths and directories") {
  ShareRig rig;
  std::string path;
  for (int i = 0; i < 40; i++) {
    const Fid above = rig.at(path);
    CHECK(ok(rig.client.make_directory(above, "d", 0755)));
    rig.client.forget(above);
    path += "/d";
  }
  CHECK(ok(rig.find(path)));
  CHECK(rig.find(path + "/none") == Error::not_found);
  CHECK(rig.find("/none/d") == Error::not_found);
  const Fid file = rig.make("file", "");
  rig.client.forget(file);
  CHECK(rig.find("/file/below") == Error::not_directory);
  const Fid root = rig.at("");
  for (std::string_view bad : {"", "a/b"}) CHECK(rig.client.make_directory(root, bad, 0755) == Error::name_too_long);
  CHECK(rig.client.make_directory(root, std::string(256, 'n'), 0755) == Error::name_too_long);
  CHECK(rig.client.make_directory(root, {"a\0b", 3}, 0755) == Error::name_too_long);
  CHECK(rig.find("/" + std::string(256, 'n')) == Error::name_too_long);
  for (int i = 0; i < 100; i++) CHECK(ok(rig.client.make_directory(root, "many-" + std::to_string(i), 0755)));
  CHECK(rig.list("").size() == 102);
  CHECK(rig.list("/d") == std::set<std::string>{"d"});
  CHECK(ok(rig.client.rename(root, "file", rig.at("/d"), "moved")));
  CHECK(rig.list("/d") == std::set<std::string>{"d", "moved"});
  CHECK_FALSE(rig.client.broken());
}

TEST_CASE("9p: there are so many fids, and each comes back") {
  ShareRig rig;
  std::vector<Fid> all;
  for (unsigned i = 1; i < Client::kMaxFids; i++) all.push_back(rig.at(""));
  CHECK(std::set<Fid>(all.begin(), all.end()).size() == all.size());
  CHECK(rig.find("") == Error::too_many_open);
  rig.client.forget(all[500]);
  CHECK(rig.at("") == all[500]);
  for (int i = 0; i < 10; i++) CHECK(rig.find("/none") == Error::too_many_open);
  rig.client.forget(all[7]);
  for (int i = 0; i < 10; i++) CHECK(rig.find("/none") == Error::not_found);
}

TEST_CASE("9p: an answer that isn't one ends it") {
  const auto get = [](ShareRig& rig, Fid fid) {
    Attributes found;
    return rig.client.get(fid, found);
  };
  CHECK(lied(24, [](Bytes& a) { set32(a, 0, 6); }, get) == Error::input_output);         // shorter than a header
  CHECK(lied(24, [](Bytes& a) { set32(a, 0, 1u << 30); }, get) == Error::input_output);  // longer than it is
  CHECK(lied(24, [](Bytes& a) { a[4] = 13; }, get) == Error::input_output);              // of another type
  CHECK(lied(24, [](Bytes& a) { set16(a, 5, 2); }, get) == Error::input_output);         // another tag
  CHECK(lied(24, [](Bytes& a) { a.resize(5); }, get) == Error::input_output);
  CHECK(lied(24, [](Bytes& a) { a.clear(); }, get) == Error::input_output);
  CHECK(lied(
            24, [](Bytes& a) { a.push_back(0), set32(a, 0, static_cast<std::uint32_t>(a.size())); }, get) ==
        Error::input_output);
  CHECK(lied(
            24, [](Bytes& a) { a.pop_back(), set32(a, 0, static_cast<std::uint32_t>(a.size())); }, get) ==
        Error::input_output);
  CHECK(lied(24, [](Bytes& a) { set64(a, 7, 1); }, get) == Error::input_output);  // it lacks the size
  CHECK(lied(24, [](Bytes& a) { set64(a, 7 + 8 + 13 + 12 + 16, 1ull << 63); }, get) == Error::input_output);
  CHECK(lied(24, [](Bytes& a) { set64(a, 7 + 8 + 13 + 12 + 32 + 8 + 8, 1'000'000'000); }, get) == Error::input_output);
  const auto error = [](std::uint32_t number) {
    return [number](Bytes& a) { a.resize(11), set32(a, 0, 11), a[4] = 7, set32(a, 7, number); };
  };
  CHECK(lied(24, error(13), get, false) == Error{13});
  CHECK(lied(24, error(0), get) == Error::input_output);
  CHECK(lied(24, error(4096), get) == Error::input_output);
}

TEST_CASE("9p: counts that can't be") {
  const auto read = [](ShareRig& rig, Fid fid) {
    std::uint8_t bytes[4] = {1, 2, 3, 4};
    std::uint8_t guard = 5;
    std::size_t got = 0;
    const Error wrong = rig.client.read(fid, 0, bytes, got);
    CHECK(guard == 5);
    CHECK(got <= 4);
    return wrong;
  };
  CHECK(lied(
            116, [](Bytes& a) { set32(a, 7, 5), a.push_back(0), set32(a, 0, static_cast<std::uint32_t>(a.size())); },
            read) == Error::input_output);
  CHECK(lied(116, [](Bytes& a) { set32(a, 7, ~0u); }, read) == Error::input_output);
  CHECK(lied(116, [](Bytes& a) { set32(a, 7, 3); }, read) == Error::input_output);
  const auto write = [](ShareRig& rig, Fid fid) {
    const std::uint8_t bytes[4] = {};
    std::size_t put = 0;
    return rig.client.write(fid, 0, bytes, put);
  };
  CHECK(lied(118, [](Bytes& a) { set32(a, 7, 5); }, write) == Error::input_output);
  CHECK(lied(118, [](Bytes& a) { set32(a, 7, 0); }, write, false) == Error::none);
  const auto walk = [](ShareRig& rig, Fid) { return rig.find("/file"); };
  CHECK(
      lied(110, [](Bytes& a) { set16(a, 7, 2), a.resize(9 + 26), set32(a, 0, 9 + 26); }, walk) == Error::input_output);
  CHECK(lied(110, [](Bytes& a) { set16(a, 7, 0), a.resize(9), set32(a, 0, 9); }, walk, false) == Error::not_found);
}

TEST_CASE("9p: names and positions of a listing that can't be") {
  const auto list = [](ShareRig& rig, Fid) {
    const Fid fid = rig.at("");
    REQUIRE(ok(rig.client.open(fid, Access::read)));
    std::uint8_t bytes[100];
    std::size_t got = 0;
    if (const Error wrong = rig.client.list(fid, 0, bytes, got); !ok(wrong)) return wrong;
    Reader reader({bytes, got});
    return rig.client.next_entry(reader, 0) ? Error::none : Error::input_output;
  };
  // Of the entry "file": qid, offset, type, length and name, behind header and count.
  constexpr std::size_t kOffset = 11 + 13, kLength = kOffset + 9, kName = kLength + 2;
  CHECK(lied(40, [](Bytes&) {}, list, false) == Error::none);
  CHECK(lied(40, [](Bytes& a) { a[kName + 1] = '/'; }, list) == Error::input_output);
  CHECK(lied(40, [](Bytes& a) { a[kName] = 0; }, list) == Error::input_output);
  CHECK(lied(40, [](Bytes& a) { set16(a, kLength, 0); }, list) == Error::input_output);
  CHECK(lied(40, [](Bytes& a) { set16(a, kLength, 5); }, list) == Error::input_output);
  CHECK(lied(40, [](Bytes& a) { set64(a, kOffset, 0); }, list) == Error::input_output);
  CHECK(lied(40, [](Bytes& a) { set64(a, kOffset, 1ull << 63); }, list) == Error::input_output);
  CHECK(lied(40, [](Bytes& a) { set32(a, 7, 200); }, list) == Error::input_output);
  CHECK(lied(40, [](Bytes& a) { set32(a, 7, 20), a.resize(31), set32(a, 0, 31); }, list) == Error::input_output);
}

TEST_CASE("9p: a beginning that is none") {
  const auto begins = [](std::uint8_t type, std::function<void(Bytes&)> lie) {
    Bytes message(8192), answer(8192);
    ShareModel server;
    server.meddle = [&](std::uint8_t of, Bytes& bytes) {
      if (of == type) lie(bytes);
    };
    Client client;
    return client.start(server, message, answer);
  };
  CHECK(ok(begins(100, [](Bytes&) {})));
  CHECK(begins(100, [](Bytes& a) { set32(a, 7, 8193); }) == Error::input_output);
  CHECK(begins(100, [](Bytes& a) { set32(a, 7, 0); }) == Error::input_output);
  CHECK(begins(100, [](Bytes& a) { a[13 + 7] = 'u'; }) == Error::input_output);
  CHECK(begins(100, [](Bytes& a) { set16(a, 5, 1); }) == Error::input_output);
  CHECK(begins(104, [](Bytes& a) { a[7] = 0; }) == Error::input_output);
  ShareRig rig;
  rig.server.dead = true;
  CHECK(rig.find("") == Error::input_output);
  CHECK(rig.client.broken());
}
