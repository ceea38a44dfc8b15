// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See store.h.

#include "store.h"

#include <stdlib.h>

#include "disk.h"
#include "log.h"
#include "sqlite3.h"

static int flush(struct wick_store* store) {
  if (!store->failed) store->failed = wick_disk_flush(store->disk) != 0;
  return store->failed ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

/// Writes a header and makes it and all before it durable. Every header goes this way, so that there is always one on
/// the volume that is whole.
static int write_header(struct wick_store* store, struct wickdb_header header) {
  uint8_t block[WICKDB_BLOCK] = {0};
  header.generation++;
  header.crc = wickdb_header_crc(&header);
  memcpy(block, &header, sizeof header);
  if (!store->failed)
    store->failed = wick_disk_write(store->disk, block, sizeof block, header.generation % 2 * WICKDB_BLOCK) != 0;
  const int done = flush(store);
  if (done == SQLITE_OK) store->header = header;
  return done;
}

static int format(struct wick_store* store, uint64_t bytes) {
  uint8_t page[WICKDB_BLOCK] = {0};
  // Both places first: what was here is no database any more before the new one is whole.
  for (unsigned slot = 0; slot < 2; slot++)
    if (wick_disk_write(store->disk, page, sizeof page, slot * WICKDB_BLOCK) != 0) return SQLITE_IOERR_WRITE;
  wickdb_empty_database(page);
  if (wick_disk_write(store->disk, page, sizeof page, WICKDB_START) != 0) return SQLITE_IOERR_WRITE;
  if (flush(store) != SQLITE_OK) return SQLITE_IOERR_FSYNC;
  struct wickdb_header header = {.magic = WICKDB_MAGIC, .version = WICKDB_VERSION};
  header.volume_bytes = bytes;
  header.database_bytes = sizeof page;
  // An eighth of a small volume, of a large one as much as a few transactions need.
  const uint64_t chunks = bytes / WICKDB_CHUNK, few = (1u << 20) / WICKDB_CHUNK;
  header.reserve_chunks = (uint32_t)(chunks / 8 < few ? chunks / 8 : few);
  return write_header(store, header);
}

static int look(struct wick_store* store, enum wick_format wish, const char** refused) {
  const uint64_t bytes = wick_disk_bytes(store->disk) / WICKDB_CHUNK * WICKDB_CHUNK;
  if (bytes < WICKDB_SMALLEST || wick_disk_block(store->disk) > WICKDB_BLOCK) {
    *refused = bytes < WICKDB_SMALLEST ? "it is smaller than 1 MiB" : "its blocks are larger than 4 KiB";
    return SQLITE_CANTOPEN;
  }
  uint8_t* start = malloc(WICKDB_START);
  if (!start) return SQLITE_NOMEM;
  const int read = wick_disk_read(store->disk, start, WICKDB_START, 0);
  const enum wickdb_found found = read == 0 ? wickdb_look(start, &store->header) : wickdb_blank;
  free(start);
  if (read != 0) return SQLITE_IOERR_READ;
  if (wish == wick_format_always || (wish == wick_format_blank && found == wickdb_blank))
    return store->read_only ? SQLITE_READONLY : format(store, bytes);
  static const char* const kRefused[] = {
      [wickdb_blank] = "it is blank: open it with format=blank to have a database made there",
      [wickdb_foreign] = "it holds something else than a database of this form, and stays as it is",
      [wickdb_newer] = "its database was made by a newer version of this program",
      [wickdb_damaged] = "both of its headers are damaged"};
  if (found == wickdb_good && bytes < store->header.volume_bytes) {
    *refused = "it is shorter than it was";
    return SQLITE_CORRUPT;
  }
  *refused = kRefused[found];
  if (found == wickdb_good) return SQLITE_OK;
  return found == wickdb_damaged ? SQLITE_CORRUPT : SQLITE_CANTOPEN;
}

int wick_store_open(struct wick_store* store, const char* path, enum wick_format wish, const char** refused) {
  memset(store, 0, sizeof *store);
  store->held_chunk = UINT64_MAX;
  *refused = NULL;
  store->disk = wick_disk_open(path, &store->read_only);
  if (store->disk < 0) return SQLITE_CANTOPEN;
  int done = look(store, wish, refused);
  store->database_bytes = store->header.database_bytes;
  store->log_bytes = store->log_live = (uint64_t)store->header.log_chunks * WICKDB_CHUNK;
  // Without a log nothing hinders a volume that has grown, and an older log at its end is made unreadable.
  if (done == SQLITE_OK && store->header.log_chunks == 0 && !store->read_only) done = wick_store_delete_log(store);
  if (done != SQLITE_OK) wick_store_close(store);
  return done;
}

void wick_store_close(struct wick_store* store) { wick_disk_close(store->disk); }

/// Where the database has to end.
static uint64_t database_limit(const struct wick_store* store) {
  const struct wickdb_header* header = &store->header;
  const uint64_t log = wick_log_chunks(store);
  return header->volume_bytes - WICKDB_START -
         (log > header->reserve_chunks ? log : header->reserve_chunks) * WICKDB_CHUNK;
}

int wick_store_read_database(struct wick_store* store, void* to, uint32_t bytes, uint64_t at) {
  const uint64_t there = at < store->database_bytes ? store->database_bytes - at : 0;
  const uint32_t count = there < bytes ? (uint32_t)there : bytes;
  if (count > 0 && wick_disk_read(store->disk, to, count, WICKDB_START + at) != 0) return SQLITE_IOERR_READ;
  memset((uint8_t*)to + count, 0, bytes - count);
  return count == bytes ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int wick_store_write_database(struct wick_store* store, const void* from, uint32_t bytes, uint64_t at) {
  if (store->read_only) return SQLITE_READONLY;
  if (store->failed || at % WICKDB_BLOCK || bytes % WICKDB_BLOCK) return SQLITE_IOERR_WRITE;
  if (at + bytes > database_limit(store)) return SQLITE_FULL;
  if (wick_disk_write(store->disk, from, bytes, WICKDB_START + at) != 0) return SQLITE_IOERR_WRITE;
  if (at + bytes > store->database_bytes) store->database_bytes = at + bytes;
  return SQLITE_OK;
}

int wick_store_read_log(struct wick_store* store, void* to, uint32_t bytes, uint64_t at) {
  const uint64_t there = at < store->log_bytes ? store->log_bytes - at : 0;
  const uint32_t count = there < bytes ? (uint32_t)there : bytes;
  if (count > 0) {
    if (wick_log_read(store, to, count, at) != SQLITE_OK) return SQLITE_IOERR_READ;
    wick_log_learn(store, to, count, at);
  }
  memset((uint8_t*)to + count, 0, bytes - count);
  return count == bytes ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int wick_store_write_log(struct wick_store* store, const void* from, uint32_t bytes, uint64_t at) {
  if (store->read_only) return SQLITE_READONLY;
  if (store->failed) return SQLITE_IOERR_WRITE;
  // What is in the log must have room in the database, too: else it could never be copied there.
  const uint64_t promised = store->promised, before = store->log_bytes;
  wick_log_learn(store, from, bytes, at);
  if (at + bytes > store->log_bytes) store->log_bytes = at + bytes;
  const uint64_t log = wick_log_chunks(store) * WICKDB_CHUNK, used = store->header.volume_bytes - WICKDB_START;
  const uint64_t database = store->promised > store->database_bytes ? store->promised : store->database_bytes;
  if (log > used || database > database_limit(store)) {
    store->promised = promised;
    store->log_bytes = before;
    return SQLITE_FULL;
  }
  return wick_log_write(store, from, bytes, at);
}

int wick_store_delete_log(struct wick_store* store) {
  if (store->read_only) return SQLITE_READONLY;
  static const uint8_t kZero[WICKDB_BLOCK];
  struct wickdb_header header = store->header;
  const uint64_t bytes = wick_disk_bytes(store->disk) / WICKDB_CHUNK * WICKDB_CHUNK;
  store->held_chunk = UINT64_MAX;
  store->log_bytes = store->log_live = store->promised = 0;
  header.log_chunks = 0;
  header.database_bytes = store->database_bytes;
  // Where the log begins now, and where it will.
  if (wick_disk_write(store->disk, kZero, sizeof kZero, wickdb_log_place(&header, 0)) != 0) return SQLITE_IOERR_WRITE;
  if (bytes > header.volume_bytes) header.volume_bytes = bytes;
  if (wick_disk_write(store->disk, kZero, sizeof kZero, wickdb_log_place(&header, 0)) != 0) return SQLITE_IOERR_WRITE;
  return write_header(store, header);
}

int wick_store_sync(struct wick_store* store) {
  if (store->read_only) return SQLITE_OK;
  if (store->failed) return SQLITE_IOERR_FSYNC;
  const int done = wick_log_write_out(store);
  if (done != SQLITE_OK) return done;
  struct wickdb_header header = store->header;
  const uint64_t chunks = wick_log_chunks(store);
  if (store->database_bytes == header.database_bytes && chunks <= header.log_chunks) return flush(store);
  if (chunks > header.log_chunks) header.log_chunks = (uint32_t)chunks;
  header.database_bytes = store->database_bytes;
  return write_header(store, header);
}
