// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A disk in a file or block device of the host's. Reading, writing and fdatasync() may take long, so a thread of the
// disk's own does them, one after another, while the guest goes on.

#include <pthread.h>
#include <sys/types.h>

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
  Status submit(drivers::BlockRequest& request) override;
  void flush_queue() override;
  unsigned poll(void (*done)(drivers::BlockRequest&)) override;
  bool arm() override { return true; }

 private:
  /// A list of requests, first in first out.
  struct Queue {
    drivers::BlockRequest* first = nullptr;
    drivers::BlockRequest* last = nullptr;
    void add(drivers::BlockRequest& request);
    drivers::BlockRequest* take();
  };

  static void* run(void* self);
  void work();
  Status perform(const drivers::BlockRequest& request);
  ssize_t read_at(void* to, std::size_t count, off_t at) const;

  int file_ = -1, done_event_ = -1;
  drivers::BlockInfo info_{};
  std::uint64_t bytes_ = 0;  ///< of the file at its opening: its last sector may be a part of one
  bool queued_ = false;
  unsigned outstanding_ = 0;  ///< submitted and not yet reported
  pthread_t thread_{};
  pthread_mutex_t lock_ = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t wake_ = PTHREAD_COND_INITIALIZER;
  Queue waiting_, done_;  ///< below the lock
};

}  // namespace wick::monitor
