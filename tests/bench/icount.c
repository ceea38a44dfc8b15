// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// A QEMU plugin that counts guest instructions into a file that others map or read while the guest runs. One addition a
// translated block, made inline, so that the guest keeps its speed. Addresses given as entry=, main= and idle= leave
// marks: the count when the first two are reached first, and when the third is first reached after main. visits= counts
// how often an address is reached.

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "plugin.h"

#define EXPORT __attribute__((visibility("default")))

struct counts {
  uint64_t instructions, entry, main, idle, visits;
};
static struct counts* counts;

enum { kMarks = 4, kVisits = 3, kCountsSize = 4096 };
static struct mark {
  const char* name;
  uint64_t address;
} marks[kMarks] = {{"entry=", 0}, {"main=", 0}, {"idle=", 0}, {"visits=", 0}};

// A block's instructions are counted when it begins: `ahead` of them are not executed yet when the mark is.
struct place {
  unsigned mark;
  uint64_t ahead;
};

static void reached(unsigned vcpu, void* data) {
  (void)vcpu;
  const struct place* place = data;
  uint64_t now = counts->instructions - place->ahead;
  if (place->mark == kVisits) ++counts->visits;
  if (place->mark == 0 && !counts->entry) counts->entry = now;
  if (place->mark == 1 && !counts->main) counts->main = now;
  if (place->mark == 2 && counts->main && !counts->idle) counts->idle = now;
}

static void block_made(qemu_plugin_id_t id, struct qemu_plugin_tb* block) {
  (void)id;
  size_t length = qemu_plugin_tb_n_insns(block);
  qemu_plugin_register_vcpu_tb_exec_inline(block, QEMU_PLUGIN_INLINE_ADD_U64, &counts->instructions, length);
  for (size_t i = 0; i < length; ++i) {
    struct qemu_plugin_insn* instruction = qemu_plugin_tb_get_insn(block, i);
    for (unsigned mark = 0; mark < kMarks; ++mark) {
      if (!marks[mark].address || qemu_plugin_insn_vaddr(instruction) != marks[mark].address) continue;
      struct place* place = malloc(sizeof *place);  // lives as long as the translated block may
      if (!place) abort();
      *place = (struct place){mark, length - i};
      qemu_plugin_register_vcpu_insn_exec_cb(instruction, reached, QEMU_PLUGIN_CB_NO_REGS, place);
    }
  }
}

EXPORT int qemu_plugin_version = 1;

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info* info, int count, char** arguments) {
  (void)info;
  const char* file = NULL;
  for (int i = 0; i < count; ++i) {
    if (strncmp(arguments[i], "counts=", 7) == 0) file = arguments[i] + 7;
    for (unsigned mark = 0; mark < kMarks; ++mark) {
      size_t length = strlen(marks[mark].name);
      if (strncmp(arguments[i], marks[mark].name, length) == 0)
        marks[mark].address = strtoull(arguments[i] + length, NULL, 0);
    }
  }
  int handle = file ? open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
  if (handle < 0 || ftruncate(handle, kCountsSize) != 0) return -1;
  void* map = mmap(NULL, kCountsSize, PROT_READ | PROT_WRITE, MAP_SHARED, handle, 0);
  close(handle);
  if (map == MAP_FAILED) return -1;
  counts = map;
  qemu_plugin_register_vcpu_tb_trans_cb(id, block_made);
  return 0;
}
