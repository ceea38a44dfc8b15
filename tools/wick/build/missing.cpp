// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "build/missing.h"

#include <fmt/format.h>

#include <charconv>
#include <vector>

#include "base/text.h"

namespace wick::tool {
namespace {

/// A name that nothing defines, and who asks for it.
struct MissingName {
  std::string name;
  std::string place = {};     ///< "src/main.c:12" where the linker knows the line, else "main.c" or the object
  std::string function = {};  ///< that asks for it; empty: data does
  unsigned others = 0;        ///< how many more places do
  std::string remark = {};    ///< of the linker's
};

/// The name in "ld.lld: error: undefined hidden symbol: NAME".
std::string_view undefined_name(std::string_view line) {
  constexpr std::string_view kSymbol = " symbol: ";
  const std::size_t error = line.find(": error: undefined "), symbol = line.find(kSymbol);
  if (error == line.npos || symbol == line.npos || symbol < error) return {};
  return line.substr(symbol + kSymbol.size());
}

/// "main.c:12 (../src/main.c:12)" names the file twice, the second time with its folder.
std::string place_of(std::string_view words) {
  const std::size_t open = words.find(" (");
  if (open != words.npos && words.ends_with(')')) words = words.substr(open + 2, words.size() - open - 3);
  while (words.starts_with("../")) words.remove_prefix(3);
  return std::string(words);
}

/// The function in "main.c.o:(main)", "main.c.o:(.text.main+0x7)", "a.o:(main) in archive liba.a".
std::string function_of(std::string_view words) {
  const std::size_t open = words.find(":(");
  if (open == words.npos) return {};
  words = words.substr(open + 2);
  if (const std::size_t archive = words.rfind(") in archive "); archive != words.npos)
    words = words.substr(0, archive);
  else if (words.ends_with(')'))
    words.remove_suffix(1);
  constexpr std::string_view kText = ".text.";
  if (words.starts_with(kText)) words.remove_prefix(kText.size());
  words = words.substr(0, words.find("+0x"));
  if (words.starts_with('.') || words.starts_with("DW.ref.")) return {};
  if (words.ends_with("()")) words.remove_suffix(2);
  return std::string(words);
}

void take_reference(std::string_view line, MissingName& missing) {
  constexpr std::string_view kBy = ">>> referenced by ", kMore = ">>> referenced ", kIndent = ">>>     ";
  if (line.starts_with(kBy)) {
    line.remove_prefix(kBy.size());
    if (!missing.place.empty()) {
      missing.others++;
    } else if (const std::size_t object = line.find(":("); object != line.npos) {
      missing.place = line.substr(0, object);
      missing.function = function_of(line);
    } else {
      missing.place = place_of(line);
    }
  } else if (line.starts_with(kMore)) {
    unsigned more = 0;
    line.remove_prefix(kMore.size());
    std::from_chars(line.data(), line.data() + line.size(), more);
    missing.others += more;
  } else if (line.starts_with(kIndent)) {
    if (missing.others == 0) missing.function = function_of(trim(line.substr(3)));
  } else {
    missing.remark = trim(line.substr(3));
  }
}

/// A function that only stands in the way of picolibc's own: its name is the one to tell of, who calls it isn't known.
constexpr std::string_view kBarred = "there_is_no_";

std::string told(const MissingName& missing, const Absent& absent) {
  if (missing.name.starts_with(kBarred))
    return fmt::format("the program asks for {}, which Wick doesn't have: {}.", missing.function,
                       absent.about(missing.function));
  std::string text = missing.place.empty() ? "the image" : missing.place;
  if (!missing.function.empty()) text += ": " + missing.function;
  text += fmt::format(" asks for {}, ", missing.name);
  if (const std::string_view known = absent.about(missing.name); !known.empty())
    text += fmt::format("which Wick doesn't have: {}", known);
  else
    text += "which no source and no library of this appliance defines";
  if (missing.others > 0)
    text += fmt::format(" ({} more {})", missing.others, missing.others == 1 ? "place" : "places");
  text += ".";
  if (!missing.remark.empty()) text += fmt::format(" The linker remarks: {}.", missing.remark);
  return text;
}

}  // namespace

std::string explain_link(std::string_view words, const Absent& absent) {
  std::string text;
  std::vector<MissingName> list;
  bool within = false;
  for (const std::string& line : split(words, '\n')) {
    if (const std::string_view name = undefined_name(line); !name.empty()) {
      list.push_back({.name = std::string(name)});
      within = true;
    } else if (within && line.starts_with(">>>")) {
      take_reference(line, list.back());
    } else if (!trim(line).empty()) {
      within = false;
      text += line + "\n";
    }
  }
  // Those of which something is known first: they are the reason, others may follow of it.
  for (const bool known : {true, false}) {
    for (const MissingName& missing : list) {
      if (absent.about(missing.name).empty() != known) text += told(missing, absent) + "\n";
    }
  }
  return text;
}

std::string explain_header(std::string_view line, const Absent& absent) {
  constexpr std::string_view kBegin = " error: '", kEnd = "' file not found";
  const std::size_t begin = line.find(kBegin), end = line.find(kEnd);
  if (begin == line.npos || end == line.npos || end < begin) return {};
  const std::string_view name = line.substr(begin + kBegin.size(), end - begin - kBegin.size());
  const std::string_view known = absent.about(fmt::format("<{}>", name));
  return known.empty() ? std::string() : fmt::format("Wick has no <{}>: {}.", name, known);
}

}  // namespace wick::tool
