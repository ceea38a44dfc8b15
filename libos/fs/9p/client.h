// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A client of 9P2000.L: what a folder that somebody shares can do, a message each. The server isn't trusted: its answer
// is of the asked type and tag and no longer than what arrived, its counts fit what was asked, its names are names.
// One that breaks the rules is given up: from then on everything fails. Host-testable.

#include <optional>

#include "fs/9p/wire.h"

namespace wick::ninep {

/// As Linux numbers them, which is how servers say them; any value may come.
enum class Error : std::uint32_t {
  none = 0,
  not_found = 2,
  input_output = 5,
  bad_descriptor = 9,
  not_directory = 20,
  too_many_open = 24,
  name_too_long = 36,
};
constexpr bool ok(Error error) { return error == Error::none; }
inline constexpr std::uint32_t kMaxError = 4095;

/// How messages get there and back.
class Channel {
 public:
  /// Sends, and waits for the answer. @return bytes of the answer; 0 when there is nobody any more
  virtual std::size_t exchange(std::span<const std::uint8_t> message, std::span<std::uint8_t> answer) = 0;

 protected:
  ~Channel() = default;
};

/// The client's number of a place in the tree.
enum class Fid : std::uint32_t { root = 0, none = kNobody };

struct Time {
  std::uint64_t seconds = 0;  ///< since 1970, negative ones as two's complement
  std::uint64_t nanoseconds = 0;
};

struct Attributes {
  Qid qid;
  std::uint32_t mode = 0;  ///< type and permissions as Linux has them
  std::uint64_t links = 0, size = 0, block_size = 0, blocks = 0;
  Time accessed, modified, changed;
};

/// What is to be changed: an all-ones value stays.
struct Changes {
  std::uint32_t mode = ~0u;
  std::uint64_t size = ~0ull;
  bool sets_modified = false;
  Time modified{};
};

struct Space {
  std::uint32_t block_size = 0;
  std::uint64_t blocks = 0, free = 0, available = 0, files = 0, free_files = 0;
};

struct Entry {
  Qid qid;
  std::uint64_t offset;  ///< of the next one
  std::uint8_t type;     ///< as Linux' d_type
  char name[kMaxName];
  std::size_t name_length;
  std::string_view text() const { return {name, name_length}; }
};

enum class Access : std::uint32_t { read = 0, write = 1, both = 2, truncate = 01000, exclusive = 0200 };
constexpr Access operator|(Access a, Access b) {
  return static_cast<Access>(static_cast<std::uint32_t>(a) | static_cast<std::uint32_t>(b));
}

class Client {
 public:
  constexpr Client() = default;

  static constexpr std::uint32_t kLeastMessage = 4096;
  static constexpr unsigned kMaxFids = 1024;

  /// Agrees on the protocol and takes the root. @param message  @param answer room for each, of the same length
  Error start(Channel& channel, std::span<std::uint8_t> message, std::span<std::uint8_t> answer);
  bool broken() const { return broken_; }

  /// A new fid for a path from the root: names with slashes in between, "" for the root itself. Whoever gets one
  /// forgets it. @param found what it is, unless it's the root
  Error walk(std::string_view path, Fid& fid, Qid& found);
  void forget(Fid fid);

  Error open(Fid fid, Access access);
  /// In the directory `fid`, which becomes the new file and is open.
  Error create(Fid fid, std::string_view name, Access access, std::uint32_t mode);
  /// As much as one message carries.
  Error read(Fid fid, std::uint64_t offset, std::span<std::uint8_t> to, std::size_t& got);
  Error write(Fid fid, std::uint64_t offset, std::span<const std::uint8_t> from, std::size_t& put);
  Error sync(Fid fid);

  Error get(Fid fid, Attributes& to);
  Error set(Fid fid, const Changes& changes);
  Error space(Space& to);

  Error make_directory(Fid directory, std::string_view name, std::uint32_t mode);
  Error remove(Fid directory, std::string_view name, bool is_directory);
  Error rename(Fid from, std::string_view name, Fid to, std::string_view new_name);

  /// Entries of an open directory from `offset` on, 0 at first, as the server has put them: for next_entry().
  /// @param got 0 at the end
  Error list(Fid directory, std::uint64_t offset, std::span<std::uint8_t> to, std::size_t& got);
  /// The next of what list() brought. @return nothing when it is none, and the server is given up
  std::optional<Entry> next_entry(Reader& list, std::uint64_t offset);

 private:
  Writer message(Type type) { return Writer(message_, type); }
  /// Sends it. @param answer what stands behind the answer's header
  Error call(Writer& message, Type type, Reader& answer, std::uint16_t tag = kTag);
  /// Of a request whose answer has nothing to say.
  Error call(Writer& message, Type type);
  Error finish(const Reader& answer) { return answer.complete() ? Error::none : give_up(); }
  Error give_up() {
    broken_ = true;
    return Error::input_output;
  }
  Error walk_from(Fid from, Fid to, std::string_view& path, Qid& found);
  bool take_fid(Fid& fid);
  void give_back(Fid fid);

  Channel* channel_ = nullptr;
  std::span<std::uint8_t> message_, answer_;  ///< as much of them as was agreed on
  bool broken_ = false;
  std::uint64_t fids_[kMaxFids / 64]{};  ///< a bit each
};

}  // namespace wick::ninep
