// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The vocabulary of the contract: addresses, times, statuses. Every other header of hv/abi is written in these
// types, so that an address of one kind can never be handed over as another. May include the freestanding C++
// headers only.

#include <compare>
#include <cstddef>
#include <cstdint>

namespace wick {

/// A guest-physical address. Wick maps the guest identically, so the guest's pointers have the same value.
enum class Gpa : std::uint64_t {};

constexpr std::uint64_t raw(Gpa address) { return static_cast<std::uint64_t>(address); }
constexpr Gpa operator+(Gpa base, std::uint64_t bytes) { return Gpa{raw(base) + bytes}; }

/// Bytes of a page, the unit of rights, of the budget and of what is mapped.
inline constexpr std::uint64_t kPage = 4096;

/// `length` up to the next multiple of kPage.
constexpr std::uint64_t whole_pages(std::uint64_t length) { return (length + kPage - 1) & ~(kPage - 1); }

/// Nanoseconds. As an instant: since the clock page's epoch, about machine start.
enum class Nanoseconds : std::uint64_t {};

constexpr std::uint64_t raw(Nanoseconds time) { return static_cast<std::uint64_t>(time); }
constexpr Nanoseconds operator+(Nanoseconds a, Nanoseconds b) { return Nanoseconds{raw(a) + raw(b)}; }
constexpr Nanoseconds operator-(Nanoseconds a, Nanoseconds b) { return Nanoseconds{raw(a) - raw(b)}; }

/// A deadline that never comes.
inline constexpr Nanoseconds kNever{~0ull};

/// Ticks of the time-stamp counter.
enum class Cycles : std::uint64_t {};

constexpr std::uint64_t raw(Cycles ticks) { return static_cast<std::uint64_t>(ticks); }

/// A set of events: bit n stands for event n of the vCPU's event page.
enum class EventMask : std::uint64_t {};

constexpr std::uint64_t raw(EventMask mask) { return static_cast<std::uint64_t>(mask); }
constexpr EventMask operator|(EventMask a, EventMask b) { return EventMask{raw(a) | raw(b)}; }
constexpr EventMask operator&(EventMask a, EventMask b) { return EventMask{raw(a) & raw(b)}; }
constexpr bool any(EventMask mask) { return raw(mask) != 0; }
constexpr EventMask event_bit(unsigned number) { return EventMask{1ull << number}; }

/// The answer of every call of the contract. Values are wire format: never renumber.
enum class [[nodiscard]] Status : std::int64_t {
  ok = 0,
  unsupported = -1,   ///< the wall or platform can't do this
  denied = -2,        ///< the manifest does not allow this call
  bad_argument = -3,  ///< a scalar is out of range or an address outside of the guest
  would_block = -4,   ///< a ring is full, or nothing has come yet
  io_error = -5,      ///< the device failed
  no_memory = -6,
  not_found = -7,
};

constexpr bool ok(Status status) { return status == Status::ok; }

}  // namespace wick
