// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A client of a shared folder with its server in memory, for the tests of both.

#include <doctest.h>

#include <set>

#include "share_model.h"

namespace wick::test {

using namespace wick::ninep;

struct ShareRig {
  explicit ShareRig(std::uint32_t most = 1 << 20, std::size_t room = 1 << 14) : message(room), answer(room) {
    server.most = most;
    started = client.start(server, message, answer);
  }
  Fid at(std::string_view path) {
    Fid fid = Fid::none;
    Qid qid;
    REQUIRE(ok(client.walk(path, fid, qid)));
    return fid;
  }
  Error find(std::string_view path) {
    Fid fid = Fid::none;
    Qid qid;
    const Error wrong = client.walk(path, fid, qid);
    if (ok(wrong)) client.forget(fid);
    return wrong;
  }
  Fid make(std::string_view name, std::string_view content) {
    const Fid fid = at("");
    REQUIRE(ok(client.create(fid, name, Access::both, 0644)));
    write(fid, content);
    return fid;
  }
  void write(Fid fid, std::string_view content) {
    std::size_t done = 0;
    while (done < content.size()) {
      std::size_t put = 0;
      REQUIRE(ok(client.write(
          fid, done, {reinterpret_cast<const std::uint8_t*>(content.data()) + done, content.size() - done}, put)));
      REQUIRE(put > 0);
      done += put;
    }
  }
  std::string read(Fid fid) {
    std::string all;
    for (;;) {
      std::uint8_t bytes[1000];
      std::size_t got = 0;
      REQUIRE(ok(client.read(fid, all.size(), bytes, got)));
      if (got == 0) return all;
      all.append(reinterpret_cast<const char*>(bytes), got);
    }
  }
  std::set<std::string> list(std::string_view path) {
    const Fid fid = at(path);
    REQUIRE(ok(client.open(fid, Access::read)));
    std::set<std::string> names;
    std::uint64_t offset = 0;
    for (;;) {
      std::uint8_t bytes[200];
      std::size_t got = 0;
      REQUIRE(ok(client.list(fid, offset, bytes, got)));
      if (got == 0) break;
      Reader reader({bytes, got});
      while (reader.left()) {
        const auto entry = client.next_entry(reader, offset);
        REQUIRE(entry);
        CHECK(names.insert(std::string(entry->text())).second);
        offset = entry->offset;
      }
    }
    client.forget(fid);
    return names;
  }

  ShareModel server;
  Bytes message, answer;
  Client client;
  Error started;
};

}  // namespace wick::test
