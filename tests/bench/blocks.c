// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// A QEMU plugin that counts how often each translated block of the guest is executed, into a file that others map or
// read while the guest runs: where the instructions of a request are spent. One addition a block, made inline.

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "plugin.h"

#define EXPORT __attribute__((visibility("default")))

enum { kMaxBlocks = 1 << 16 };  // functions.py reads so many
struct block {
  uint64_t address, instructions, executions;
};
static struct table {
  uint64_t made;  // more than kMaxBlocks: some are not counted
  struct block blocks[kMaxBlocks];
}* table;

static void block_made(qemu_plugin_id_t id, struct qemu_plugin_tb* made) {
  (void)id;
  const uint64_t number = table->made++;
  if (number >= kMaxBlocks) return;
  struct block* block = &table->blocks[number];
  block->address = qemu_plugin_insn_vaddr(qemu_plugin_tb_get_insn(made, 0));
  block->instructions = qemu_plugin_tb_n_insns(made);
  qemu_plugin_register_vcpu_tb_exec_inline(made, QEMU_PLUGIN_INLINE_ADD_U64, &block->executions, 1);
}

EXPORT int qemu_plugin_version = 1;

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info* info, int count, char** arguments) {
  (void)info;
  static const char kFile[] = "blocks=";
  if (count != 1 || strncmp(arguments[0], kFile, sizeof kFile - 1) != 0) return -1;
  int handle = open(arguments[0] + sizeof kFile - 1, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (handle < 0 || ftruncate(handle, sizeof *table) != 0) return -1;
  void* map = mmap(NULL, sizeof *table, PROT_READ | PROT_WRITE, MAP_SHARED, handle, 0);
  close(handle);
  if (map == MAP_FAILED) return -1;
  table = map;
  qemu_plugin_register_vcpu_tb_trans_cb(id, block_made);
  return 0;
}
