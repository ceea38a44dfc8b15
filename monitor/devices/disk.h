// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A disk in a file or block device of the host's. Reading, writing and fdatasync() may take long, so a thread of the
// disk's own does them, one after another, while the guest goes on.

#include <pthread.h>
#include <sys/types.h>

#include <mutex>
#include <string>

#include "class/block.h"
#include "monitor/base/sentence.h"

namespace wick::monitor {

class Disk final : public drivers::Block {
 public:
  /// Opens and locks the file. @return what is wrong in one sentence
  Outcome open(const std::string& path, const std::string& serial);
  /// Starts the thread: after the last fork.
  Outcome start();

  int file() const { return file_; }
  int done_file() const { return done_event_; }  ///< readable when a request has ended

  drivers::BlockInfo info() const override { return info_; }
  drivers::BlockInfo look_again() override;
  Status submit(drivers::BlockRequest& request) override;
  void flush_queue() override;
  unsigned poll(void (*done)(drivers::BlockRequest&)) override;
  bool arm() override { return true; }

 private:
  static void* run(void* self);
  void work();
  void measure();
  Status perform(const drivers::BlockRequest& request);
  ssize_t read_at(void* to, std::size_t count, off_t at) const;

  int file_ = -1, done_event_ = -1;
  drivers::BlockInfo info_{};
  bool queued_ = false;
  unsigned outstanding_ = 0;  ///< submitted and not yet reported
  pthread_t thread_{};
  bool lost_ = false;  ///< the thread's: what was written before a flush that failed may be gone for good
  std::mutex lock_;
  // Not the standard library's, whose end waits for the thread, which has none.
  pthread_cond_t wake_ = PTHREAD_COND_INITIALIZER, measured_ = PTHREAD_COND_INITIALIZER;
  // Below the lock:
  drivers::BlockRequest* waiting_ = nullptr;         ///< the oldest first
  drivers::BlockRequest** waiting_end_ = &waiting_;  ///< where the next one's address goes
  drivers::BlockRequest* done_ = nullptr;            ///< the latest first
  bool measure_ = false;                             ///< somebody waits to hear how long the file is
  std::uint64_t bytes_ = 0;                          ///< of the file: its last sector may be a part of one
};

}  // namespace wick::monitor
