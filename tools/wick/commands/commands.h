// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// One maker a command; the file of the same name defines it.

#include "cli/command.h"

namespace wick::tool {

std::unique_ptr<Command> make_new();
std::unique_ptr<Command> make_build();
std::unique_ptr<Command> make_run();
std::unique_ptr<Command> make_serve();
std::unique_ptr<Command> make_sdk();
std::unique_ptr<Command> make_ps();
std::unique_ptr<Command> make_snapshot();
std::unique_ptr<Command> make_stop();
std::unique_ptr<Command> make_logs();
std::unique_ptr<Command> make_test();
std::unique_ptr<Command> make_bench();
std::unique_ptr<Command> make_inspect();
std::unique_ptr<Command> make_pack();
std::unique_ptr<Command> make_update();
std::unique_ptr<Command> make_keygen();
std::unique_ptr<Command> make_verify();
std::unique_ptr<Command> make_crash();
std::unique_ptr<Command> make_doctor();
std::unique_ptr<Command> make_clean();
std::unique_ptr<Command> make_completion(const Commands& commands);
std::unique_ptr<Command> make_manifest();
void add_volume_commands(Commands& list);

// Called by the build, hidden from the help.
std::unique_ptr<Command> make_plan();
std::unique_ptr<Command> make_generate();
std::unique_ptr<Command> make_compose();
std::unique_ptr<Command> make_explain();

}  // namespace wick::tool
