// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "build/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "base/terminal.h"
#include "base/text.h"
#include "build/missing.h"
#include "build/tree.h"

namespace wick::tool {
namespace {

/// Shows Ninja's "[12/345] text" lines as progress and passes on what compilers say. What Meson says when Ninja makes
/// it configure anew is kept for the case that it fails.
class Progress {
 public:
  explicit Progress(std::string what) : what_(std::move(what)), terminal_(isatty(STDERR_FILENO)) {}

  void line(const std::string& text) {
    unsigned done = 0, all = 0;
    if (std::sscanf(text.c_str(), "[%u/%u] ", &done, &all) == 2 && all > 0) {
      configuring_ = text.ends_with("Regenerating build files.");
      kept_.clear();
      return configuring_ ? void() : step(done, all);
    }
    if (configuring_) {
      kept_ += text + "\n";
      return;
    }
    // Behind "FAILED: target" stands the compiler's long command line, which says little.
    if (std::exchange(command_follows_, text.starts_with("FAILED: "))) return;
    if (text.starts_with("ninja: Entering") || text.starts_with("ninja: no work") ||
        text.starts_with("ninja: build stopped")) {
      return;
    }
    // tools/link.in has told why in sentences.
    if (text.find("linker command failed with exit code") != text.npos) return;
    clear();
    fmt::print(stderr, "{}\n", text);
    if (const std::string why = about_header(text); !why.empty())
      fmt::print(stderr, "{} {}\n", paint(Paint::yellow, "hint:", STDERR_FILENO), why);
  }

  /// What was kept back, its last lines.
  void show_kept() const {
    auto lines = split(trim(kept_), '\n');
    for (std::size_t i = lines.size() - std::min<std::size_t>(lines.size(), 20); i < lines.size(); ++i) {
      fmt::print(stderr, "{}\n", lines[i]);
    }
  }

  void clear() {
    if (terminal_ && shown_) fmt::print(stderr, "\r\033[K");
    shown_ = false;
  }

 private:
  /// What is known of the header that this line misses.
  static std::string about_header(const std::string& text) {
    if (text.find("file not found") == text.npos) return {};
    auto root = toolkit_root();
    if (!root) return {};
    auto absent = Absent::load(*root);
    return absent ? explain_header(text, *absent) : absent.error().sentence;
  }

  void step(unsigned done, unsigned all) {
    if (terminal_) {
      fmt::print(stderr, "\r\033[K{} {} [{}/{}]", paint(Paint::dim, "wick:", STDERR_FILENO), what_, done, all);
      std::fflush(stderr);
      shown_ = true;
    } else if (done * 10 / all > tenth_ || done == 1) {
      tenth_ = done * 10 / all;
      remark(fmt::format("{} [{}/{}]", what_, done, all));
    }
  }

  std::string what_;
  bool terminal_;
  bool shown_ = false;
  bool configuring_ = false;
  bool command_follows_ = false;
  std::string kept_;
  unsigned tenth_ = 0;
};

}  // namespace

Result<void> run_ninja(const Arguments& arguments, const std::string& what) {
  auto child = start_program(arguments, true, Errors::merge);
  if (!child) return std::unexpected(child.error());
  Progress progress(what);
  std::string line;
  FILE* output = fdopen(dup(child->output), "r");
  for (int c; (c = std::fgetc(output)) != EOF;) {
    if (c == '\n')
      progress.line(line), line.clear();
    else
      line += static_cast<char>(c);
  }
  std::fclose(output);
  progress.clear();
  if (wait_program(*child) == 0) return {};
  progress.show_kept();
  return fail(fmt::format("{} failed.", what), "the reason stands above.");
}

Result<void> run_meson(const Arguments& arguments, const std::string& what, const fs::path& directory) {
  remark(what);
  auto finished = capture_program(arguments, {.merge_errors = true, .directory = directory});
  if (!finished) return std::unexpected(finished.error());
  if (finished->exit_code == 0) return {};
  auto lines = split(trim(finished->output), '\n');
  for (std::size_t i = lines.size() - std::min<std::size_t>(lines.size(), 20); i < lines.size(); ++i)
    fmt::print(stderr, "{}\n", lines[i]);
  return fail("Meson can't configure the build.", "its last words stand above.");
}

}  // namespace wick::tool
