// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The SBOM: maps of the linker's are read, objects find their parts, and the document says what SPDX 2.3 asks for.
#include "pack/sbom.h"

#include <doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

using namespace wick::tool;

namespace {

constexpr std::string_view kMap =
    "             VMA              LMA     Size Align Out     In      Symbol\n"
    "               0                0   100000     1 . = 0x100000\n"
    "          100000           100000       ee     8 .hv.boot\n"
    "          100000           100000       28     8         hv/libhv-common.a(boot.S.o):(.multiboot2)\n"
    "          100000           100000        0     1                 mb2_header\n"
    "          100028           100028        0     1         libos/libos.a(empty.cpp.o):(.text)\n"
    "          100030           100030       10     1                 wick::(anonymous namespace)::f(int):(x)\n"
    "          100040           100040       10     1         "
    "subprojects/lwip-2.2.1/http.debug.lto.liblwip.a(tcp.c.o):(.text.f)\n"
    "          100050           100050       10     1         "
    "subprojects/llvm-runtimes-19.1.7/libc++abi.a(a.cpp.o):(.text)\n"
    "          100060           100060       10     1         "
    "subprojects/llvm-runtimes-19.1.7/libc++.a(b.cpp.o):(.text)\n"
    "          100070           100070       10     1         "
    "drivers-pv/libdriver-virtio-network.a(network.cpp.o):(.data)\n"
    "          100080           100080       10     1         libapps_http-source.a.p/main.cpp.o:(.text)\n"
    "          100090           100090       10     1         <internal>:(.rodata)\n"
    "               0                0       10     1         wickfs/libwickfs.a(thrown-away.cpp.o):(.debug_info)\n";

const std::vector<Wrap> kWraps{{"llvm-runtimes-19.1.7", "", "main/l/llvm.tar.xz", "ab"},
                               {"lwip-2.2.1", "", "main/l/lwip.tar.xz", "cd"}};

std::vector<Part> parts() { return parts_of(*linked_objects(kMap, "map"), kWraps, {.name = "app", .version = "1"}); }

}  // namespace

TEST_CASE("a map's objects are those that have bytes in memory") {
  const auto objects = linked_objects(kMap, "map").value();
  CHECK(objects.size() == 6);
  CHECK(objects.contains("hv/libhv-common.a(boot.S.o)"));
  CHECK(!objects.contains("libos/libos.a(empty.cpp.o)"));
  CHECK(!objects.contains("wickfs/libwickfs.a(thrown-away.cpp.o)"));
}

TEST_CASE("what is no map, or tells nothing, is refused") {
  CHECK(linked_objects("Archive member included\n", "m").error().sentence == "m is no map of a linker's.");
  CHECK(linked_objects(kMap.substr(0, 65), "m").error().sentence == "m is no map of a linker's.");
  CHECK(linked_objects(kMap.substr(0, kMap.find('\n') + 1), "m").error().sentence == "m lists no object.");
  const std::string one =
      std::string(kMap) + "          100000           100000       28     8         a.debug.lto.o:(.text)\n";
  CHECK(linked_objects(one, "m").error().sentence.contains("made into one object"));
}

TEST_CASE("each object has its part, and a library its version, licence and archive") {
  const std::vector<Part> found = parts();
  std::vector<std::string> names;
  for (const Part& part : found) names.push_back(part.name);
  CHECK(names ==
        std::vector<std::string>{"app", "libc++", "libc++abi", "lwIP", "wick driver virtio-network", "wick hv"});
  CHECK(found[3] ==
        Part{"lwIP", "2.2.1", "BSD-3-Clause", "Organization: lwIP developers", "", "main/l/lwip.tar.xz", "cd"});
  const auto strange = parts_of({"elsewhere/libx.a(y.o)"}, kWraps, {.name = "app"});
  CHECK(strange == std::vector<Part>{{.name = "libx.a"}});
}

TEST_CASE("the wraps of this tree name an archive and its digest") {
  const auto wraps = wraps_in(std::string(WICK_SOURCES) + "/subprojects").value();
  CHECK(wraps.size() >= 8);
  for (const Wrap& wrap : wraps) {
    CHECK(wrap.sha256.size() == 64);
    CHECK(!wrap.url.contains("wick.invalid"));
  }
  CHECK(wraps_in("/no/such/folder").value().empty());
}

TEST_CASE("the document has what SPDX 2.3 demands, and the same bytes twice") {
  ImageFacts facts;
  facts.name = "http";
  facts.version = "1.0";
  facts.build_id = "0123";
  const std::string text = sbom_text(facts, parts());
  CHECK(text == sbom_text(facts, parts()));
  const auto json = nlohmann::json::parse(text);
  for (const char* key : {"spdxVersion", "dataLicense", "SPDXID", "name", "documentNamespace", "creationInfo"})
    CHECK(json.contains(key));
  CHECK(json["spdxVersion"] == "SPDX-2.3");
  std::vector<std::string> ids{"SPDXRef-DOCUMENT"};
  for (const auto& package : json["packages"]) {
    for (const char* key : {"name", "SPDXID", "downloadLocation"}) CHECK(package.contains(key));
    const std::string id = package["SPDXID"];
    CHECK(id.starts_with("SPDXRef-"));
    CHECK(id.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-") == id.npos);
    CHECK(std::ranges::find(ids, id) == ids.end());
    ids.push_back(id);
  }
  CHECK(json["relationships"].size() == json["packages"].size());
  for (const auto& row : json["relationships"])
    for (const char* end : {"spdxElementId", "relatedSpdxElement"})
      CHECK(std::ranges::find(ids, std::string(row[end])) != ids.end());
}
