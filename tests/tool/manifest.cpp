// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "manifest/manifest.h"

#include <doctest.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "generate/config.h"
#include "generate/plan.h"
#include "generate/rom.h"
#include "manifest/calls.h"
#include "manifest/values.h"

using namespace wick::tool;

namespace {

const fs::path kProject = fs::path(WICK_MANIFEST_TESTS) / "project";
constexpr const char* kMinimal = "[appliance]\nname = \"demo\"\n\n[application]\nsources = [\"main.c\"]\n";

Manifest everything() {
  return parse_manifest(read_file(kProject.parent_path() / "good/everything.toml").value(), kProject).value();
}

}  // namespace

TEST_CASE("a folder whose path Meson can't take is refused, others aren't") {
  std::string pattern = (fs::temp_directory_path() / "wick-path-XXXXXX").string();
  const fs::path top = mkdtemp(pattern.data());
  for (const std::string name : {"a,b", "a\\b", "a\tb", "a\nb", "a[1]", "it's $x"}) {
    CAPTURE(name);
    fs::create_directory(top / name);
    const std::string sentence = load_manifest(top / name).error().sentence;
    CHECK(sentence.contains("holds a comma") == (name != "a[1]" && name != "it's $x"));
    CHECK(sentence.contains("has no wick.toml") == (name == "a[1]" || name == "it's $x"));
  }
  fs::remove_all(top);
}

TEST_CASE("sizes") {
  CHECK(parse_size("4096") == 4096);
  CHECK(parse_size("64K") == 65536);
  CHECK(parse_size("16M") == 16u << 20);
  CHECK(parse_size("8G") == 8ull << 30);
  for (const char* wrong : {"", "K", "-1", "1.5M", "64 M", "64m", "0x10", "8589934592G", "99999999999999999999"}) {
    CAPTURE(wrong);
    CHECK(!parse_size(wrong));
  }
}

TEST_CASE("addresses and names") {
  CHECK(is_ipv4_prefix("10.0.0.2/24"));
  CHECK(!is_ipv4_prefix("10.0.0.2/33"));
  CHECK(!is_ipv4_prefix("10.0.0.2"));
  CHECK(is_ipv6_prefix("fd00::2/64"));
  CHECK(!is_ipv6_prefix("fd00::2/129"));
  CHECK(in_ipv4_network("10.0.0.2/24", "10.0.0.254"));
  CHECK(!in_ipv4_network("10.0.0.2/24", "10.0.1.1"));
  CHECK(in_ipv4_network("10.0.0.2/0", "192.168.1.1"));
  CHECK(is_hostname("a.example"));
  CHECK(!is_hostname("a..example"));
  CHECK(is_version("1.2.3-rc1"));
  CHECK(!is_version("1.2"));
}

TEST_CASE("times") {
  CHECK(parse_duration("250ms") == 250);
  CHECK(parse_duration("10s") == 10'000);
  CHECK(parse_duration("5m") == 300'000);
  for (const char* wrong : {"", "s", "10", "-1s", "1.5s", "10 s", "99999999999999999999s", "999999999m"}) {
    CAPTURE(wrong);
    CHECK(!parse_duration(wrong));
  }
}

TEST_CASE("an application that is another project's is as it stands there, and nothing else of it is") {
  const auto same = parse_manifest(read_file(kProject.parent_path() / "good/same-as.toml").value(), kProject).value();
  const auto other = load_manifest(kProject / "shared").value();
  CHECK(same.application.sources == std::vector<fs::path>{kProject / "shared/part.c", kProject / "other.c"});
  CHECK(same.application.sources == other.application.sources);
  CHECK(same.application.includes == std::vector<fs::path>{kProject / "shared"});
  CHECK(same.application.defines == std::vector<std::string>{"SHARED=1"});
  CHECK((same.directory == kProject && same.name == "demo"));
  CHECK((same.memory.size == 64u << 20 && other.memory.size == 8u << 20));
}

TEST_CASE("a fault of the application's own manifest is told where it is, and its sources are fetched first") {
  std::string pattern = (fs::temp_directory_path() / "wick-same-XXXXXX").string();
  const fs::path top = mkdtemp(pattern.data());
  const auto write = [&](const char* name, const char* application) {
    fs::create_directories(top / name);
    const std::string text = fmt::format("[appliance]\nname = \"{}\"\n\n[application]\n{}\n", name, application);
    REQUIRE(write_file(top / name / kManifestName, text));
  };
  write("one", "sources_from = [\"a.wrap\"]\npackages = [\"tls\"]\nsources = [\"a:a.c\"]");
  write("two", "same_as = \"../one\"");
  const std::string digest(64, 'a');
  REQUIRE(
      write_file(top / "one/a.wrap", "[wrap-file]\ndirectory = a-1\nsource_filename = a.tar\nsource_hash = " + digest));
  const Before before = needed_before(top / "two");
  REQUIRE(before.upstream.size() == 1);
  CHECK((before.name == "two" && before.upstream[0].wrap == top / "one/a.wrap"));
  CHECK(before.packages == std::vector<std::string>{"tls"});
  const auto missing = load_manifest(top / "two");
  REQUIRE(!missing);
  CHECK(missing.error().location == (top / "one/wick.toml").string() + ":5:17");
  CHECK(missing.error().sentence.contains("The sources of a.wrap"));
  write("one", "sources = [");
  CHECK(load_manifest(top / "two").error().location.starts_with((top / "one/wick.toml").string()));
  CHECK(needed_before(top / "two").upstream.empty());
  fs::remove_all(top);
}

TEST_CASE("what becomes of a guest that has died") {
  const Manifest all = everything();
  CHECK(all.wall == wick::Wall::ring);
  CHECK(all.wall_required);
  CHECK(all.restart.policy == "restore");
  CHECK(all.restart.most == 7);
  CHECK(all.restart.window == 300'000);
  CHECK(all.restart.delay == 250);
  CHECK(all.restart.reserve == 8u << 20);
  CHECK(parse_manifest(kMinimal, kProject).value().restart.policy == "halt");
}

TEST_CASE("a wall that is asked for is the one that the rest is checked against") {
  const std::string restarts = std::string(kMinimal) + "[restart]\npolicy = \"restart\"\n";
  CHECK(!parse_manifest(restarts, kProject));
  CHECK(parse_manifest(restarts, kProject, wick::Wall::ring).value().image == "demo-ring");
  const std::string walled = restarts + "[platform]\nwall = \"ring\"\n";
  CHECK(parse_manifest(walled, kProject, wick::Wall::ring).value().image == "demo");
  CHECK(parse_manifest(walled, kProject, wick::Wall::none).error().sentence.contains("nobody is left to restart"));
}

TEST_CASE("defaults follow from the sections that are there") {
  auto plain = parse_manifest(kMinimal, kProject).value();
  CHECK(plain.profile == "cloud");
  CHECK(plain.wall == wick::Wall::none);
  CHECK(plain.devices.empty());
  CHECK(plain.calls == kDefaultCalls);
  CHECK(!plain.has_feature("network"));
  CHECK(!plain.has_feature("cxx"));
  CHECK(plain.memory.dma == 0);

  auto net = parse_manifest(std::string(kMinimal) + "[network]\nports = [80]\n", kProject).value();
  CHECK(net.devices == std::vector<std::string>{"network"});
  for (const char* feature : {"network", "ipv4", "ipv6", "dhcp", "dns", "tmpfs"}) CHECK(net.has_feature(feature));
  CHECK(net.network->hostname == "demo");
  CHECK(net.memory.dma > 0);
}

TEST_CASE("a static address needs no DHCP client") {
  auto m = parse_manifest(std::string(kMinimal) + "[network]\nipv4 = \"10.0.0.2/24\"\n", kProject).value();
  CHECK(!m.has_feature("dhcp"));
  CHECK(m.has_feature("ipv4"));
}

TEST_CASE("the plan has one fact a line, key and value apart by a tab") {
  std::string plan = plan_text(everything());
  CHECK(plan.starts_with("name\tdemo\n"));
  CHECK(plan.contains("\ncalls\t0x43f\n"));
  CHECK(plan.contains("\ndevice\tnetwork\n"));
  CHECK(plan.contains("\nmemory\t67108864\n"));
  CHECK(plan.contains("\nring\t128\n"));
}

TEST_CASE("a source of instance data that a family's devices are found with brings the family along") {
  const auto drivers = [](std::string_view platform) {
    const std::string text =
        std::string(kMinimal) + "[platform]\n" + std::string(platform) + "\n[metadata]\nsources = [\"xen\"]\n";
    return parse_manifest(text, kProject).value().drivers;
  };
  using Names = std::vector<std::string>;
  CHECK(drivers("").empty());  // all
  CHECK(drivers("drivers = [\"virtio\"]") == Names{"virtio", "xen"});
  CHECK(drivers("drivers = [\"xen\"]") == Names{"xen"});
  CHECK(drivers("wall = \"ring\"") == Names{"virtio", "metal", "xen"});
}

TEST_CASE("the baked configuration") {
  std::string text = config_text(everything());
  for (const char* line : {"net.ipv4=10.0.0.2/24\n", "net.gateway4=10.0.0.1\n", "net.dns=10.0.0.3,fd00::3\n",
                           "log.syslog=[fd00::4]:1514\n", "arg=--level\n", "arg=two words\n", "env.TZ=UTC\n",
                           "volume.0=data:/data:raw:optional\n", "metadata.source=nocloud\nmetadata.source=gce\n",
                           "metadata.required=1\n"}) {
    CAPTURE(line);
    CHECK(text.contains(line));
  }
}

TEST_CASE("the baked configuration has each key once, and none that nobody reads") {
  std::string text = config_text(everything());
  CHECK(text.find("device.ring=") == text.rfind("device.ring="));
  CHECK(text.contains("device.ring="));
  CHECK_FALSE(text.contains("memory.dma"));
}

TEST_CASE("the embedded files are sorted and complete") {
  auto m = everything();
  std::vector<std::string> paths;
  for (const RomFile& file : m.rom) paths.push_back(file.path);
  CHECK(paths == std::vector<std::string>{"/", "/www", "/www/extra.html", "/www/index.html"});
  auto text = rom_assembly(m).value();
  CHECK(text == rom_assembly(m).value());
  CHECK(text.contains("wick_rom_entries:"));
  std::string depends = rom_dependencies(m, "demo.data.S");
  CHECK(depends.starts_with("demo.data.S:"));
  CHECK(depends.contains("site/index.html"));
}

TEST_CASE("the manifest as JSON") {
  auto json = nlohmann::json::parse(manifest_json(everything()));
  CHECK(json["name"] == "demo");
  CHECK(json["memory"]["size"] == 64 << 20);
  CHECK(json["network"]["ports"][1]["protocol"] == "udp");
  CHECK(json["calls"].size() == 7);
}
