// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See log.h.

#include "log.h"

#include "disk.h"
#include "sqlite3.h"

enum { kHeaderBytes = 32, kFrameBytes = 24 };

static uint32_t number(const uint8_t* at) {
  return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

void wick_log_learn(struct wick_store* store, const void* data, uint32_t bytes, uint64_t at) {
  const uint8_t* read = data;
  if (at == 0 && bytes >= kHeaderBytes) {
    store->promised = 0;  // all of an older log is in the database
    store->page_bytes = number(read + 8);
    memcpy(store->salt, read + 16, sizeof store->salt);
    return;
  }
  if (bytes < kFrameBytes || at < kHeaderBytes || store->page_bytes < 512) return;
  if ((at - kHeaderBytes) % (kFrameBytes + store->page_bytes) != 0) return;
  if (memcmp(read + 8, store->salt, sizeof store->salt) != 0) return;
  const uint64_t needs = (uint64_t)number(read) * store->page_bytes;
  if (needs > store->promised) store->promised = needs;
}

/// Bytes of a chunk that lie on the disk.
static int read_chunk(struct wick_store* store, void* to, uint64_t chunk, uint32_t from, uint32_t bytes) {
  return wick_disk_read(store->disk, to, bytes, wickdb_log_place(&store->header, chunk * WICKDB_CHUNK + from));
}

int wick_log_write_out(struct wick_store* store) {
  if (store->held_chunk == UINT64_MAX || store->dirty_from == store->held_to) return SQLITE_OK;
  const uint64_t start = store->held_chunk * WICKDB_CHUNK;
  const uint32_t from = store->dirty_from & ~(WICKDB_BLOCK - 1);
  const uint32_t to = (store->held_to + WICKDB_BLOCK - 1) & ~(WICKDB_BLOCK - 1);
  // The last block keeps what SQLite has behind these bytes.
  if (start + store->held_to >= store->log_live) {
    memset(store->held + store->held_to, 0, to - store->held_to);
  } else if (to > store->held_to && read_chunk(store, store->held + store->held_to, store->held_chunk, store->held_to,
                                               to - store->held_to) != 0) {
    return SQLITE_IOERR_READ;
  }
  if (wick_disk_write(store->disk, store->held + from, to - from, wickdb_log_place(&store->header, start + from)) != 0)
    return SQLITE_IOERR_WRITE;
  store->dirty_from = store->held_to;
  return SQLITE_OK;
}

/// Makes the held piece one that `offset` of `chunk` follows on or lies in.
static int hold(struct wick_store* store, uint64_t chunk, uint32_t offset) {
  if (store->held_chunk == chunk && offset >= store->held_from && offset <= store->held_to) return SQLITE_OK;
  const int done = wick_log_write_out(store);
  if (done != SQLITE_OK) return done;
  store->held_chunk = UINT64_MAX;
  const uint32_t from = offset & ~(WICKDB_BLOCK - 1);
  if (offset > from && read_chunk(store, store->held + from, chunk, from, offset - from) != 0) return SQLITE_IOERR_READ;
  store->held_chunk = chunk;
  store->held_from = from;
  store->held_to = store->dirty_from = offset;
  return SQLITE_OK;
}

int wick_log_write(struct wick_store* store, const void* from, uint32_t bytes, uint64_t at) {
  const uint8_t* next = from;
  // A new header begins a new log: what lies behind it is worth nothing.
  if (at == 0 && bytes == kHeaderBytes) {
    store->log_live = 0;
    store->held_chunk = UINT64_MAX;
  }
  while (bytes > 0) {
    const uint64_t chunk = at / WICKDB_CHUNK;
    const uint32_t offset = (uint32_t)(at % WICKDB_CHUNK);
    const uint32_t count = bytes < WICKDB_CHUNK - offset ? bytes : WICKDB_CHUNK - offset;
    const int done = hold(store, chunk, offset);
    if (done != SQLITE_OK) return done;
    memcpy(store->held + offset, next, count);
    if (offset < store->dirty_from) store->dirty_from = offset;
    if (offset + count > store->held_to) store->held_to = offset + count;
    next += count;
    at += count;
    bytes -= count;
    if (at > store->log_live) store->log_live = at;
  }
  return SQLITE_OK;
}

int wick_log_read(struct wick_store* store, void* to, uint32_t bytes, uint64_t at) {
  const int done = wick_log_write_out(store);
  if (done != SQLITE_OK) return done;
  uint8_t* next = to;
  while (bytes > 0) {
    const uint32_t offset = (uint32_t)(at % WICKDB_CHUNK);
    const uint32_t count = bytes < WICKDB_CHUNK - offset ? bytes : WICKDB_CHUNK - offset;
    if (read_chunk(store, next, at / WICKDB_CHUNK, offset, count) != 0) return SQLITE_IOERR_READ;
    next += count;
    at += count;
    bytes -= count;
  }
  return SQLITE_OK;
}
