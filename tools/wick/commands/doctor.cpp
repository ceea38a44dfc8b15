// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// wick doctor: whether this machine has what Wick needs, and what it can offer an appliance.

#include <fmt/ranges.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "base/architecture.h"
#include "base/authorities.h"
#include "base/known_faults.h"
#include "base/process.h"
#include "base/terminal.h"
#include "base/text.h"
#include "build/tree.h"
#include "commands/commands.h"
#include "manifest/upstream.h"
#include "run/accelerator.h"
#include "run/vmm.h"

namespace wick::tool {
namespace {

struct Tool {
  std::string_view program, package, purpose;
  bool needed;
};

constexpr Tool kTools[] = {
    {"clang-19", "clang-19", "compiles images", true},
    {"ld.lld-19", "lld-19", "links images", true},
    {"llvm-objcopy-19", "llvm-19", "strips images", true},
    {"llvm-symbolizer-19", "llvm-19", "reads back-traces", true},
    {"meson", "meson", "build system", true},
    {"ninja", "ninja-build", "build system", true},
    {kArchitecture.qemu, kArchitecture.qemu_package, "runs images", true},
    {"grub-mkrescue", "grub-common", "makes ISO images", false},
    {"xorriso", "xorriso", "makes ISO images", false},
    {"mformat", "mtools", "makes ISO images", false},
    {"perl", "perl", "writes the assembly of packages = [\"tls\"]", false},
    {"curl", "curl", "tests: HTTP client", false},
    {"openssl", "openssl", "tests: client of TLS", false},
    {"wrk", "wrk", "tests: HTTP load", false},
    {"ip", "iproute2", "tests: network namespaces", false},
    {"ping", "iputils-ping", "tests: ICMP client", false},
    {"gdb", "gdb", "debugging with wick run --gdb", false},
};

enum class Verdict { fine, remark, bad };

struct Finding {
  Verdict verdict;
  std::string what, text;
};

std::string first_line(const Arguments& command) {
  auto finished = capture_program(command, {.merge_errors = true});
  if (!finished || finished->exit_code != 0) return "";
  return split(finished->output, '\n')[0];
}

std::vector<Finding> examine_tools() {
  std::vector<Finding> list;
  for (const Tool& tool : kTools) {
    fs::path found = find_program(std::string(tool.program));
    if (!found.empty()) {
      list.push_back({Verdict::fine, std::string(tool.program), found.string()});
    } else {
      list.push_back({tool.needed ? Verdict::bad : Verdict::remark, std::string(tool.program),
                      fmt::format("missing: install the package {} ({})", tool.package, tool.purpose)});
    }
  }
  return list;
}

Finding examine_sources(const fs::path& root) {
  unsigned present = 0, all = 0;
  std::error_code error;
  for (const auto& wrap : fs::directory_iterator(root / "subprojects", error)) {
    if (wrap.path().extension() != ".wrap") continue;
    const std::string text = read_file(wrap.path()).value_or("");
    const bool there = fs::exists(root / "subprojects/packagecache" / wrap_value(text, "source_filename"), error);
    if (!there && wrap_value(text, "fetch") == "asked") continue;  // until an image asks for it
    ++all;
    present += there;
  }
  return {present == all ? Verdict::fine : Verdict::bad, "library sources",
          fmt::format("{} of {} fetched{}", present, all, present == all ? "" : "; ./wick fetches the rest")};
}

Finding examine_known_faults(const fs::path& root) {
  const auto faults = known_faults(root);
  if (!faults) return {Verdict::bad, "known faults", faults.error().sentence};
  if (!faults->open.empty()) return {Verdict::bad, "known faults", fmt::format("{}", fmt::join(faults->open, "; "))};
  return {Verdict::fine, "known faults",
          fmt::format(
              "none open in {} pinned libraries by the list of {}{}", faults->libraries, faults->checked,
              faults->harmless.empty() ? "" : fmt::format("; without effect: {}", fmt::join(faults->harmless, "; ")))};
}

Finding examine_space(const fs::path& root) {
  std::error_code error;
  auto space = fs::space(root, error);
  if (error) return {Verdict::remark, "disk space", error.message()};
  constexpr std::uint64_t kMinSpace = 2ull << 30;
  return {space.available >= kMinSpace ? Verdict::fine : Verdict::bad, "disk space",
          fmt::format("{} free; a build folder takes about 300 MiB", human_size(space.available))};
}

/// What manifests embed for clients that verify.
Finding examine_authorities() {
  const AuthoritiesAge found = age_of_authorities("/usr/share/ca-certificates");
  if (!found.there)
    return {Verdict::remark, "authorities", "missing: install the package ca-certificates (embedded for TLS clients)"};
  if (found.old)
    return {Verdict::remark, "authorities",
            fmt::format("those of this machine, which manifests embed, are {} days old: update ca-certificates, and "
                        "build anew what embeds them",
                        found.age.count())};
  return {Verdict::fine, "authorities", fmt::format("those of this machine are {} days old", found.age.count())};
}

Finding examine_acceleration() {
  Accelerator accelerator = choose_accelerator();
  std::string device = access("/dev/kvm", F_OK) != 0          ? "there is no /dev/kvm"
                       : access("/dev/kvm", R_OK | W_OK) == 0 ? "/dev/kvm opens"
                                                              : "/dev/kvm is there, but not for you";
  if (accelerator.kvm) return {Verdict::fine, "acceleration", "KVM: " + accelerator.reason};
  return {Verdict::remark, "acceleration", fmt::format("TCG only: {}; {}", accelerator.reason, device)};
}

Finding examine_hosted() {
  const KvmState kvm = probe_kvm();
  return {kvm.usable ? Verdict::fine : Verdict::remark, "wall hosted",
          kvm.usable ? "/dev/kvm makes virtual machines" : kvm.reason + "; wall process does without"};
}

class Doctor final : public Command {
 public:
  std::string name() const override { return "doctor"; }
  std::string summary() const override { return "Check this machine"; }
  std::string example() const override { return "wick doctor"; }
  void describe(Syntax& syntax) override { syntax.flag("--json", json_, "as JSON"); }

  Result<int> run() override {
    auto root = toolkit_root();
    if (!root) return std::unexpected(root.error());
    std::vector<Finding> findings = examine_tools();
    findings.push_back({Verdict::fine, "QEMU", first_line({qemu_program(), "--version"})});
    if (findings.back().text.empty()) findings.back() = {Verdict::bad, "QEMU", "does not start"};
    findings.push_back(examine_acceleration());
    findings.push_back(examine_hosted());
    findings.push_back(examine_sources(*root));
    findings.push_back(examine_known_faults(*root));
    findings.push_back(examine_authorities());
    findings.push_back(examine_space(*root));
    bool bad = false;
    auto json = nlohmann::ordered_json::array();
    for (const Finding& finding : findings) {
      bad |= finding.verdict == Verdict::bad;
      if (json_)
        json.push_back({{"what", finding.what}, {"verdict", word(finding.verdict)}, {"text", finding.text}});
      else
        show(finding);
    }
    if (json_) print(json.dump(2));
    return bad ? 1 : 0;
  }

 private:
  static const char* word(Verdict verdict) {
    return verdict == Verdict::fine ? "fine" : verdict == Verdict::remark ? "remark" : "bad";
  }

  static void show(const Finding& finding) {
    Paint colour = finding.verdict == Verdict::fine     ? Paint::green
                   : finding.verdict == Verdict::remark ? Paint::yellow
                                                        : Paint::red;
    print(fmt::format("{} {:<20} {}", paint(colour, fmt::format("{:<6}", word(finding.verdict)), STDOUT_FILENO),
                      finding.what, finding.text));
  }

  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_doctor() { return std::make_unique<Doctor>(); }

}  // namespace wick::tool
