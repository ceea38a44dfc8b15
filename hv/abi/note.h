// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// ELF notes of an image, owner "Wick". hv, the builder and `wick inspect` read the same ones.

#include <span>
#include <string_view>

#include "abi/types.h"

namespace wick {

inline constexpr char kNoteOwner[] = "Wick";

/// Precedes each note (System V gABI, "Note Section"): its owner with a NUL and its content follow, both padded.
struct NoteHeader {
  std::uint32_t owner_length, length, type;
};
static_assert(sizeof(NoteHeader) == 12);

/// Walks the notes of a segment, whoever they belong to.
/// @param visit takes the owner with its NUL, the type and the content; what it says other than nullptr ends the walk
/// @return what it has said, or that a note is cut short
template <typename Visit>
[[nodiscard]] const char* walk_notes(std::span<const std::uint8_t> bytes, Visit visit, std::uint64_t align = 4) {
  const auto padded = [align](std::uint64_t length) { return (length + align - 1) & ~(align - 1); };
  for (std::uint64_t at = 0; at + sizeof(NoteHeader) <= bytes.size();) {
    NoteHeader header;
    __builtin_memcpy(&header, bytes.data() + at, sizeof header);
    const std::uint64_t owner = at + sizeof header, content = padded(owner + header.owner_length);
    if (content > bytes.size() || header.length > bytes.size() - content) return "a note of the image is cut short";
    if (const char* said =
            visit(std::string_view(reinterpret_cast<const char*>(bytes.data() + owner), header.owner_length),
                  header.type, bytes.subspan(content, header.length)))
      return said;
    at = padded(content + header.length);
  }
  return nullptr;
}

/// 8 is kThreadsNote (abi/threads.h): hv reads none.
enum class NoteType : std::uint32_t {
  abi = 1,       ///< AbiNote
  manifest = 2,  ///< text, `key=value` lines: name, version, wall, profile, memory, stack, drivers, features
  restart = 3,   ///< RestartNote
  entry = 4,     ///< EntryNote
  layout = 5,    ///< LayoutNote
  slice = 6,     ///< SliceNote, of a guest that may have several threads
  fault = 7,     ///< Gpa: EntryNote::fault of a guest whose entry note has none
};

struct AbiNote {
  std::uint16_t major, minor;
  std::uint32_t flags;  ///< kWallRequired
  std::uint64_t calls;  ///< bitmap of Call: what this image may use
};
static_assert(sizeof(AbiNote) == 16);
/// Refuse to run behind a weaker wall than the manifest's.
inline constexpr std::uint32_t kWallRequired = 1;

enum class RestartPolicy : std::uint32_t {
  halt = 0,     ///< the machine ends with the crash
  restart = 1,  ///< memory back to pristine, from the guest's first instruction
  restore = 2,  ///< memory back to the checkpoint, from there; before the first checkpoint as `restart`
};

/// Which of a run's checkpoints restarts return to.
enum class CheckpointPolicy : std::uint32_t {
  first = 0,  ///< later ones are denied
  last = 1,   ///< each takes the place of the one before
};

/// What hv does when the guest has died.
struct RestartNote {
  RestartPolicy policy;
  std::uint32_t most;  ///< restarts within `window` before hv gives up and halts
  Nanoseconds window;
  Nanoseconds delay;      ///< before the first restart of a window; doubles with each further one
  std::uint64_t reserve;  ///< bytes that hv keeps for the checkpoint's copy of dirty memory
  std::uint32_t reserved;
  CheckpointPolicy checkpoint;  ///< since minor version 1; 0 before
};
static_assert(sizeof(RestartNote) == 40);

/// Addresses that whoever loads the guest needs.
struct EntryNote {
  Gpa start;  ///< wick_guest_start(const BootInfo*)
  Gpa trap;   ///< kTrapBytes of code that every call runs through: the loader writes the wall's instruction there
  Gpa fault;  ///< wick_guest_fault(CrashRecord*), called once before a fault counts as a crash; 0: there is none
};
static_assert(sizeof(EntryNote) == 24);
inline constexpr unsigned kTrapBytes = 16;
/// The trap's last byte where the guest can't set its thread pointer by itself, as a kernel below `process` would
/// forget it: the trap does so, with this number in place of a call's and the pointer as first argument. No other wall
/// knows it.
inline constexpr std::uint8_t kThreadPointerByTrap = 1;
inline constexpr std::uint32_t kSetThreadPointer = ~0u;

/// What hv does to a guest that runs: every so often it goes on in a function of its own (EventPage::interrupted), with
/// all registers but the program counter as they were, so that its threads take turns and events come in.
struct SliceNote {
  Gpa function;       ///< wick_guest_preempt(); 0: there is none
  Nanoseconds slice;  ///< at least kMinSlice; 0: never

  constexpr Nanoseconds length() const { return raw(function) ? slice : Nanoseconds{}; }
};
static_assert(sizeof(SliceNote) == 16);
inline constexpr Nanoseconds kMinSlice{1'000'000};

/// Places within the image that a loader outside of it can't know from its segments.
struct LayoutNote {
  Gpa stack_start;  ///< of the main thread; the page below is a guard and stays unmapped
  Gpa stack_end;
};
static_assert(sizeof(LayoutNote) == 16);

}  // namespace wick
