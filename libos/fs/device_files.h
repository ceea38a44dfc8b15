// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// /dev: null, zero, full, random, urandom, console, stdin, stdout, stderr; and crash, once a guest has crashed.

#include "fs/file_system.h"

namespace wick::fs {

namespace detail {
class DeviceFileSystem final : public FileSystem {
 public:
  Outcome open(std::string_view path, int flags, mode_t mode, FileOperations*& file) override;
  Outcome stat(std::string_view path, struct stat& to) override;
  Outcome next_entry(std::string_view path, std::uint64_t& cookie, ::dirent& to) override;
};
extern constinit DeviceFileSystem the_device_file_system;
}  // namespace detail

constexpr FileSystem& device_file_system() { return detail::the_device_file_system; }

}  // namespace wick::fs
