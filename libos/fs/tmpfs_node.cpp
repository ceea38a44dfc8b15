// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See tmpfs_node.h.

#include "fs/tmpfs_node.h"

#include <cstdlib>
#include <cstring>
#include <new>

#include "fs/seekable.h"
#include "time/clock.h"

namespace wick::fs {

namespace {

constexpr std::uint64_t kFirstCapacity = 256;
constexpr std::uint64_t kMaxBytes = 1ull << 40;  // of a file: more than any appliance has memory
constexpr dev_t kDevice = 1;  // of all of them, whose nodes are numbered together; embedded files have 0
constinit std::uint64_t last_number = 0;

class TmpfsFile final : public Seekable {
 public:
  explicit TmpfsFile(TmpfsNode& node) : node_(node) { node_.open_count++; }

  Outcome read_at(void* to, std::size_t bytes, std::uint64_t offset) override {
    if (offset >= node_.size) return 0;
    if (bytes > node_.size - offset) bytes = node_.size - offset;
    std::memcpy(to, node_.content + offset, bytes);
    return static_cast<Outcome>(bytes);
  }

  Outcome write_at(const void* from, std::size_t bytes, std::uint64_t offset) override {
    std::uint64_t end;
    if (__builtin_add_overflow(offset, bytes, &end) || end > kMaxBytes) return -EFBIG;
    if (bytes == 0) return 0;
    if (end > node_.size) {
      if (const Outcome wrong = node_.resize(end)) return wrong;
    }
    std::memcpy(node_.content + offset, from, bytes);
    node_.touch();
    return static_cast<Outcome>(bytes);
  }

  Outcome stat(struct stat& to) override {
    node_.fill(to);
    return 0;
  }

  Outcome truncate(std::uint64_t bytes) override {
    if (bytes > kMaxBytes) return -EFBIG;
    node_.touch();
    return node_.resize(bytes);
  }

  Outcome set_mode(mode_t mode) override {
    node_.mode = S_IFREG | mode;
    return 0;
  }

  Outcome set_time(const timespec& changed) override {
    node_.changed = changed;
    return 0;
  }

  Outcome sync() override { return 0; }

  void destroy() override {
    node_.open_count--;
    drop_unused(node_);
    std::free(this);
  }

 private:
  std::uint64_t size() override { return node_.size; }
  TmpfsNode& node_;
};

}  // namespace

TmpfsNode* TmpfsNode::child(std::string_view wanted) const {
  for (TmpfsNode* node = children; node; node = node->next) {
    if (wanted == node->name) return node;
  }
  return nullptr;
}

void TmpfsNode::fill(struct stat& to) const {
  to = {};
  to.st_dev = kDevice;
  to.st_ino = number;
  to.st_mode = mode;
  to.st_nlink = is_directory() ? 2 : (parent ? 1 : 0);
  to.st_size = static_cast<off_t>(size);
  to.st_blksize = 4096;
  to.st_blocks = static_cast<blkcnt_t>((capacity + 511) / 512);
  to.st_atim = to.st_mtim = to.st_ctim = changed;
}

void TmpfsNode::touch() {
  const std::uint64_t date = raw(time::wall().value_or(time::now()));
  changed = {static_cast<time_t>(date / time::kSecond), static_cast<long>(date % time::kSecond)};
}

Outcome TmpfsNode::resize(std::uint64_t bytes) {
  if (bytes > capacity) {
    std::uint64_t wanted = capacity + capacity / 2;
    if (wanted < bytes) wanted = bytes;
    if (wanted < kFirstCapacity) wanted = kFirstCapacity;
    void* grown = std::realloc(content, wanted);
    if (!grown) grown = std::realloc(content, wanted = bytes);  // tight rather than not at all
    if (!grown) return -ENOSPC;
    content = static_cast<char*>(grown);
    capacity = wanted;
  }
  if (bytes > size) std::memset(content + size, 0, bytes - size);
  size = bytes;
  if (size == 0) {
    std::free(content);
    content = nullptr;
    capacity = 0;
  }
  return 0;
}

TmpfsNode* make_node(mode_t mode) {
  void* room = std::malloc(sizeof(TmpfsNode));
  if (!room) return nullptr;
  auto* node = new (room) TmpfsNode;
  node->mode = mode;
  node->number = ++last_number;
  node->touch();
  return node;
}

bool attach(TmpfsNode& node, TmpfsNode& parent, std::string_view name) {
  auto* copy = static_cast<char*>(std::malloc(name.size() + 1));
  if (!copy) return false;
  std::memcpy(copy, name.data(), name.size());
  copy[name.size()] = '\0';
  detach(node);
  node.name = copy;
  node.parent = &parent;
  TmpfsNode** place = &parent.children;
  while (*place && (*place)->number > node.number) place = &(*place)->next;
  node.next = *place;
  *place = &node;
  parent.touch();
  return true;
}

void detach(TmpfsNode& node) {
  if (!node.parent) return;
  TmpfsNode** place = &node.parent->children;
  while (*place != &node) place = &(*place)->next;
  *place = node.next;
  node.parent->touch();
  node.parent = nullptr;
  std::free(node.name);
  node.name = nullptr;
}

void drop_unused(TmpfsNode& node) {
  if (node.parent || node.open_count > 0) return;
  std::free(node.content);
  std::free(&node);
}

FileOperations* open_node(TmpfsNode& node) {
  void* room = std::malloc(sizeof(TmpfsFile));
  return room ? new (room) TmpfsFile(node) : nullptr;
}

}  // namespace wick::fs
