// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "config.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace wick::runtime {
namespace {

Result<void> check_annotations(const Json& config) {
  const Json* const annotations = find(config, {"annotations"});
  if (!annotations) return {};
  if (!annotations->is_object()) return fail("config.json: \"annotations\" is no object.");
  std::size_t bytes = 0;
  for (const auto& [name, value] : annotations->items()) {
    if (!value.is_string()) return fail(fmt::format("config.json: the annotation {:.100} is no text.", name));
    bytes += name.size() + value.get_ref<const std::string&>().size();
  }
  if (bytes > kMaxAnnotations)
    return fail(fmt::format("config.json: its annotations have {} bytes, and more than {} aren't taken.", bytes,
                            kMaxAnnotations));
  return {};
}

Result<std::string> read_text(const fs::path& path) {
  auto file = open_file(path, kMaxConfig);
  if (!file) return std::unexpected(file.error());
  return tool::read_file(file->path());
}

}  // namespace

Result<Json> read_json(std::string_view text, std::string_view about) {
  bool too_deep = false;
  // What is too deep isn't even kept: whoever walks through it would walk off its stack.
  const auto keep = [&](int depth, Json::parse_event_t, Json&) {
    too_deep = too_deep || depth > kMaxDepth;
    return depth <= kMaxDepth;
  };
  Json json = Json::parse(text, keep, false);
  if (too_deep) return fail(fmt::format("{}: values stand within values more than {} deep.", about, kMaxDepth));
  if (json.is_discarded()) return fail(fmt::format("{} is no JSON.", about));
  if (!json.is_object()) return fail(fmt::format("{} is no object of JSON.", about));
  return json;
}

Result<Json> parse_config(std::string_view text, std::string_view about) {
  auto config = read_json(text, about);
  if (!config) return config;
  if (!text_at(*config, {"ociVersion"}).starts_with("1."))
    return fail(fmt::format("{} is of no version 1 of the specification.", about));
  if (auto fine = check_annotations(*config); !fine) return std::unexpected(fine.error());
  auto arguments = texts_at(*config, {"process", "args"});
  if (!arguments) return std::unexpected(arguments.error());
  if (arguments->empty()) return fail(fmt::format("{} has no process.args.", about));
  const Json* const linux_part = find(*config, {"linux"});
  if (!linux_part || !linux_part->is_object()) return fail(fmt::format("{} is for another system than Linux.", about));
  return config;
}

Result<Json> read_config(const fs::path& bundle) {
  const fs::path path = bundle / "config.json";
  auto text = read_text(path);
  if (!text) return std::unexpected(text.error());
  return parse_config(*text, path.string());
}

Result<Json> read_process(const fs::path& path) {
  auto text = read_text(path);
  if (!text) return std::unexpected(text.error());
  return read_json(*text, path.string());
}

const Json* find(const Json& json, std::initializer_list<const char*> keys) {
  const Json* at = &json;
  for (const char* const key : keys) {
    if (!at->is_object()) return nullptr;
    const auto found = at->find(key);
    if (found == at->end()) return nullptr;
    at = &*found;
  }
  return at;
}

std::string text_at(const Json& json, std::initializer_list<const char*> keys) {
  const Json* const found = find(json, keys);
  return found && found->is_string() ? found->get<std::string>() : std::string();
}

Result<std::vector<std::string>> texts_at(const Json& json, std::initializer_list<const char*> keys) {
  const Json* const found = find(json, keys);
  if (!found || found->is_null()) return std::vector<std::string>();
  const bool fine = found->is_array() && std::ranges::all_of(*found, [](const Json& value) {
                      return value.is_string() && !value.get_ref<const std::string&>().contains('\0');
                    });
  if (!fine) {
    const std::vector<std::string> names(keys.begin(), keys.end());
    return fail(fmt::format("config.json: {} is no list of texts.", tool::join(names, ".")));
  }
  return found->get<std::vector<std::string>>();
}

Result<fs::path> rootfs_of(const Json& config, const fs::path& bundle) {
  const std::string path = text_at(config, {"root", "path"});
  if (path.empty()) return fail("config.json has no root.path.");
  const std::string whole = (bundle / path).string();
  if (!is_straight(whole)) return fail("config.json: root.path steps out of the bundle.");
  return fs::path(whole);
}

}  // namespace wick::runtime
