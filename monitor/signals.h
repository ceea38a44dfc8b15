// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Signals to the monitor: SIGTERM and SIGINT ask the guest to end (a second one ends the monitor), SIGUSR1 asks for
// statistics, SIGALRM is the guest's watchdog, SIGIO a debugger. Handlers may run with the guest's thread pointer, so
// they use nothing of the C library; they leave word, and wake whoever sleeps.

namespace wick::monitor {

struct Appliance;

/// @return false when the system refuses
bool start_signals();
/// Readable when a signal has come: for whoever sleeps.
int signal_file();

/// Sets the alarm for the watchdog's next look.
void time_watchdog(Appliance& appliance);
/// Whether the watchdog has expired since the last question.
bool take_overdue();
/// Prints statistics if somebody has asked for them.
void report_if_asked(Appliance& appliance);

}  // namespace wick::monitor
