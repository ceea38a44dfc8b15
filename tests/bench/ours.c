// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// A QEMU plugin that counts instructions of ours from a firmware's hand-over until main(): those at addresses of a boot
// stage and of the image that it starts, not those of the firmware that is called meanwhile. A stage that lies anywhere
// is known by the bytes that it begins with. A string instruction counts once, however often it repeats; its
// repetitions are counted beside it.
//   ours=FILE,main=ADDRESS,image=START:END,stage=ENTRY:BEFORE:BYTES:TEXT
// stage: its entry's address, 0 for wherever TEXT, the first bytes in hexadecimal, is run; the stage begins BEFORE
// bytes in front of its entry and has BYTES.

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "plugin.h"

#define EXPORT __attribute__((visibility("default")))

enum { kMostText = 64, kMostInstruction = 16 };

// Of the image nothing runs before the stage; main is the count at the mark.
static struct counts {
  uint64_t instructions, repetitions, main, main_repetitions;
}* counts;
static uint64_t main_at, image_start, image_end, stage_entry, stage_before, stage_bytes, stage_start, last_string;
static unsigned char text[kMostText];
static size_t text_length;

static void reached(unsigned vcpu, void* data) {
  (void)vcpu;
  (void)data;
  if (counts->main || !stage_start) return;
  counts->main = counts->instructions;
  counts->main_repetitions = counts->repetitions;
}

static void ran(unsigned vcpu, void* data) {
  (void)vcpu;
  (void)data;
  last_string = 0;
  ++counts->instructions;
}

static void ran_string(unsigned vcpu, void* data) {
  (void)vcpu;
  const uint64_t at = (uint64_t)data;
  if (last_string != at) ++counts->instructions;
  ++counts->repetitions;
  last_string = at;
}

static int is_string(const struct qemu_plugin_insn* instruction) {
  const unsigned char* bytes = qemu_plugin_insn_data(instruction);
  size_t at = 0;
  if (bytes[at] != 0xf2 && bytes[at] != 0xf3) return 0;
  if ((bytes[++at] & 0xf0) == 0x40) ++at;  // REX
  return (bytes[at] >= 0xa4 && bytes[at] <= 0xa7) || (bytes[at] >= 0xaa && bytes[at] <= 0xaf);
}

static int begins_stage(const struct qemu_plugin_tb* block) {
  unsigned char first[kMostText + kMostInstruction];
  size_t length = 0;
  const size_t count = qemu_plugin_tb_n_insns(block);
  for (size_t i = 0; i < count && length < text_length; ++i) {
    const struct qemu_plugin_insn* instruction = qemu_plugin_tb_get_insn(block, i);
    const size_t size = qemu_plugin_insn_size(instruction);
    memcpy(first + length, qemu_plugin_insn_data(instruction), size);
    length += size;
  }
  return length >= text_length && memcmp(first, text, text_length) == 0;
}

static void block_made(qemu_plugin_id_t id, struct qemu_plugin_tb* block) {
  (void)id;
  const uint64_t first = qemu_plugin_insn_vaddr(qemu_plugin_tb_get_insn(block, 0));
  if (!stage_start && (stage_entry ? first == stage_entry : begins_stage(block))) stage_start = first - stage_before;
  if (!stage_start) return;
  const size_t length = qemu_plugin_tb_n_insns(block);
  for (size_t i = 0; i < length; ++i) {
    struct qemu_plugin_insn* instruction = qemu_plugin_tb_get_insn(block, i);
    const uint64_t at = qemu_plugin_insn_vaddr(instruction);
    if (at - stage_start >= stage_bytes && (at < image_start || at >= image_end)) continue;
    if (at == main_at) qemu_plugin_register_vcpu_insn_exec_cb(instruction, reached, QEMU_PLUGIN_CB_NO_REGS, NULL);
    qemu_plugin_register_vcpu_insn_exec_cb(instruction, is_string(instruction) ? ran_string : ran,
                                           QEMU_PLUGIN_CB_NO_REGS, (void*)at);
  }
}

static int take(const char* argument) {
  char digits[2 * kMostText + 1];
  if (sscanf(argument, "main=%lx", &main_at) == 1) return 1;
  if (sscanf(argument, "image=%lx:%lx", &image_start, &image_end) == 2) return 1;
  if (sscanf(argument, "stage=%lx:%lx:%lx:%128[0-9a-f]", &stage_entry, &stage_before, &stage_bytes, digits) == 4) {
    for (; sscanf(digits + 2 * text_length, "%2hhx", &text[text_length]) == 1; ++text_length) {
    }
    return 1;
  }
  if (strncmp(argument, "ours=", 5) != 0) return 0;
  int handle = open(argument + 5, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (handle < 0 || ftruncate(handle, sizeof *counts) != 0) return 0;
  counts = mmap(NULL, sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED, handle, 0);
  close(handle);
  return counts != MAP_FAILED;
}

EXPORT int qemu_plugin_version = 1;

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info* info, int count, char** arguments) {
  (void)info;
  for (int i = 0; i < count; ++i)
    if (!take(arguments[i])) return -1;
  qemu_plugin_register_vcpu_tb_trans_cb(id, block_made);
  return 0;
}
