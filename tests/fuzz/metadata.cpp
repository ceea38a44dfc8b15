// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Whoever makes an instance's data writes what it likes: the reader of ISO images, that of HTTP's answers, and the
// readers of the documents as they run in images. Whatever comes, files lie on the disk, settings are lines of the keys
// that an instance may set, the files fit the root file system's table or are refused, and an answer is the same in
// whatever pieces it comes.

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>

#include "boot/config_text.h"
#include "fs/path.h"
#include "metadata/documents.h"
#include "metadata/http/answer.h"
#include "metadata_iso.h"

using namespace wick;
using namespace wick::metadata;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void check_settings(std::string_view text) {
  config::Reader reader(text, config::Form::lines);
  std::size_t lines = 0;
  for (config::Setting setting; reader.next(setting); ++lines) {
    require(config::known_key(setting.key));
    require(setting.key.starts_with("net.") || setting.key == "arg" || setting.key.starts_with("env."));
  }
  require(lines == static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')));
}

void check_files(std::span<const fs::RomAddition> files) {
  constexpr fs::RomEntry kEntries[] = {{"/", nullptr, 0, S_IFDIR | 0555, 0},
                                       {"/etc", nullptr, 0, S_IFDIR | 0555, 0},
                                       {"/etc/motd", "m", 1, S_IFREG | 0444, 0}};
  for (const fs::RomAddition& file : files) {
    fs::Path path;
    require(path.set("/", file.path) == 0 && path.view() == file.path && file.mode <= 0777);
    const std::string content(static_cast<const char*>(file.data), file.bytes);
    require(content.size() == file.bytes);
  }
  fs::RomTable table;
  if (fs::merge(fs::Rom(kEntries), files, table)) return;
  const fs::Rom merged({table.entries, table.count});
  for (const fs::RomAddition& file : files) require(merged.find(file.path) && merged.find(fs::parent(file.path)));
  for (std::size_t i = 1; i < table.count; i++)
    require(std::string_view(table.entries[i - 1].path) < std::string_view(table.entries[i].path));
  std::free(table.entries);
}

void take_documents(const Documents& documents) {
  constexpr HardwareAddress kOwn{{0x52, 0x54, 0, 0x12, 0x34, 0x56}};
  Instance instance;
  const char* of = nullptr;
  if (const Fault fault = read_documents(documents, &kOwn, instance, of)) {
    require(of && std::strlen(fault.what) < 100);
    return;
  }
  check_settings(instance.settings());
  check_files(instance.files());
}

/// Pairs of a place within descriptor and root directory and what stands there instead.
void take_image(std::string_view changes) {
  test::IsoImage image;
  image.add("META_DAT.;1", "meta-data", "local-hostname: a\n");
  image.add("USER_DAT.;1", "user-data", "#cloud-config\n");
  while (changes.size() >= 3) {
    const std::size_t at = static_cast<std::uint8_t>(changes[0]) | (static_cast<std::uint8_t>(changes[1]) & 0xf) << 8;
    const std::size_t from = at < 2048 ? test::IsoImage::kDescriptor : test::IsoImage::kRoot;
    image.bytes[from + at % 2048] = static_cast<std::uint8_t>(changes[2]);
    changes.remove_prefix(3);
  }
  iso::Extent root;
  if (iso::look_for_label(image, "cidata", root) != iso::Label::this_one) return;
  iso::Wanted wanted[] = {{"meta-data"}, {"user-data"}, {"network-config"}};
  if (iso::find_files(image, root, wanted)) return;
  std::string texts[3];
  for (unsigned i = 0; i < 3; i++) {
    const iso::Extent& extent = wanted[i].extent;
    if (!wanted[i].found) continue;
    require(extent.offset <= image.size() && extent.bytes <= image.size() - extent.offset);
    texts[i].assign(reinterpret_cast<const char*>(&image.bytes[0] + extent.offset), extent.bytes);
  }
  take_documents({texts[0], texts[1], texts[2]});
}

struct Heard {
  http::Outcome::Is is;
  std::string what, body;
  bool operator==(const Heard&) const = default;
};

/// @param piece bytes at once
Heard hear(std::string_view bytes, std::size_t piece, bool is_signed) {
  Text body;
  http::Answer answer(is_signed ? http::Header{"Metadata-Flavor", "Google"} : http::Header{}, body);
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) answer.take(bytes.substr(0, piece));
  answer.end();
  require(answer.is_over());
  const http::Outcome& outcome = answer.outcome();
  const bool is_given = outcome.is == http::Outcome::Is::given;
  require((outcome.is == http::Outcome::Is::fault) == (outcome.what != nullptr));
  require(body.view().size() <= kMaxDocumentBytes);
  return {outcome.is, outcome.what ? outcome.what : "", std::string(is_given ? body.view() : std::string_view())};
}

void take_answer(std::string_view bytes) {
  if (bytes.empty()) return;
  const bool is_signed = bytes[0] & 1;
  const std::size_t piece = 1 + static_cast<std::uint8_t>(bytes[0]) / 2;
  bytes.remove_prefix(1);
  const Heard whole = hear(bytes, bytes.size(), is_signed);
  require(hear(bytes, piece, is_signed) == whole);
  if (whole.is == http::Outcome::Is::given) require(bytes.contains(whole.body));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string user = "#cloud-config\n" + std::string(text);
  switch (data[0]) {
    case 'i':
      take_image(text);
      break;
    case 'h':
      take_answer(text);
      break;
    case 'j':
      take_documents({text, {}, {}, {}, Form::openstack});
      break;
    case 'l':
      take_documents({{}, {}, text, {}, Form::openstack});
      break;
    case 'g':
      take_documents({{}, {}, {}, text});
      break;
    case 'm':
      take_documents({text, {}, {}});
      break;
    case 'n':
      take_documents({{}, {}, text});
      break;
    default:
      take_documents({{}, user, {}});
  }
  return 0;
}
