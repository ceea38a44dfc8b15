// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A file or directory of a tmpfs. Names and content are heap blocks; a node stays while it has a name or is open.

#include <string_view>

#include "fs/file.h"

namespace wick::fs {

struct TmpfsNode {
  TmpfsNode* parent = nullptr;  ///< null for the root and for removed nodes
  TmpfsNode* children = nullptr;
  TmpfsNode* next = nullptr;  ///< the next child of the same parent, in falling order of `number`
  char* name = nullptr;
  char* content = nullptr;
  std::uint64_t size = 0;
  std::uint64_t capacity = 0;
  std::uint64_t number = 0;  ///< inode number, counting up
  mode_t mode = 0;
  std::uint32_t open_count = 0;
  timespec changed{};

  bool is_directory() const { return S_ISDIR(mode); }
  TmpfsNode* child(std::string_view wanted) const;
  void fill(struct stat& to) const;
  void touch();

  /// Gives content room for `bytes`; what is new up to there is zero. @return 0 or -ENOSPC
  Outcome resize(std::uint64_t bytes);
};

/// @return nullptr without memory
TmpfsNode* make_node(mode_t mode);

/// Gives the node a (new) name and parent. @return false without memory for the name
bool attach(TmpfsNode& node, TmpfsNode& parent, std::string_view name);
void detach(TmpfsNode& node);

/// Frees the node unless it has a parent or is open.
void drop_unused(TmpfsNode& node);

/// @return nullptr without memory
FileOperations* open_node(TmpfsNode& node);

}  // namespace wick::fs
