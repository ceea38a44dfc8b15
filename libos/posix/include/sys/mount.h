// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// <sys/mount.h>, of which only the requests of ioctl() about a volume are there: an appliance's mounts are those of its
// manifest. Numbers are Linux's.

#include <sys/ioctl.h>

#define BLKROGET 0x125E           /* int: whether it may only be read */
#define BLKFLSBUF 0x1261          /* as fsync() */
#define BLKSSZGET 0x1268          /* int: bytes of a block, the least that the disk moves */
#define BLKDISCARD 0x1277         /* uint64_t[2]: offset and bytes, whole blocks, that nobody needs any more */
#define BLKPBSZGET 0x127B         /* unsigned: as BLKSSZGET */
#define BLKGETSIZE64 0x80081272UL /* uint64_t: bytes, as the disk has them by now */
