// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A volume that holds one SQLite database and its write-ahead log: where what lies. Pure C that touches nothing, for
// the store of apps/sqlite, which writes it, and for tools that take the database out.
//
//   0        two headers of a block each; the valid one with the higher generation counts
//   8 KiB    the database file, growing upwards
//   …        room for either
//   end      the log in chunks of 64 KiB, growing downwards: chunk 0 is the last one of the volume
//
// Numbers are little-endian.

#include <assert.h>
#include <stdint.h>
#include <string.h>

#define WICKDB_BLOCK 4096u       /* what is written at a time: whole blocks of any disk that this format is for */
#define WICKDB_CHUNK (64u << 10) /* of the log */
#define WICKDB_START (2u * WICKDB_BLOCK)
#define WICKDB_MAGIC "WickSQLt"
#define WICKDB_VERSION 1u
#define WICKDB_SMALLEST (1u << 20) /* bytes of a volume */

struct wickdb_header {
  char magic[8];
  uint32_t version;      /* higher ones are refused */
  uint32_t crc;          /* CRC-32C of the header with 0 here */
  uint64_t generation;   /* one more each time; an odd one is the second of the two headers */
  uint64_t volume_bytes; /* whole chunks; the log ends here, whatever the disk has grown to since */
  uint64_t database_bytes;
  uint32_t log_chunks;     /* that the log may reach into; 0: there is none */
  uint32_t reserve_chunks; /* that the database leaves to the log */
  uint8_t unused[16];
};
static_assert(sizeof(struct wickdb_header) == 64, "");
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the header is copied as it is");

/// CRC-32C (Castagnoli, reflected), bit by bit: of a header only.
static inline uint32_t wickdb_crc(const void* data, size_t bytes) {
  const uint8_t* at = (const uint8_t*)data;
  uint32_t crc = ~0u;
  while (bytes--) {
    crc ^= *at++;
    for (int i = 0; i < 8; i++) crc = crc >> 1 ^ (0x82f63b78u & -(crc & 1));
  }
  return ~crc;
}

static inline uint32_t wickdb_header_crc(const struct wickdb_header* header) {
  struct wickdb_header copy = *header;
  copy.crc = 0;
  return wickdb_crc(&copy, sizeof copy);
}

enum wickdb_found { wickdb_good, wickdb_blank, wickdb_foreign, wickdb_newer, wickdb_damaged };

/// What the first WICKDB_START bytes of a volume say. `header` is filled in when they are good.
static inline enum wickdb_found wickdb_look(const void* start, struct wickdb_header* header) {
  const uint8_t* bytes = (const uint8_t*)start;
  enum wickdb_found found = wickdb_blank;
  for (unsigned i = 0; i < WICKDB_START && found == wickdb_blank; i++)
    if (bytes[i]) found = wickdb_foreign;
  for (unsigned slot = 0; slot < 2; slot++) {
    struct wickdb_header one;
    memcpy(&one, bytes + slot * WICKDB_BLOCK, sizeof one);
    if (memcmp(one.magic, WICKDB_MAGIC, sizeof one.magic) != 0) continue;
    const uint64_t room = one.volume_bytes / WICKDB_CHUNK;
    if (one.crc != wickdb_header_crc(&one)) {
      if (found != wickdb_good) found = wickdb_damaged;
    } else if (one.version > WICKDB_VERSION) {
      return wickdb_newer;
    } else if (one.generation % 2 != slot || one.volume_bytes % WICKDB_CHUNK || one.log_chunks >= room ||
               one.reserve_chunks >= room || one.volume_bytes < WICKDB_SMALLEST ||
               one.database_bytes > one.volume_bytes - WICKDB_START - (uint64_t)one.log_chunks * WICKDB_CHUNK) {
      if (found != wickdb_good) found = wickdb_damaged;
    } else if (found != wickdb_good || one.generation > header->generation) {
      *header = one;
      found = wickdb_good;
    }
  }
  return found;
}

/// Where byte `offset` of the log lies on the volume; so do those behind it up to the end of its chunk.
static inline uint64_t wickdb_log_place(const struct wickdb_header* header, uint64_t offset) {
  return header->volume_bytes - (offset / WICKDB_CHUNK + 1) * WICKDB_CHUNK + offset % WICKDB_CHUNK;
}

/// An empty database of SQLite's that keeps a write-ahead log from the start (https://sqlite.org/fileformat2.html,
/// §1.3 and §1.6): its only page.
static inline void wickdb_empty_database(uint8_t page[WICKDB_BLOCK]) {
  memset(page, 0, WICKDB_BLOCK);
  memcpy(page, "SQLite format 3", 16);
  page[16] = WICKDB_BLOCK >> 8;
  page[18] = page[19] = 2;  // written and read with a write-ahead log
  page[21] = 64;            // fixed fractions
  page[22] = page[23] = 32;
  page[27] = 1;    // change counter
  page[31] = 1;    // pages
  page[59] = 1;    // UTF-8
  page[95] = 1;    // the change counter that the number of pages is valid for
  page[100] = 13;  // a leaf of the schema's table, without cells
  page[105] = WICKDB_BLOCK >> 8;
}
