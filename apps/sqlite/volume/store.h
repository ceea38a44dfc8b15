// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The two files of a volume (wickdb/layout.h): database and write-ahead log, as byte ranges that are durable when
// wick_store_sync() says so. Knows SQLite's result codes and the form of its log, and nothing of its VFS.
//
// Safe against a loss of power: a header is written only when the one before it is durable, and to the other place; the
// log's first block is zero and durable before a header says that there is a log, so that no older log is ever
// replayed.

#include <stdint.h>

#include "wickdb/layout.h"

struct wick_store {
  int disk, read_only;
  int failed;  ///< a flush failed, or a header couldn't be written: nothing may claim to be safe any more
  struct wickdb_header header;  ///< as the volume has it
  uint64_t database_bytes;      ///< as SQLite has written it
  uint64_t log_bytes;           ///< of the file that SQLite sees
  uint64_t log_live;            ///< bytes that SQLite may still read: what lies behind is of an older log
  uint64_t promised;            ///< bytes that the database will have when what is in the log has been copied to it

  // The log's form: what tells frames of this log from older ones, and how far they are apart.
  uint8_t salt[8];
  uint32_t page_bytes;

  // A piece of the log on its way: bytes `held_from` to `held_to` of chunk `held_chunk`, of which those from
  // `dirty_from` on aren't written.
  uint64_t held_chunk;
  uint32_t held_from, held_to, dirty_from;
  uint8_t held[WICKDB_CHUNK];
};

enum wick_format { wick_format_never, wick_format_blank, wick_format_always };

/// @param refused set to a sentence when the volume isn't one to be used  @return SQLITE_OK, or what is wrong
int wick_store_open(struct wick_store* store, const char* path, enum wick_format format, const char** refused);
void wick_store_close(struct wick_store* store);

int wick_store_read_database(struct wick_store* store, void* to, uint32_t bytes, uint64_t at);
int wick_store_write_database(struct wick_store* store, const void* from, uint32_t bytes, uint64_t at);
int wick_store_read_log(struct wick_store* store, void* to, uint32_t bytes, uint64_t at);
int wick_store_write_log(struct wick_store* store, const void* from, uint32_t bytes, uint64_t at);
/// There is no log from now on, durably.
int wick_store_delete_log(struct wick_store* store);
int wick_store_sync(struct wick_store* store);
