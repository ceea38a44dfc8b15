// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the store needs of a disk. Tests link another one that loses power.

#include <stddef.h>
#include <stdint.h>

/// Opens it for this program alone. @param read_only set when it may only be read  @return -1, and errno
int wick_disk_open(const char* path, int* read_only);
void wick_disk_close(int disk);

uint64_t wick_disk_bytes(int disk);  ///< as large as it is by now; 0: unknown
uint32_t wick_disk_block(int disk);  ///< bytes of the least that it moves
/// All of it or -1. @param at whole blocks of the store, as is `bytes`
int wick_disk_read(int disk, void* to, size_t bytes, uint64_t at);
int wick_disk_write(int disk, const void* from, size_t bytes, uint64_t at);
/// What was written before survives the loss of power. @return -1 when it may not
int wick_disk_flush(int disk);
