// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the connections of one program to the same volume share: the store, the locks of SQLite's protocol, and the
// index of the log, which is ordinary memory here. Another program can't open the volume meanwhile.

#include <pthread.h>

#include "sqlite3.h"
#include "store.h"

enum { kIndexPieces = 256 };  // of 32 KiB: a log of a million frames

struct wick_volume {
  struct wick_volume* next;
  char* path;
  int users;
  pthread_mutex_t mutex;  // not SQLite's, which has none when it is built for one thread

  int shared;                      // connections that hold SQLITE_LOCK_SHARED or more
  const void *reserved, *pending;  // the connection that holds these
  void* index[kIndexPieces];
  int index_users;
  int index_locks[SQLITE_SHM_NLOCK];  // shared holders; -1: exclusive

  struct wick_store store;
};

/// A connection's own part.
struct wick_locks {
  struct wick_volume* volume;
  int level;  // SQLITE_LOCK_*
  unsigned index_shared, index_exclusive;
  int index_used;
};

/// @return SQLITE_OK with one user more
int wick_volume_use(const char* path, enum wick_format format, struct wick_volume** volume, const char** refused);
/// Of one that is in use; NULL when there is none.
struct wick_volume* wick_volume_find(const char* path, size_t length);
void wick_volume_leave(struct wick_volume* volume);

int wick_lock(struct wick_locks* locks, int level);
int wick_unlock(struct wick_locks* locks, int level);

int wick_index_map(struct wick_locks* locks, int piece, int bytes, int extend, void volatile** to);
int wick_index_lock(struct wick_locks* locks, int first, int count, int flags);
void wick_index_unmap(struct wick_locks* locks);
