// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A server of 9P2000.L for tests, over a tree in memory, written from the protocol and apart from the client. It can
// behave, and whoever tests can have a hand in each of its answers.

#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "fs/9p/client.h"

namespace wick::test {

using Bytes = std::vector<std::uint8_t>;

/// Puts an answer together.
class Answer {
 public:
  template <typename T>
  Answer& put(T value) {
    const auto* from = reinterpret_cast<const std::uint8_t*>(&value);
    bytes.insert(bytes.end(), from, from + sizeof value);
    return *this;
  }
  Answer& text(std::string_view value) {
    put(static_cast<std::uint16_t>(value.size()));
    bytes.insert(bytes.end(), value.begin(), value.end());
    return *this;
  }
  Bytes bytes;
};

class ShareModel final : public ninep::Channel {
 public:
  struct Node {
    bool directory = false;
    std::uint32_t mode = 0;
    std::string content;
    std::uint64_t number = 0;
  };
  struct Place {
    std::string path;
    bool open = false;
  };

  ShareModel() { nodes[""] = {true, 0040755, "", next_number++}; }

  std::map<std::string, Node> nodes;  ///< by path without the first slash
  std::map<std::uint32_t, Place> fids;
  std::vector<std::uint8_t> asked;  ///< types of the messages that came
  std::uint32_t most = 1 << 20;
  std::uint32_t piece = ~0u;  ///< it takes and gives no more than that at a time
  bool dead = false;
  /// Gets each answer before it is sent, whole.
  std::function<void(std::uint8_t type, Bytes& answer)> meddle;

  std::size_t exchange(std::span<const std::uint8_t> message, std::span<std::uint8_t> answer) override {
    if (dead) return 0;
    at_ = message.data();
    const auto size = get<std::uint32_t>();
    const auto type = get<std::uint8_t>();
    const auto tag = get<std::uint16_t>();
    if (size != message.size()) std::abort();
    asked.push_back(type);
    Answer body;
    const std::uint32_t error = serve(type, body);
    if (error == 0 && at_ != message.data() + message.size()) std::abort();
    Answer whole;
    if (error) body = Answer().put(error);
    whole.put(static_cast<std::uint32_t>(7 + body.bytes.size()));
    whole.put(static_cast<std::uint8_t>(error ? 7 : type + 1)).put(tag);
    whole.bytes.insert(whole.bytes.end(), body.bytes.begin(), body.bytes.end());
    if (meddle) meddle(type, whole.bytes);
    if (whole.bytes.size() > answer.size()) return answer.size() + 1;
    std::memcpy(answer.data(), whole.bytes.data(), whole.bytes.size());
    return whole.bytes.size();
  }

  static std::string join(const std::string& folder, const std::string& name) {
    return folder.empty() ? name : folder + "/" + name;
  }

 private:
  enum : std::uint32_t {
    kNoEntry = 2,
    kBadFid = 9,
    kExists = 17,
    kNotDirectory = 20,
    kIsDirectory = 21,
    kNotEmpty = 39
  };

  template <typename T>
  T get() {
    T value;
    std::memcpy(&value, at_, sizeof value);
    at_ += sizeof value;
    return value;
  }
  std::string get_text() {
    const auto length = get<std::uint16_t>();
    std::string text(reinterpret_cast<const char*>(at_), length);
    at_ += length;
    return text;
  }
  void put_qid(Answer& to, const Node& node) {
    to.put(static_cast<std::uint8_t>(node.directory ? 0x80 : 0)).put(std::uint32_t{1}).put(node.number);
  }
  bool has_below(const std::string& path) {
    for (const auto& [name, node] : nodes)
      if (name.size() > path.size() && name.starts_with(path + "/")) return true;
    return false;
  }
  Node* node_of(std::uint32_t fid) {
    const auto place = fids.find(fid);
    if (place == fids.end()) return nullptr;
    const auto node = nodes.find(place->second.path);
    return node == nodes.end() ? nullptr : &node->second;
  }

  std::uint32_t serve(std::uint8_t type, Answer& to) {
    switch (type) {
      case 100: {
        const auto asked_most = get<std::uint32_t>();
        (void)get_text();
        to.put(std::min(asked_most, most)).text("9P2000.L");
        return 0;
      }
      case 104: {
        const auto fid = get<std::uint32_t>();
        (void)get<std::uint32_t>();
        (void)get_text();
        (void)get_text();
        (void)get<std::uint32_t>();
        fids[fid] = {};
        put_qid(to, nodes[""]);
        return 0;
      }
      case 110:
        return walk(to);
      case 120:
        return fids.erase(get<std::uint32_t>()) ? 0 : kBadFid;
    }
    const auto fid = get<std::uint32_t>();
    Node* const node = node_of(fid);
    if (type == 8) {
      to.put(std::uint32_t{0x1234}).put(std::uint32_t{4096});
      for (std::uint64_t value : {1000, 500, 400, 30, 20, 7}) to.put(value);
      to.put(std::uint32_t{255});
      return 0;
    }
    if (!node) return drop(type), kNoEntry;
    Place& place = fids[fid];
    switch (type) {
      case 12: {
        if (get<std::uint32_t>() & 01000) node->content.clear();
        place.open = true;
        put_qid(to, *node);
        to.put(std::uint32_t{0});
        return 0;
      }
      case 14:
      case 72: {
        const std::string path = join(place.path, get_text());
        const auto flags = type == 14 ? get<std::uint32_t>() : 0200u;
        const auto mode = get<std::uint32_t>();
        (void)get<std::uint32_t>();
        if (nodes.contains(path) && (flags & 0200)) return kExists;
        const bool folder = type == 72;
        if (!nodes.contains(path)) nodes[path] = {folder, (folder ? 0040000 : 0100000) | mode, "", next_number++};
        put_qid(to, nodes[path]);
        if (!folder) place = {path, true}, to.put(std::uint32_t{0});
        return 0;
      }
      case 24: {
        (void)get<std::uint64_t>();
        to.put(std::uint64_t{0x7ff});
        put_qid(to, *node);
        to.put(node->mode).put(std::uint32_t{0}).put(std::uint32_t{0}).put(std::uint64_t{1}).put(std::uint64_t{0});
        to.put(std::uint64_t{node->content.size()}).put(std::uint64_t{4096}).put(std::uint64_t{8});
        for (std::uint64_t time : {1, 2, 3, 4, 5, 6, 0, 0, 0, 0}) to.put(time);
        return 0;
      }
      case 26: {
        const auto which = get<std::uint32_t>();
        const auto mode = get<std::uint32_t>();
        (void)get<std::uint64_t>();
        const auto size = get<std::uint64_t>();
        for (int i = 0; i < 4; i++) (void)get<std::uint64_t>();
        if (which & 1) node->mode = (node->mode & 0170000) | mode;
        if (which & 8) node->content.resize(size);
        return 0;
      }
      case 40:
        return list(place, to);
      case 50:
        (void)get<std::uint32_t>();
        return place.open ? 0u : kBadFid;
      case 74: {
        const std::string from = join(place.path, get_text());
        const auto other = get<std::uint32_t>();
        const std::string target = join(fids[other].path, get_text());
        if (!nodes.contains(from)) return kNoEntry;
        nodes[target] = nodes[from];
        nodes.erase(from);
        return 0;
      }
      case 76: {
        const std::string path = join(place.path, get_text());
        const bool folder = get<std::uint32_t>() & 0x200;
        if (!nodes.contains(path)) return kNoEntry;
        if (nodes[path].directory != folder) return folder ? kNotDirectory : kIsDirectory;
        if (has_below(path)) return kNotEmpty;
        nodes.erase(path);
        return 0;
      }
      case 116: {
        const auto offset = get<std::uint64_t>();
        const auto count = std::min(get<std::uint32_t>(), piece);
        if (!place.open) return kBadFid;
        const std::string data = offset < node->content.size() ? node->content.substr(offset, count) : "";
        to.put(static_cast<std::uint32_t>(data.size()));
        to.bytes.insert(to.bytes.end(), data.begin(), data.end());
        return 0;
      }
      case 118: {
        const auto offset = get<std::uint64_t>();
        const auto sent = get<std::uint32_t>();
        const std::string data(reinterpret_cast<const char*>(at_), sent);
        at_ += sent;
        if (!place.open) return kBadFid;
        const auto count = std::min(sent, piece);
        if (node->content.size() < offset + count) node->content.resize(offset + count);
        node->content.replace(offset, count, data.substr(0, count));
        to.put(count);
        return 0;
      }
    }
    std::abort();
  }

  /// The rest of a request that fails at once.
  void drop(std::uint8_t) {}

  std::uint32_t walk(Answer& to) {
    const auto fid = get<std::uint32_t>(), made = get<std::uint32_t>();
    const auto count = get<std::uint16_t>();
    if (count > 16 || !fids.contains(fid)) std::abort();
    std::string path = fids[fid].path;
    Answer qids;
    std::uint16_t passed = 0;
    bool stopped = false;
    for (unsigned i = 0; i < count; i++) {
      const std::string name = get_text();
      if (stopped || !nodes.contains(join(path, name))) {
        stopped = true;
        continue;
      }
      path = join(path, name);
      put_qid(qids, nodes[path]);
      passed++;
    }
    if (stopped && passed == 0) return kNoEntry;
    if (!stopped) fids[made] = {path, false};
    to.put(passed);
    to.bytes.insert(to.bytes.end(), qids.bytes.begin(), qids.bytes.end());
    return 0;
  }

  std::uint32_t list(const Place& place, Answer& to) {
    const auto from = get<std::uint64_t>();
    const auto count = get<std::uint32_t>();
    if (!place.open) return kBadFid;
    Answer entries;
    std::uint64_t position = 0;
    for (const auto& [path, node] : nodes) {
      const std::size_t skip = place.path.empty() ? 0 : place.path.size() + 1;
      if (path.empty() || path.size() <= skip || (skip && !path.starts_with(place.path + "/"))) continue;
      const std::string name = path.substr(skip);
      if (name.find('/') != name.npos || ++position <= from) continue;
      Answer entry;
      entry.put(std::uint8_t{0}).put(std::uint32_t{1}).put(node.number);
      entry.put(position).put(static_cast<std::uint8_t>(node.directory ? 4 : 8)).text(name);
      if (entries.bytes.size() + entry.bytes.size() > count) break;
      entries.bytes.insert(entries.bytes.end(), entry.bytes.begin(), entry.bytes.end());
    }
    to.put(static_cast<std::uint32_t>(entries.bytes.size()));
    to.bytes.insert(to.bytes.end(), entries.bytes.begin(), entries.bytes.end());
    return 0;
  }

  std::uint64_t next_number = 1;
  const std::uint8_t* at_ = nullptr;
};

}  // namespace wick::test
