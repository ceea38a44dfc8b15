// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See sharing.h. Locks are those of https://sqlite.org/lockingv3.html, §3, and https://sqlite.org/walformat.html, §2.3.

#include "sharing.h"

#include <string.h>

static struct wick_volume* volumes;

static pthread_mutex_t all = PTHREAD_MUTEX_INITIALIZER;

struct wick_volume* wick_volume_find(const char* path, size_t length) {
  for (struct wick_volume* volume = volumes; volume; volume = volume->next)
    if (strlen(volume->path) == length && memcmp(volume->path, path, length) == 0) return volume;
  return NULL;
}

static int open_volume(const char* path, enum wick_format format, struct wick_volume** opened, const char** refused) {
  struct wick_volume* volume = sqlite3_malloc(sizeof *volume);
  if (!volume) return SQLITE_NOMEM;
  memset(volume, 0, sizeof *volume);
  volume->path = sqlite3_mprintf("%s", path);
  pthread_mutex_init(&volume->mutex, NULL);
  const int done = volume->path ? wick_store_open(&volume->store, path, format, refused) : SQLITE_NOMEM;
  if (done != SQLITE_OK) {
    pthread_mutex_destroy(&volume->mutex);
    sqlite3_free(volume->path);
    sqlite3_free(volume);
    return done;
  }
  volume->next = volumes;
  volumes = *opened = volume;
  return SQLITE_OK;
}

int wick_volume_use(const char* path, enum wick_format format, struct wick_volume** volume, const char** refused) {
  pthread_mutex_lock(&all);
  *volume = wick_volume_find(path, strlen(path));
  int done = SQLITE_OK;
  if (!*volume)
    done = open_volume(path, format, volume, refused);
  else if (format == wick_format_always)
    done = SQLITE_BUSY;
  if (done == SQLITE_OK) (*volume)->users++;
  pthread_mutex_unlock(&all);
  return done;
}

void wick_volume_leave(struct wick_volume* volume) {
  pthread_mutex_lock(&all);
  if (--volume->users == 0) {
    for (struct wick_volume** at = &volumes; *at; at = &(*at)->next) {
      if (*at != volume) continue;
      *at = volume->next;
      break;
    }
    wick_store_close(&volume->store);
    for (int i = 0; i < kIndexPieces; i++) sqlite3_free(volume->index[i]);
    pthread_mutex_destroy(&volume->mutex);
    sqlite3_free(volume->path);
    sqlite3_free(volume);
  }
  pthread_mutex_unlock(&all);
}

int wick_lock(struct wick_locks* locks, int level) {
  struct wick_volume* volume = locks->volume;
  if (level <= locks->level) return SQLITE_OK;
  int done = SQLITE_OK;
  pthread_mutex_lock(&volume->mutex);
  if (level == SQLITE_LOCK_SHARED) {
    if (volume->pending)
      done = SQLITE_BUSY;
    else
      volume->shared++;
  } else if (volume->reserved && volume->reserved != locks) {
    done = SQLITE_BUSY;
  } else {
    volume->reserved = locks;
    if (level == SQLITE_LOCK_EXCLUSIVE) {
      volume->pending = locks;  // no further readers, even when those that there are have to end first
      if (volume->shared > 1) {
        locks->level = SQLITE_LOCK_PENDING;
        done = SQLITE_BUSY;
      }
    }
  }
  if (done == SQLITE_OK) locks->level = level;
  pthread_mutex_unlock(&volume->mutex);
  return done;
}

int wick_unlock(struct wick_locks* locks, int level) {
  struct wick_volume* volume = locks->volume;
  if (level >= locks->level) return SQLITE_OK;
  pthread_mutex_lock(&volume->mutex);
  if (volume->reserved == locks) volume->reserved = NULL;
  if (volume->pending == locks) volume->pending = NULL;
  if (level == SQLITE_LOCK_NONE) volume->shared--;
  locks->level = level;
  pthread_mutex_unlock(&volume->mutex);
  return SQLITE_OK;
}

int wick_index_map(struct wick_locks* locks, int piece, int bytes, int extend, void volatile** to) {
  struct wick_volume* volume = locks->volume;
  *to = NULL;
  if (piece >= kIndexPieces) return SQLITE_FULL;
  int done = SQLITE_OK;
  pthread_mutex_lock(&volume->mutex);
  if (!locks->index_used) volume->index_users++;
  locks->index_used = 1;
  if (!volume->index[piece] && extend) {
    volume->index[piece] = sqlite3_malloc(bytes);
    if (volume->index[piece])
      memset(volume->index[piece], 0, (size_t)bytes);
    else
      done = SQLITE_NOMEM;
  }
  *to = volume->index[piece];
  pthread_mutex_unlock(&volume->mutex);
  return done;
}

int wick_index_lock(struct wick_locks* locks, int first, int count, int flags) {
  struct wick_volume* volume = locks->volume;
  const unsigned mask = (1u << (first + count)) - (1u << first);
  unsigned* held = flags & SQLITE_SHM_SHARED ? &locks->index_shared : &locks->index_exclusive;
  int done = SQLITE_OK;
  pthread_mutex_lock(&volume->mutex);
  for (int i = first; i < first + count; i++) {
    int* lock = &volume->index_locks[i];
    const unsigned bit = 1u << i;
    if (flags & SQLITE_SHM_UNLOCK) {
      if (*held & bit) *lock = flags & SQLITE_SHM_SHARED ? *lock - 1 : 0;
    } else if (!(*held & bit) && (flags & SQLITE_SHM_SHARED ? *lock < 0 : *lock != 0)) {
      done = SQLITE_BUSY;
    }
  }
  if (flags & SQLITE_SHM_UNLOCK) {
    *held &= ~mask;
  } else if (done == SQLITE_OK) {
    for (int i = first; i < first + count; i++)
      if (!(*held & 1u << i)) volume->index_locks[i] = flags & SQLITE_SHM_SHARED ? volume->index_locks[i] + 1 : -1;
    *held |= mask;
  }
  pthread_mutex_unlock(&volume->mutex);
  return done;
}

void wick_index_unmap(struct wick_locks* locks) {
  struct wick_volume* volume = locks->volume;
  if (!locks->index_used) return;
  locks->index_used = 0;
  (void)wick_index_lock(locks, 0, SQLITE_SHM_NLOCK, SQLITE_SHM_UNLOCK | SQLITE_SHM_SHARED);
  (void)wick_index_lock(locks, 0, SQLITE_SHM_NLOCK, SQLITE_SHM_UNLOCK | SQLITE_SHM_EXCLUSIVE);
  pthread_mutex_lock(&volume->mutex);
  // Nobody uses it: the next one reads the log itself.
  volume->index_users--;
  for (int i = 0; i < kIndexPieces && volume->index_users == 0; i++) {
    sqlite3_free(volume->index[i]);
    volume->index[i] = NULL;
  }
  pthread_mutex_unlock(&volume->mutex);
}
