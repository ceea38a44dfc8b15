// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// A QEMU plugin that counts what a guest does between two addresses of whatever runs on the machine, of which one
// begins and one ends the counting, into a file: the instructions at addresses from from= up to to=, which are the
// guest's alone, and how often a processor with AMD-V enters a guest, which is how often one was left. Under Xen that
// is a PVH domain; a PV one, as dom0 is, isn't entered so.

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "plugin.h"

#define EXPORT __attribute__((visibility("default")))

// guest.py reads them: between the marks; 0 until both were reached.
static struct counts {
  uint64_t instructions, entries;
}* between;
static struct counts all, before;

enum { kFrom, kTo, kBegin, kEnd, kAddresses };
static const char* const kNames[kAddresses] = {"from=", "to=", "begin=", "end="};
static uint64_t addresses[kAddresses];
static bool begun;

static void reached(unsigned vcpu, void* data) {
  (void)vcpu;
  if (data == &addresses[kBegin]) {
    if (!begun) before = all;
    begun = true;
  } else if (begun && !between->instructions) {
    between->entries = all.entries - before.entries;
    between->instructions = all.instructions - before.instructions;
  }
}

static void block_made(qemu_plugin_id_t id, struct qemu_plugin_tb* block) {
  static const unsigned char kVmrun[] = {0x0f, 0x01, 0xd8};
  (void)id;
  const size_t length = qemu_plugin_tb_n_insns(block);
  const uint64_t start = qemu_plugin_insn_vaddr(qemu_plugin_tb_get_insn(block, 0));
  if (start >= addresses[kFrom] && start < addresses[kTo])
    qemu_plugin_register_vcpu_tb_exec_inline(block, QEMU_PLUGIN_INLINE_ADD_U64, &all.instructions, length);
  for (size_t i = 0; i < length; ++i) {
    struct qemu_plugin_insn* instruction = qemu_plugin_tb_get_insn(block, i);
    if (qemu_plugin_insn_size(instruction) == sizeof kVmrun &&
        memcmp(qemu_plugin_insn_data(instruction), kVmrun, sizeof kVmrun) == 0)
      qemu_plugin_register_vcpu_insn_exec_inline(instruction, QEMU_PLUGIN_INLINE_ADD_U64, &all.entries, 1);
    for (unsigned mark = kBegin; mark <= kEnd; ++mark)
      if (qemu_plugin_insn_vaddr(instruction) == addresses[mark])
        qemu_plugin_register_vcpu_insn_exec_cb(instruction, reached, QEMU_PLUGIN_CB_NO_REGS, &addresses[mark]);
  }
}

EXPORT int qemu_plugin_version = 1;

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info* info, int count, char** arguments) {
  (void)info;
  int handle = -1;
  for (int i = 0; i < count; ++i) {
    if (strncmp(arguments[i], "counts=", 7) == 0) handle = open(arguments[i] + 7, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    for (unsigned name = 0; name < kAddresses; ++name)
      if (strncmp(arguments[i], kNames[name], strlen(kNames[name])) == 0)
        addresses[name] = strtoull(arguments[i] + strlen(kNames[name]), NULL, 0);
  }
  if (handle < 0 || ftruncate(handle, sizeof *between) != 0) return -1;
  void* map = mmap(NULL, sizeof *between, PROT_READ | PROT_WRITE, MAP_SHARED, handle, 0);
  close(handle);
  if (map == MAP_FAILED) return -1;
  between = map;
  qemu_plugin_register_vcpu_tb_trans_cb(id, block_made);
  return 0;
}
