// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Nothing of an SDK is a second description of how images are made: options and the link of an image are those of a
// project built here.

#include "build/sdk.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/architecture.h"
#include "base/process.h"
#include "build/project.h"

namespace wick::tool {
namespace {

constexpr std::string_view kProbe = R"([appliance]
name = "sdk-probe"

[application]
sources = ["program.c", "more.cpp"]

[memory]
size = "32M"

[network]
)";

/// Objects into one that an image is linked from. A target of a kind whose linker clang calls without GCC in between.
Arguments join_command() {
  return {fmt::format("--target={}-unknown-linux-gnu", kArchitecture.name), "-fuse-ld=lld-19", "-nostdlib", "-r"};
}

/// The words of a command as Ninja has it for a shell.
Arguments words_of(std::string_view command) {
  Arguments words;
  std::string word;
  bool within = false, quoted = false;
  for (std::size_t at = 0; at < command.size(); ++at) {
    const char c = command[at];
    if (c == '\'') {
      quoted = !quoted, within = true;
    } else if (c == '\\' && !quoted && at + 1 < command.size()) {
      word += command[++at], within = true;
    } else if ((c == ' ' || c == '\n') && !quoted) {
      if (within) words.push_back(word);
      word.clear(), within = false;
    } else {
      word += c, within = true;
    }
  }
  if (within) words.push_back(word);
  return words;
}

Result<Arguments> command_for(const fs::path& folder, const std::string& target) {
  auto asked = capture_program({"ninja", "-C", folder.string(), "-t", "commands", "-s", target});
  if (!asked) return std::unexpected(asked.error());
  if (asked->exit_code != 0) return fail(fmt::format("Ninja doesn't tell how {} is made.", target));
  return words_of(asked->output);
}

/// Of a compilation what holds for every source: not names of files, not warnings, not link-time optimization, which
/// the linker of a foreign build would have to know of. Wick's own headers stand behind a program's.
Arguments compile_options(const fs::path& folder, const Arguments& command) {
  Arguments options;
  for (std::size_t at = 1; at < command.size(); ++at) {
    const std::string& word = command[at];
    if (word == "-o" || word == "-c" || word == "-MQ" || word == "-MF") {
      ++at;
    } else if (word == "-I." || word == "-I../.." || word.ends_with(".a.p")) {
      continue;  // the build's own folders
    } else if (word.starts_with("-I")) {
      options.push_back("-isystem" + (folder / word.substr(2)).lexically_normal().string());
    } else if (!word.empty() && word != "-MD" && !word.starts_with("-W") && !word.starts_with("-flto") &&
               !word.starts_with("-fcolor") && !word.starts_with("-fdiagnostics") && word != "-DNDEBUG") {
      options.push_back(word);
    }
  }
  return options;
}

/// The link of an image with the program in the place of the probe's own objects.
Arguments link_command(const Arguments& command) {
  Arguments link;
  for (std::size_t at = 0; at < command.size(); ++at) {
    if (command[at] == "-o") {
      ++at;
    } else if (command[at].ends_with("program.c.o")) {
      link.push_back("@PROGRAM@");
    } else if (!command[at].empty() && !command[at].ends_with("more.cpp.o") && !command[at].starts_with("-flto")) {
      link.push_back(command[at]);
    }
  }
  return link;
}

void fill_in(std::string& text, std::string_view word, std::string_view with) {
  for (std::size_t at = text.find(word); at != text.npos; at = text.find(word, at + with.size()))
    text.replace(at, word.size(), with);
}

Result<Built> build_probe(const fs::path& sdk, const std::string& profile) {
  const fs::path probe = sdk / "probe";
  std::error_code error;
  if (fs::create_directories(probe, error); error)
    return fail(fmt::format("The folder {} can't be made: {}.", probe.string(), error.message()));
  for (const auto& [file, text] : {std::pair<std::string_view, std::string_view>{"wick.toml", kProbe},
                                   {"program.c", "int more(void);\nint main(void) { return more(); }\n"},
                                   {"more.cpp", "extern \"C\" int more() { return 0; }\n"}}) {
    if (auto done = write_file(probe / file, text); !done) return std::unexpected(done.error());
  }
  return build_project(probe, profile);
}

Result<void> write_options(const fs::path& sdk, const Built& built) {
  const fs::path folder = built.debug.parent_path();
  auto link = command_for(folder, built.debug.filename().string());
  if (!link) return std::unexpected(link.error());
  auto object = [&](std::string_view end) {
    const auto found = std::ranges::find_if(*link, [&](const std::string& word) { return word.ends_with(end); });
    return found == link->end() ? std::string() : *found;
  };
  auto c = command_for(folder, object("program.c.o"));
  auto cpp = command_for(folder, object("more.cpp.o"));
  if (!c) return std::unexpected(c.error());
  if (!cpp) return std::unexpected(cpp.error());
  const nlohmann::ordered_json json{{"folder", folder.string()},
                                    {"join", join_command()},
                                    {"c", compile_options(folder, *c)},
                                    {"cpp", compile_options(folder, *cpp)},
                                    {"link", link_command(*link)}};
  return write_file(sdk / "sdk.json", json.dump(1) + "\n");
}

Result<void> write_tools(const fs::path& sdk, const fs::path& sources) {
  std::error_code error;
  for (const char* folder : {"bin", "cmake/Platform", "sysroot/usr/include", "sysroot/usr/lib/pkgconfig"})
    fs::create_directories(sdk / folder, error);
  const std::string programs = fmt::format("bin/{}-wick-", kArchitecture.name);
  const std::pair<const char*, std::string> files[] = {{"compiler.py", programs + "clang"},
                                                       {"compiler.py", programs + "clang++"},
                                                       {"pkg-config", programs + "pkg-config"},
                                                       {"cross.ini", "cross.ini"},
                                                       {"toolchain.cmake", "toolchain.cmake"},
                                                       {"config.site", "config.site"},
                                                       {"ar", programs + "ar"},
                                                       {"ar", programs + "ranlib"},
                                                       {"Wick.cmake", "cmake/Platform/Wick.cmake"}};
  for (const auto& [from, to] : files) {
    auto text = read_file(sources / from);
    if (!text) return std::unexpected(text.error());
    fill_in(*text, "@SDK@", sdk.string());
    fill_in(*text, "@ARCHITECTURE@", kArchitecture.name);
    if (auto done = write_file(sdk / to, *text); !done) return done;
    if (to.starts_with("bin/")) fs::permissions(sdk / to, fs::perms(0755), error);
  }
  // Libraries that every Unix has, whose functions are in the image anyway.
  for (const char* name : {"c", "m", "pthread", "rt", "dl", "util", "resolv", "stdc++", "c++"}) {
    if (auto done = write_file(sdk / fmt::format("sysroot/usr/lib/lib{}.a", name), "!<arch>\n"); !done) return done;
  }
  return {};
}

}  // namespace

Result<void> write_sdk(const fs::path& root, const fs::path& sdk, const std::string& profile) {
  auto built = build_probe(sdk, profile);
  if (!built) return std::unexpected(built.error());
  if (auto done = write_options(sdk, *built); !done) return done;
  return write_tools(sdk, root / "tools/sdk");
}

}  // namespace wick::tool
