// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// SQLite's view of a volume: the VFS "volume" (https://sqlite.org/vfs.html), registered when SQLite starts. A database
// is opened by the volume's path, `file:/dev/data?vfs=volume`, with `&format=blank` to have one made on a volume that
// is all zero and `&format=always` on one whatever it holds. It always keeps a write-ahead log, beside it on the
// volume; what SQLite wants to put aside goes where the default VFS has it.

#include <stdio.h>
#include <string.h>

#include "sharing.h"
#include "sqlite3.h"

#define LOG_SUFFIX "-wal"

/// One open file of a volume's.
struct volume_file {
  sqlite3_file base;
  struct wick_locks locks;
  int is_log;
};

static sqlite3_vfs* host(sqlite3_vfs* vfs) { return vfs->pAppData; }
static struct volume_file* of(sqlite3_file* file) { return (struct volume_file*)file; }
static struct wick_volume* volume_of(sqlite3_file* file) { return of(file)->locks.volume; }

/// Runs a call of the store's alone.
#define ALONE(file, call)                         \
  do {                                            \
    struct wick_volume* volume = volume_of(file); \
    struct wick_store* store = &volume->store;    \
    pthread_mutex_lock(&volume->mutex);           \
    const int done = (call);                      \
    pthread_mutex_unlock(&volume->mutex);         \
    return done;                                  \
  } while (0)

static int file_close(sqlite3_file* file) {
  struct volume_file* own = of(file);
  (void)wick_unlock(&own->locks, SQLITE_LOCK_NONE);
  wick_volume_leave(own->locks.volume);
  file->pMethods = NULL;
  return SQLITE_OK;
}

static int file_read(sqlite3_file* file, void* to, int bytes, sqlite3_int64 at) {
  ALONE(file,
        (of(file)->is_log ? wick_store_read_log : wick_store_read_database)(store, to, (uint32_t)bytes, (uint64_t)at));
}

static int file_write(sqlite3_file* file, const void* from, int bytes, sqlite3_int64 at) {
  ALONE(file, (of(file)->is_log ? wick_store_write_log : wick_store_write_database)(store, from, (uint32_t)bytes,
                                                                                    (uint64_t)at));
}

static int truncate_log(struct wick_store* store, uint64_t bytes) {
  if (bytes == 0) return wick_store_delete_log(store);
  if (bytes < store->log_bytes) store->log_bytes = bytes;
  return SQLITE_OK;
}

static int truncate_database(struct wick_store* store, uint64_t bytes) {
  if (store->read_only) return SQLITE_READONLY;
  if (bytes < store->database_bytes) store->database_bytes = bytes;
  return SQLITE_OK;
}

static int file_truncate(sqlite3_file* file, sqlite3_int64 bytes) {
  ALONE(file, (of(file)->is_log ? truncate_log : truncate_database)(store, (uint64_t)bytes));
}

static int file_sync(sqlite3_file* file, int flags) {
  (void)flags;
  ALONE(file, wick_store_sync(store));
}

static int file_size(sqlite3_file* file, sqlite3_int64* bytes) {
  const struct wick_store* store = &volume_of(file)->store;
  *bytes = (sqlite3_int64)(of(file)->is_log ? store->log_bytes : store->database_bytes);
  return SQLITE_OK;
}

static int file_lock(sqlite3_file* file, int level) { return wick_lock(&of(file)->locks, level); }
static int file_unlock(sqlite3_file* file, int level) { return wick_unlock(&of(file)->locks, level); }

static int file_check_reserved(sqlite3_file* file, int* held) {
  *held = volume_of(file)->reserved != NULL;
  return SQLITE_OK;
}

static int file_control(sqlite3_file* file, int what, void* argument) {
  (void)file;
  if (what == SQLITE_FCNTL_VFSNAME) {
    *(char**)argument = sqlite3_mprintf("volume");
    return SQLITE_OK;
  }
  return SQLITE_NOTFOUND;
}

static int file_sector(sqlite3_file* file) {
  (void)file;
  return WICKDB_BLOCK;
}

/// What SQLITE_POWERSAFE_OVERWRITE means holds of disks that write a sector or don't: of a block that is written again
/// the bytes that were there stay the same.
static int file_characteristics(sqlite3_file* file) {
  (void)file;
  return SQLITE_IOCAP_POWERSAFE_OVERWRITE | SQLITE_IOCAP_UNDELETABLE_WHEN_OPEN;
}

static int file_index_map(sqlite3_file* file, int piece, int bytes, int extend, void volatile** to) {
  return wick_index_map(&of(file)->locks, piece, bytes, extend, to);
}
static int file_index_lock(sqlite3_file* file, int first, int count, int flags) {
  return wick_index_lock(&of(file)->locks, first, count, flags);
}
static void file_index_barrier(sqlite3_file* file) {
  (void)file;
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
}
static int file_index_unmap(sqlite3_file* file, int forget) {
  (void)forget;
  wick_index_unmap(&of(file)->locks);
  return SQLITE_OK;
}

static const sqlite3_io_methods kMethods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_characteristics,
    .xShmMap = file_index_map,
    .xShmLock = file_index_lock,
    .xShmBarrier = file_index_barrier,
    .xShmUnmap = file_index_unmap,
};

static enum wick_format format_of(const char* path, int flags) {
  const char* wish = flags & SQLITE_OPEN_URI ? sqlite3_uri_parameter(path, "format") : NULL;
  if (wish && strcmp(wish, "blank") == 0) return wick_format_blank;
  return wish && strcmp(wish, "always") == 0 ? wick_format_always : wick_format_never;
}

/// The volume whose log has this path, with one user more.
static int use_of_log(const char* path, struct wick_volume** volume) {
  const size_t length = strlen(path), suffix = sizeof LOG_SUFFIX - 1;
  *volume = length > suffix && strcmp(path + length - suffix, LOG_SUFFIX) == 0 ? wick_volume_find(path, length - suffix)
                                                                               : NULL;
  const char* refused;
  return *volume ? wick_volume_use((*volume)->path, wick_format_never, volume, &refused) : SQLITE_CANTOPEN;
}

static int open_file(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out) {
  struct volume_file* own = of(file);
  file->pMethods = NULL;
  if (!path ||
      flags & (SQLITE_OPEN_TEMP_DB | SQLITE_OPEN_TRANSIENT_DB | SQLITE_OPEN_TEMP_JOURNAL | SQLITE_OPEN_SUBJOURNAL))
    return host(vfs)->xOpen(host(vfs), path, file, flags, out);
  memset(own, 0, sizeof *own);
  const char* refused = NULL;
  int done = SQLITE_CANTOPEN;
  if (flags & SQLITE_OPEN_WAL) {
    done = use_of_log(path, &own->locks.volume);
  } else if (flags & SQLITE_OPEN_MAIN_DB) {
    done = wick_volume_use(path, format_of(path, flags), &own->locks.volume, &refused);
  } else {
    refused = "a database there keeps a write-ahead log and no other journal";
  }
  if (refused) {
    sqlite3_log(done, "volume %s: %s", path, refused);
    fprintf(stderr, "sqlite: volume %s: %s\n", path, refused);
  }
  if (done != SQLITE_OK) return done;
  own->is_log = (flags & SQLITE_OPEN_WAL) != 0;
  if (out) *out = flags;
  if (out && own->locks.volume->store.read_only)
    *out = (flags & ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) | SQLITE_OPEN_READONLY;
  file->pMethods = &kMethods;
  return SQLITE_OK;
}

static int delete_file(sqlite3_vfs* vfs, const char* path, int durably) {
  struct wick_volume* volume;
  const int done = use_of_log(path, &volume);
  if (done != SQLITE_OK) return host(vfs)->xDelete(host(vfs), path, durably);
  pthread_mutex_lock(&volume->mutex);
  const int deleted = wick_store_delete_log(&volume->store);
  pthread_mutex_unlock(&volume->mutex);
  wick_volume_leave(volume);
  return deleted;
}

static int access_file(sqlite3_vfs* vfs, const char* path, int flags, int* answer) {
  struct wick_volume* volume;
  if (use_of_log(path, &volume) != SQLITE_OK) return host(vfs)->xAccess(host(vfs), path, flags, answer);
  *answer = volume->store.log_bytes > 0;
  wick_volume_leave(volume);
  return SQLITE_OK;
}

static int full_path(sqlite3_vfs* vfs, const char* path, int room, char* to) {
  return host(vfs)->xFullPathname(host(vfs), path, room, to);
}
static int randomness(sqlite3_vfs* vfs, int bytes, char* to) { return host(vfs)->xRandomness(host(vfs), bytes, to); }
static int sleep_for(sqlite3_vfs* vfs, int microseconds) { return host(vfs)->xSleep(host(vfs), microseconds); }
static int now(sqlite3_vfs* vfs, double* to) { return host(vfs)->xCurrentTime(host(vfs), to); }
static int now64(sqlite3_vfs* vfs, sqlite3_int64* to) { return host(vfs)->xCurrentTimeInt64(host(vfs), to); }
static int last_error(sqlite3_vfs* vfs, int bytes, char* to) { return host(vfs)->xGetLastError(host(vfs), bytes, to); }

/// SQLITE_EXTRA_INIT: sqlite3_initialize() calls it at its end.
int wick_sqlite_volume(const char* unused) {
  (void)unused;
  static sqlite3_vfs vfs;
  sqlite3_vfs* base = sqlite3_vfs_find(NULL);
  if (vfs.zName || !base) return base ? SQLITE_OK : SQLITE_ERROR;
  vfs = (sqlite3_vfs){
      .iVersion = 2,
      .szOsFile = base->szOsFile > (int)sizeof(struct volume_file) ? base->szOsFile : (int)sizeof(struct volume_file),
      .mxPathname = base->mxPathname,
      .zName = "volume",
      .pAppData = base,
      .xOpen = open_file,
      .xDelete = delete_file,
      .xAccess = access_file,
      .xFullPathname = full_path,
      .xRandomness = randomness,
      .xSleep = sleep_for,
      .xCurrentTime = now,
      .xGetLastError = last_error,
      .xCurrentTimeInt64 = now64,
  };
  return sqlite3_vfs_register(&vfs, 0);
}
