// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest.h>

#include "metadata_iso.h"

using namespace wick::metadata;
using wick::test::IsoImage;

namespace {

std::string text_of(const IsoImage& image, const iso::Extent& extent) {
  return {reinterpret_cast<const char*>(&image.bytes[extent.offset]), extent.bytes};
}

iso::Label label_of(IsoImage& image) {
  iso::Extent root;
  return iso::look_for_label(image, "cidata", root);
}

/// What is wrong with the image when user-data is looked for; "": nothing.
std::string_view fault_of(IsoImage& image, iso::Wanted& wanted) {
  iso::Extent root;
  REQUIRE(iso::look_for_label(image, "cidata", root) == iso::Label::this_one);
  const char* const wrong = iso::find_files(image, root, {&wanted, 1});
  return wrong ? wrong : "";
}

IsoImage usual() {
  IsoImage image;
  image.add("META_DAT.;1", "meta-data", "local-hostname: a\n");
  image.add("USER_DAT.;1", "user-data", "#cloud-config\n");
  return image;
}

}  // namespace

TEST_CASE("Files of an ISO image are found by Rock Ridge's names, or by plain ones") {
  for (const auto& [plain, rock_ridge] : {std::pair{"USER_DAT.;1", "user-data"},
                                          {"USER_DATA.;1", ""},
                                          {"USER_DAT.;1", ""},
                                          {"USER-DATA;1", ""},
                                          {"OTHER.;1", "user-data"}}) {
    CAPTURE(plain);
    IsoImage image;
    image.add("META_DAT.;1", rock_ridge[0] ? "meta-data" : "", "meta");
    image.add(plain, rock_ridge, "user");
    iso::Wanted wanted{"user-data"};
    CHECK(fault_of(image, wanted) == "");
    REQUIRE(wanted.found);
    CHECK(text_of(image, wanted.extent) == "user");
  }
  IsoImage image;
  image.add("USER_DAT.;1", "other", "user");  // Rock Ridge's name is the name
  image.add("USER.;1", "", "user");
  image.add("USER_DATAS.;1", "", "user");
  iso::Wanted wanted{"user-data"};
  CHECK(fault_of(image, wanted) == "");
  CHECK_FALSE(wanted.found);
}

TEST_CASE("An ISO image is known by its label, in whichever case") {
  for (const char* label : {"cidata", "CIDATA", "CiData"}) {
    IsoImage image(label);
    CHECK(label_of(image) == iso::Label::this_one);
  }
  for (const char* label : {"", "cidat", "cidata2", "data"}) {
    IsoImage image(label);
    CHECK(label_of(image) == iso::Label::other);
  }
  IsoImage image;
  image.bytes[IsoImage::kDescriptor + 3] = 'X';
  CHECK(label_of(image) == iso::Label::other);
  IsoImage small;
  small.bytes.resize(IsoImage::kDescriptor + 100);
  CHECK(label_of(small) == iso::Label::other);
  IsoImage failing;
  failing.fails = true;
  CHECK(label_of(failing) == iso::Label::other);
}

TEST_CASE("An image whose descriptor lies is damaged") {
  for (const std::size_t at : {6, 128, 129, 156, 158, 162, 166, 168, 181}) {
    CAPTURE(at);
    IsoImage image = usual();
    image.bytes[IsoImage::kDescriptor + at] ^= 0x40;
    if (at == 181) image.bytes[IsoImage::kDescriptor + at] = 0;  // no directory
    CHECK(label_of(image) == iso::Label::damaged);
  }
}

TEST_CASE("A directory whose records lie is refused") {
  const auto changed = [](std::size_t at, std::uint8_t value) {
    IsoImage image = usual();
    image.bytes[image.last + at] = value;
    iso::Wanted wanted{"user-data"};
    return std::string(fault_of(image, wanted));
  };
  CHECK(changed(0, 33) == "has a directory that is damaged");
  CHECK(changed(0, 255) == "");  // up to the sector's end, all zero
  CHECK(changed(32, 0) == "has a directory that is damaged");
  CHECK(changed(32, 255) == "has a directory that is damaged");
  for (const std::size_t at : {3, 9, 13, 14, 25, 26, 27}) {
    CAPTURE(at);
    CHECK(changed(at, 0x80) == "has a file that does not lie on it in one piece");
  }
  CHECK(changed(1, 200) == "has a file that does not lie on it in one piece");
  IsoImage image = usual();
  image.add("USER_DAT.;1", "user-data", "again");
  iso::Wanted wanted{"user-data"};
  CHECK(fault_of(image, wanted) == "has a file twice");
}

TEST_CASE("Folders are no files, and what is in them is found as in the root") {
  IsoImage image;
  image.add("OPENSTAC.;1", "openstack", "a file");
  image.enter("OPENSTAC", "openstack");
  image.add("USER_DAT.;1", "user_data", "user");
  iso::Extent root;
  REQUIRE(iso::look_for_label(image, "cidata", root) == iso::Label::this_one);
  iso::Wanted both[] = {{"openstack"}, {"openstack", {}, false, iso::Kind::folder}};
  REQUIRE(iso::find_files(image, root, both) == nullptr);
  CHECK(text_of(image, both[0].extent) == "a file");
  REQUIRE(both[1].found);
  iso::Wanted inside[] = {{"user_data"}};
  REQUIRE(iso::find_files(image, both[1].extent, inside) == nullptr);
  CHECK(text_of(image, inside[0].extent) == "user");
  both[1].extent.bytes = ~0u;
  CHECK(iso::find_files(image, both[1].extent, inside) == std::string_view("has a directory that is damaged"));
}

TEST_CASE("A name of Rock Ridge that lies about its length is none") {
  for (const std::uint8_t length : {0, 3, 5, 60, 255}) {
    CAPTURE(length);
    IsoImage image = usual();
    image.bytes[image.last + 33 + 11 + 4 + 2] = length;
    iso::Wanted wanted{"user-data"};
    CHECK(fault_of(image, wanted) == "");
    CHECK(wanted.found);  // by its plain name
  }
}
