// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// --core: a core file as Linux writes them (core(5)), of the guest instead of a process: GDB opens it with the debug
// image. Of the first crash only: that is the one whose traces are still fresh.

#include <elf.h>
#include <sys/procfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iterator>

#include "debugger.h"
#include "monitor/debug/crash_signal.h"
#include "monitor/debug/observer.h"
#include "monitor/debug/output_file.h"
#include "processor.h"

namespace wick::monitor {
namespace {

/// No NT_PRPSINFO: GDB would hold the name in it, of 15 letters at most, against that of the debug image.
struct [[gnu::packed]] StatusNote {
  Elf64_Nhdr header{sizeof "CORE", sizeof(elf_prstatus), NT_PRSTATUS};
  char owner[8] = "CORE";
  elf_prstatus content{};
};

/// All that precedes the memory.
struct Head {
  Elf64_Ehdr file{};
  Elf64_Phdr parts[1 + std::size(hv::GuestMap{}.items)]{};
  StatusNote status;
};
constexpr std::uint64_t kHeadBytes = whole_pages(sizeof(Head));

class CoreFile final : public Observer {
 public:
  CoreFile() : Observer({0, "core", "FILE", "write a core file when the guest crashes"}) {}

  std::expected<bool, std::string> begin() override {
    if (auto done = open_output(value_, file_); !done) return std::unexpected(done.error());
    if (file_ >= 0)
      if (auto done = open_page_map(page_map_); !done) return std::unexpected(done.error());
    return false;
  }
  void permit(Permissions& permissions) const override {
    permissions.pread.push_back(page_map_);
    permissions.pwrite.push_back(file_);
  }
  void crashed(const CrashRecord& record) override {
    if (file_ < 0) return;
    if (!write(record)) std::fprintf(stderr, "[wick] the core file can't be written: %s\n", std::strerror(errno));
    file_ = -1;
  }

 private:
  bool write(const CrashRecord& record) const {
    static Head head;  // no stack is wasted on it, and no heap is to be had
    const auto& guest = subject_->guest;
    const auto& memory = guest.memory;
    auto& file = head.file;
    std::memcpy(file.e_ident, "\177ELF\2\1\1", 7);  // 64 bits, little-endian, version 1
    file.e_type = ET_CORE;
    file.e_machine = kElfMachine;
    file.e_version = EV_CURRENT;
    file.e_phoff = offsetof(Head, parts);
    file.e_ehsize = sizeof file;
    file.e_phentsize = sizeof(Elf64_Phdr);
    file.e_phnum = 1;
    head.parts[0] = {PT_NOTE, 0, offsetof(Head, status), 0, 0, sizeof head.status, 0, 4};
    head.status.content.pr_pid = 1;
    head.status.content.pr_cursig = static_cast<short>(crash_signal(record.cause, record.vector));
    debugger::give_registers(record.registers, guest.machine->state(guest.vcpu), head.status.content.pr_reg);
    for (const auto& region : memory.regions()) {
      if (region.rights != hv::Rights::read_write) continue;  // code and constants are in the debug image
      const std::uint64_t at = raw(region.start), length = region.length;
      head.parts[file.e_phnum++] = {PT_LOAD, PF_R | PF_W, kHeadBytes + at - raw(memory.start()), at, at, length,
                                    length,  kPage};
    }
    const auto last = static_cast<off_t>(kHeadBytes + memory.copy_length() - 1);
    MemoryFile copy{file_, kHeadBytes, {}};
    return memory.write_copy(copy, page_map_) && pwrite(file_, "", 1, last) == 1 &&
           pwrite(file_, &head, sizeof head, 0) == static_cast<ssize_t>(sizeof head);
  }

  int file_ = -1, page_map_ = -1;
};

CoreFile core_file;
[[gnu::section(WICK_OBSERVERS), gnu::used, gnu::retain]] Observer* const registered = &core_file;

}  // namespace
}  // namespace wick::monitor
