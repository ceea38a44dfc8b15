// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A shared folder in the tree of files: paths, descriptors and errno around the client of 9P (client.h), which knows
// none of these. Nothing is kept here of what the folder has: each question is asked anew, as the host changes it, too.

#include "class/share.h"
#include "fs/9p/client.h"
#include "fs/path.h"
#include "fs/volumes.h"
#include "sched/mutex.h"
#include "sched/thread.h"

namespace wick::fs {

/// @return 0 or a negative errno
Outcome outcome_of(ninep::Error error);

/// Messages over a driver's device; who waits lets other threads run.
class ShareChannel final : public ninep::Channel {
 public:
  void use(drivers::Share& share);
  std::size_t exchange(std::span<const std::uint8_t> message, std::span<std::uint8_t> answer) override;

 private:
  drivers::Share* share_ = nullptr;
};

class SharedFile;

class Shared final : public FileSystem {
 public:
  Outcome open(std::string_view path, int flags, mode_t mode, FileOperations*& file) override;
  Outcome stat(std::string_view path, struct stat& to) override;
  Outcome next_entry(std::string_view path, std::uint64_t& cookie, ::dirent& to) override;
  Outcome make_directory(std::string_view path, mode_t mode) override;
  Outcome make_socket(std::string_view, mode_t) override { return -EPERM; }
  Outcome remove(std::string_view path, bool directory) override;
  Outcome rename(std::string_view from, std::string_view to) override;
  Outcome set_mode(std::string_view path, mode_t mode) override;
  Outcome set_time(std::string_view path, const timespec& changed) override;
  bool read_only() const override { return false; }  // the host says so of each change
  Outcome sync() override;
  void space(struct statvfs& to) const override;

  /// @param number which shared folder  @return a sentence that says why not
  const char* start(drivers::Share& share, std::string_view point, unsigned number);

 private:
  friend class SharedFile;

  /// Held around whatever the client does: it does one thing at a time.
  class Held {
   public:
    explicit Held(const Shared& its) : its_(its) { its_.mutex_.lock(); }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;
    ~Held() { its_.mutex_.unlock(); }

   private:
    const Shared& its_;
  };

  /// A path that the server has been led to; it forgets it in the end.
  class Place {
   public:
    Place(Shared& its, std::string_view path) : client_(its.client_) {
      wrong = client_.walk(path.substr(its.point_.size()), fid, qid);
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() {
      if (ok(wrong) && fid != ninep::Fid::none) client_.forget(fid);
    }
    ninep::Fid keep() {
      const ninep::Fid kept = fid;
      fid = ninep::Fid::none;
      return kept;
    }

    ninep::Error wrong;
    ninep::Fid fid = ninep::Fid::none;
    ninep::Qid qid;

   private:
    ninep::Client& client_;
  };

  /// The directory that was listed last, and what is to come of the server's last answer.
  struct Listing {
    bool open = false;
    ninep::Fid fid{};
    Path path{};
    std::uint64_t offset = 0;
    std::uint32_t count = 0;  ///< entries told so far
    ninep::Reader entries;
    std::uint8_t bytes[4096]{};
  };
  void end_listing();
  Outcome begin_listing(std::string_view path, std::uint64_t offset);
  Outcome next_listed(ninep::Entry& entry);

  Outcome make_file(std::string_view path, int flags, mode_t mode, ninep::Fid& fid);
  Outcome keep_open(ninep::Fid fid, FileOperations*& file);
  void fill(const ninep::Attributes& attributes, struct stat& to) const;
  template <typename Change>
  Outcome in_parent(std::string_view path, Change&& change);

  mutable sched::RecursiveMutex mutex_;
  mutable ninep::Client client_;
  ShareChannel channel_;
  std::string_view point_;
  dev_t device_ = 0;
  SharedFile* files_ = nullptr;  ///< that are open
  Listing listing_;
};

}  // namespace wick::fs
