// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Signals to the monitor: SIGTERM and SIGINT ask the guest to end (a second one ends the monitor), SIGALRM is for the
// guest's watchdog and its time slices, others are for who has asked for them (debug/observer.h). Handlers may run with
// the guest's thread pointer, so they use nothing of the C library; they leave word, and wake whoever sleeps.

#include <signal.h>

#include <cstdint>

namespace wick::monitor {

struct Guest;

/// Of a question about the guest (monitor/control.h), which the kernel sends for this process itself.
inline constexpr int kQuestionSignal = SIGIO;

/// @return false when the system refuses
bool start_signals();
/// Readable when a signal has come: for whoever sleeps.
int signal_file();

/// Sets the alarm for whatever comes first.
void set_alarm(const Guest& guest);
/// Whether the watchdog has expired since the last question.
bool take_overdue();
/// Whether a time slice of the guest's has ended since.
bool take_slice_over();
bool slice_is_over();
/// Observers' signals that have come since the last question: bits by number.
std::uint64_t take_signals();

}  // namespace wick::monitor
