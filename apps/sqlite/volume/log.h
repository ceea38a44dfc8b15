// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The log of a store: SQLite appends to it in pieces of 24 bytes and of a page; they reach the disk together, as whole
// blocks, when the log is synced or a chunk is full.

#include "store.h"

/// Chunks that the log reaches into, on the volume or soon.
static inline uint64_t wick_log_chunks(const struct wick_store* store) {
  const uint64_t chunks = (store->log_bytes + WICKDB_CHUNK - 1) / WICKDB_CHUNK;
  return chunks > store->header.log_chunks ? chunks : store->header.log_chunks;
}

int wick_log_read(struct wick_store* store, void* to, uint32_t bytes, uint64_t at);
int wick_log_write(struct wick_store* store, const void* from, uint32_t bytes, uint64_t at);
int wick_log_write_out(struct wick_store* store);

/// Looks at what is read or written for the log's header and frames (https://sqlite.org/fileformat2.html, §4.1), which
/// tell how large the database is going to be.
void wick_log_learn(struct wick_store* store, const void* data, uint32_t bytes, uint64_t at);
