// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "pack/sbom.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/toolkit.h"

namespace wick::tool {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kUnknown = "NOASSERTION";
// The field must be there; the time of the making would make two SBOMs of one image differ.
constexpr std::string_view kCreated = "1970-01-01T00:00:00Z";

std::string or_unknown(const std::string& text) { return text.empty() ? std::string(kUnknown) : text; }

/// Section 3.2: letters, digits, full stops and dashes.
std::string identifier(std::size_t index, std::string_view name) {
  std::string text = fmt::format("SPDXRef-{}-", index);
  for (char c : name) {
    const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.';
    text += fits ? c : '-';
  }
  return text;
}

Json package(const Part& part, const std::string& id) {
  Json json = {{"name", part.name}, {"SPDXID", id}};
  if (!part.version.empty()) json["versionInfo"] = part.version;
  json["supplier"] = or_unknown(part.supplier);
  json["downloadLocation"] = or_unknown(part.url);
  if (!part.pool.empty()) json["sourceInfo"] = fmt::format("pool/{} of the Debian archive", part.pool);
  json["filesAnalyzed"] = false;
  if (!part.sha256.empty()) json["checksums"] = {{{"algorithm", "SHA256"}, {"checksumValue", part.sha256}}};
  json["licenseConcluded"] = kUnknown;  // nobody has read the files
  json["licenseDeclared"] = or_unknown(part.licence);
  json["copyrightText"] = kUnknown;
  return json;
}

Json relationship(std::string_view from, std::string_view type, std::string_view to) {
  return {{"spdxElementId", from}, {"relationshipType", type}, {"relatedSpdxElement", to}};
}

Result<LinkedObjects> objects_in(const fs::path& map) {
  auto text = read_file(map);
  if (!text)
    return fail(fmt::format("{} isn't there, so nobody knows what the image was linked from.", map.string()),
                "give the image where `wick build` left it, or the project's folder.");
  return linked_objects(*text, map.string());
}

}  // namespace

std::string sbom_text(const ImageFacts& facts, const std::vector<Part>& parts) {
  const std::string image = "SPDXRef-Image";
  Json packages = Json::array(), relationships = Json::array();
  Json whole = package({.name = facts.name, .version = facts.version}, image);
  whole["primaryPackagePurpose"] = "OPERATING-SYSTEM";
  whole["comment"] =
      fmt::format("build-id {}, wall {}, profile {}", facts.build_id, wall_name(facts.wall), facts.profile);
  packages.push_back(whole);
  relationships.push_back(relationship("SPDXRef-DOCUMENT", "DESCRIBES", image));
  for (const Part& part : parts) {
    const std::string id = identifier(packages.size(), part.name);
    packages.push_back(package(part, id));
    relationships.push_back(relationship(image, "CONTAINS", id));
  }
  const Json document = {
      {"spdxVersion", "SPDX-2.3"},
      {"dataLicense", "CC0-1.0"},
      {"SPDXID", "SPDXRef-DOCUMENT"},
      {"name", fmt::format("{}-{}", facts.name, facts.version)},
      {"documentNamespace", fmt::format("https://wick.invalid/spdx/{}-{}", facts.name, facts.build_id)},
      {"creationInfo", {{"created", kCreated}, {"creators", {fmt::format("Tool: wick-{}", WICK_VERSION)}}}},
      {"packages", packages},
      {"relationships", relationships}};
  return document.dump(2) + "\n";
}

Result<std::string> sbom_of(const Elf& image, const ImageFacts& facts, const fs::path& debug, const fs::path& project) {
  auto linked = Elf::open(debug);
  if (!linked) return std::unexpected(linked.error());
  if (linked->build_id().empty() || linked->build_id() != facts.build_id)
    return fail(fmt::format("{} is of another build than the image: its link map doesn't count.", debug.string()));
  auto root = toolkit_root();
  if (!root) return std::unexpected(root.error());
  std::vector<fs::path> maps{fs::path(debug).replace_extension(".map")};
  if (image.monitor_size()) maps.push_back(*root / "build/host/monitor/wick-monitor.map");
  const fs::path hv = fs::path(debug).replace_extension("").string() + "-hv.o.map";
  if (facts.wall == Wall::ring || facts.wall == Wall::vm_svm || facts.wall == Wall::vm_vmx) maps.push_back(hv);
  LinkedObjects objects;
  for (const fs::path& map : maps) {
    auto found = objects_in(map);
    if (!found) return std::unexpected(found.error());
    objects.merge(*found);
  }
  std::vector<Wrap> wraps;
  std::vector<fs::path> folders{*root / "subprojects", *root / "apps" / facts.name, project};
  for (const fs::path& folder : folders) {
    auto found = wraps_in(folder);
    if (!found) return std::unexpected(found.error());
    wraps.insert(wraps.end(), found->begin(), found->end());
  }
  return sbom_text(facts, parts_of(objects, wraps, {.name = facts.name + " (application)", .version = facts.version}));
}

}  // namespace wick::tool
