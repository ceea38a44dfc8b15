// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a running appliance answers to questions about itself (abi/host/control.h): text for people, and for programs
// that read such text. By the guest's own thread, while the guest stands still.

#include "abi/host/control.h"
#include "base/line.h"
#include "monitor/debug/observer.h"

namespace wick::monitor {

/// Into memory of its own, as there is no heap behind the jail's door. @return valid until the next one
std::string_view report(ControlRequest::What what, const Subject& subject);

// metrics.cpp

/// The monitor's counts, as Prometheus reads them.
void report_metrics(const Subject& subject, hv::Sink sink);

// threads.cpp

/// The guest's threads: name, state, how much of its stack each uses, and where it stands.
void report_threads(const Guest& guest, hv::Sink sink);

}  // namespace wick::monitor
