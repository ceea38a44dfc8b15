// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a server of embedded files is made of whatever its connections are: options, files, pages of metrics, ports.

#include <stdio.h>

#include "client.h"
#include "text.h"

namespace http {

/// A line of text and numbers to a stream. Without printf(), which nothing else asks for here: it is 20 KiB of an
/// image.
template <typename... Parts>
void say(FILE* to, const Parts&... parts) {
  char room[512];
  Text line(room);
  (line << ... << parts) << "\n";
  fwrite(line.view().data(), 1, line.size(), to);
}

struct Options {
  const char* program;  ///< in front of what is said of them
  unsigned port;
  unsigned metrics_port = 0;  ///< 0: none
  const char* root = "/www";
};

/// Reads one of the options that docs/http.md tells. Ends the program where the value can't be.
/// @param value what follows the name, or null  @return words that it takes, 0 when it is none of them
int take_option(Options& options, Server& server, const char* name, const char* value);

/// A number within bounds, or the end of the program with a sentence.
unsigned number_argument(const Options& options, const char* text, unsigned least, unsigned most);

/// Lists the files, opens the ports and says so; from now on callbacks do the work. @return false: a sentence is said
bool start(const Options& options, Server& server, Clients& clients);

}  // namespace http
