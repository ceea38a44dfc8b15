// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Networks of many appliances that are copies of one: a process that is executed once, with nothing but a socket, and
// forks the processes of each network that it is asked for there. So these, too, have nothing in them of the monitor's
// memory, files and environment, and none waits for a program to be executed.

#include <expected>
#include <span>
#include <string>
#include <vector>

namespace wick::monitor {

/// Ends with the thread that has started it; those that it has forked end when their frames' socket has its end.
/// @return the socket to ask at, or what is wrong in one sentence
std::expected<int, std::string> start_network_starter(const char* program);

/// @param words, frames, rings of the network to be started; `frames` hears from it as from any other
/// @return false, with errno: nobody is there
bool ask_starter(int starter, std::span<const std::string> words, int frames, int rings);

/// The whole life of that process. @param requests the other end  @return its exit code
int serve_starter(int requests);

/// Leaves open the frames' socket as 0, nothing as 1, what errors go to as 2, rings, and what those words name.
bool keep_files(int frames, int rings, std::vector<char*> named);

}  // namespace wick::monitor
