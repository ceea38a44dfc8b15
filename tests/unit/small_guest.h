// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The smallest ELF file that a monitor would run, its parts open to be spoilt: unit tests change one thing each, and
// the fuzzer's first seed is this one. Code begins with the file itself, so that all of it fits into a page.

#include <elf.h>

#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "abi/bootinfo.h"
#include "abi/call.h"
#include "abi/note.h"
#include "abi/threads.h"

namespace wick::test {

struct SmallGuest {
  static constexpr std::uint64_t kText = 0x100000, kData = 0x102000, kCode = 0x200;

  Elf64_Ehdr header{};
  Elf64_Phdr text{}, data{}, note{};
  AbiNote abi{.major = kAbiMajor, .minor = kAbiMinor, .flags = 0, .calls = call_bit(Call::exit)};
  EntryNote entry{.start = Gpa{kText + kCode}, .trap = Gpa{kText + kCode + 16}, .fault = Gpa{kText + kCode + 32}};
  LayoutNote layout{.stack_start = Gpa{kData + 0x2000}, .stack_end = Gpa{kData + 0x6000}};
  std::string manifest =
      "name=small\nversion=1.0.0\nwall=hosted\nprofile=tiny\nmemory=2097152\nstack=16384\nheap=65536\ndma=32768\n"
      "devices=network\nports=80/tcp,53/udp\nvolumes=data,log-1\n";
  std::string build_id = std::string(20, '\x5a');
  bool has_abi = true, has_entry = true, has_layout = true, has_manifest = true;
  ThreadsNote threads{};
  std::size_t threads_bytes = 0;  ///< of that note; 0: there is none
  unsigned headers = 3;

  SmallGuest() {
    std::memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = ELFCLASS64;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    header.e_ident[EI_VERSION] = EV_CURRENT;
    header.e_type = ET_EXEC;
    header.e_machine = EM_X86_64;
    header.e_version = EV_CURRENT;
    header.e_entry = kText + kCode;
    header.e_phoff = sizeof header;
    header.e_ehsize = sizeof header;
    header.e_phentsize = sizeof(Elf64_Phdr);
    header.e_phnum = 3;
    text = {.p_type = PT_LOAD,
            .p_flags = PF_R | PF_X,
            .p_offset = 0,
            .p_vaddr = kText,
            .p_paddr = kText,
            .p_filesz = kCode + 64,
            .p_memsz = kCode + 64,
            .p_align = 4096};
    data = {.p_type = PT_LOAD,
            .p_flags = PF_R | PF_W,
            .p_offset = 0,
            .p_vaddr = kData,
            .p_paddr = kData,
            .p_filesz = 0,
            .p_memsz = 0x6000,
            .p_align = 4096};
    note = {.p_type = PT_NOTE,
            .p_flags = PF_R,
            .p_offset = kCode + 64,
            .p_vaddr = 0,
            .p_paddr = 0,
            .p_filesz = 0,
            .p_memsz = 0,
            .p_align = 4};
  }

  /// The notes as they stand; note.p_filesz follows unless a test has set it.
  std::vector<std::uint8_t> bytes() {
    std::vector<std::uint8_t> notes;
    if (has_abi) add(notes, NoteType::abi, &abi, sizeof abi);
    if (has_manifest) add(notes, NoteType::manifest, manifest.data(), manifest.size());
    if (has_entry) add(notes, NoteType::entry, &entry, sizeof entry);
    if (has_layout) add(notes, NoteType::layout, &layout, sizeof layout);
    if (threads_bytes) add_note(notes, {kNoteOwner, sizeof kNoteOwner}, kThreadsNote, &threads, threads_bytes);
    if (!build_id.empty()) add_note(notes, {"GNU\0", 4}, NT_GNU_BUILD_ID, build_id.data(), build_id.size());
    if (!note.p_filesz) note.p_filesz = note.p_memsz = notes.size();
    std::vector<std::uint8_t> file(kCode + 64, 0x90);
    std::memcpy(file.data(), &header, sizeof header);
    const Elf64_Phdr table[] = {text, data, note};
    std::memcpy(file.data() + sizeof header, table, sizeof table);
    file.insert(file.end(), notes.begin(), notes.end());
    return file;
  }

  static void add_note(std::vector<std::uint8_t>& to, std::string_view owner, std::uint32_t type, const void* content,
                       std::size_t length) {
    const std::uint32_t head[] = {static_cast<std::uint32_t>(owner.size()), static_cast<std::uint32_t>(length), type};
    append(to, head, sizeof head);
    append(to, owner.data(), owner.size());
    append(to, content, length);
  }

 private:
  static void add(std::vector<std::uint8_t>& to, NoteType type, const void* content, std::size_t length) {
    add_note(to, {kNoteOwner, sizeof kNoteOwner}, static_cast<std::uint32_t>(type), content, length);
  }
  static void append(std::vector<std::uint8_t>& to, const void* bytes, std::size_t length) {
    const auto* from = static_cast<const std::uint8_t*>(bytes);
    to.insert(to.end(), from, from + length);
    to.resize((to.size() + 3) & ~std::size_t{3});
  }
};

}  // namespace wick::test
