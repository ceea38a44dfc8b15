// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Looks a whole mounted volume through and changes nothing: every structure against every other. For programs of the
// host, as it takes memory by the number of files; no image links it.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "wickfs/volume.h"

namespace wick::wickfs {

struct Finding {
  std::uint64_t block;  ///< of the disk; 0: none in particular
  Inode inode;          ///< 0: the volume's own
  std::string path;     ///< of the inode, where it has a name
  std::string what;     ///< a clause
};

struct CheckResult {
  std::vector<Finding> findings;
  std::uint64_t files = 0, folders = 0, orphans = 0;
  std::uint64_t nodes = 0, data_blocks = 0;
};

class Checker {
 public:
  explicit Checker(Volume& volume) : volume_(volume) {}
  CheckResult run();

 private:
  struct Known {
    bool has_item = false, orphan = false;
    InodeItem item{};
    std::uint64_t names = 0, entries = 0, blocks = 0;
    Inode above = 0;
    std::string name;
  };

  void find(std::uint64_t block, Inode inode, std::string what);
  void node(const ChildItem& child, std::uint32_t level);
  void item(std::uint64_t block, const Key& key, std::span<const std::byte> value);
  void claim(std::uint64_t block, std::uint64_t count, Inode inode);
  void inodes();
  void space();
  std::string path_of(Inode inode) const;

  Volume& volume_;
  CheckResult result_;
  std::map<Inode, Known> known_;
  std::vector<bool> claimed_;
  Key last_{};
  std::uint64_t extent_end_ = 0;  ///< behind the extent before, when it was the same file's
  Inode extent_of_ = 0;
};

}  // namespace wick::wickfs
