// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// An image layout (OCI Image Format Specification 1.1): blobs by their digest, and an index that names one manifest, of
// one layer with the appliance in it. It holds no time and no owner, so that the same appliance has the same digest.

#include "pack/formats/oci.h"

#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "base/architecture.h"
#include "base/output_file.h"
#include "base/text.h"
#include "pack/deflate.h"
#include "pack/sha256.h"
#include "pack/tar.h"

namespace wick::tool {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kEpoch = "1970-01-01T00:00:00Z";
constexpr std::string_view kTag = "latest";
constexpr std::string_view kIndexType = "application/vnd.oci.image.index.v1+json",
                           kManifestType = "application/vnd.oci.image.manifest.v1+json",
                           kConfigType = "application/vnd.oci.image.config.v1+json",
                           kLayerType = "application/vnd.oci.image.layer.v1.tar+gzip";

struct LayoutFile {
  std::string name, content;
};
using LayoutFiles = std::vector<LayoutFile>;

std::string digest_of(std::string_view content) {
  Sha256 sum;
  sum.add(std::as_bytes(std::span(content)));
  return hexadecimal(sum.end());
}

/// Adds a blob. @return what refers to it
Json add_blob(LayoutFiles& files, std::string_view type, std::string content) {
  const std::string digest = digest_of(content);
  Json descriptor = {{"mediaType", type}, {"digest", "sha256:" + digest}, {"size", content.size()}};
  files.push_back({"blobs/sha256/" + digest, std::move(content)});
  return descriptor;
}

std::string layer_tar(const Container& container) {
  std::string layer = tar_member(container.program_path().substr(1), container.program, TarMode::executable);
  if (!container.configuration.empty()) layer += tar_member(kConfigurationPath.substr(1), container.configuration);
  return layer + tar_member(urunc::kFile, urunc_json(container)) + tar_end();
}

Json platform() { return {{"architecture", kArchitecture.container}, {"os", "linux"}}; }

Json image_config(const Container& container, std::string_view layer) {
  Json config = {{"Entrypoint", entry_words(container)}, {"WorkingDir", "/"}, {"StopSignal", "SIGTERM"}};
  if (auto arguments = argument_words(container); !arguments.empty()) config["Cmd"] = arguments;
  for (const std::string& port : container.image.ports) config["ExposedPorts"][port] = Json::object();
  Json image = {{"created", kEpoch}};
  image.update(platform());
  image["config"] = config;
  image["rootfs"] = {{"type", "layers"}, {"diff_ids", Json::array({"sha256:" + digest_of(layer)})}};
  image["history"] = Json::array({{{"created", kEpoch}, {"created_by", "wick pack"}}});
  return image;
}

Json annotations(const Container& container) {
  Json list = {{"org.opencontainers.image.title", container.image.name},
               {"org.opencontainers.image.version", container.image.version}};
  for (const auto& [name, value] : urunc_facts(container)) list[std::string(name)] = value;
  return list;
}

LayoutFiles layout_of(const Container& container) {
  LayoutFiles files = {{"oci-layout", Json{{"imageLayoutVersion", "1.0.0"}}.dump()}};
  const std::string layer = layer_tar(container);
  const Json config = add_blob(files, kConfigType, image_config(container, layer).dump());
  const Json layers = Json::array({add_blob(files, kLayerType, gzipped(layer))});
  Json manifest = add_blob(files, kManifestType,
                           Json{{"schemaVersion", 2},
                                {"mediaType", kManifestType},
                                {"config", config},
                                {"layers", layers},
                                {"annotations", annotations(container)}}
                               .dump());
  manifest["platform"] = platform();
  // The tag by itself, and for engines that load an archive the whole name.
  manifest["annotations"] = {{"org.opencontainers.image.ref.name", kTag},
                             {"io.containerd.image.name", fmt::format("localhost/{}:{}", container.image.name, kTag)}};
  files.push_back(
      {"index.json",
       Json{{"schemaVersion", 2}, {"mediaType", kIndexType}, {"manifests", Json::array({manifest})}}.dump()});
  return files;
}

Result<void> write_tar(const LayoutFiles& files, const fs::path& to) {
  auto out = OutputFile::create(to);
  if (!out) return std::unexpected(out.error());
  for (const LayoutFile& file : files) out->append(tar_member(file.name, file.content));
  out->append(tar_end());
  return out->finish();
}

/// Beside its place and under another name until it is whole.
Result<void> write_folder(const LayoutFiles& files, const fs::path& to) {
  std::error_code error;
  if (fs::exists(to, error))
    return fail(fmt::format("{} is there already, and a layout is a new folder.", to.string()),
                "remove it, or name another one.");
  const fs::path made = fmt::format("{}.{}.tmp", to.string(), getpid());
  fs::create_directories(made / "blobs/sha256", error);
  Result<void> done;
  if (error) done = fail(fmt::format("The folder {} can't be made: {}.", to.string(), error.message()));
  for (const LayoutFile& file : files)
    if (done) done = write_file(made / file.name, file.content);
  if (done) {
    fs::rename(made, to, error);
    if (error) done = fail(fmt::format("{} can't be written: {}.", to.string(), error.message()));
  }
  if (!done) fs::remove_all(made, error);
  return done;
}

}  // namespace

Result<void> write_oci(const Container& container, const fs::path& to) {
  const LayoutFiles files = layout_of(container);
  return to.extension() == ".tar" ? write_tar(files, to) : write_folder(files, to);
}

}  // namespace wick::tool
