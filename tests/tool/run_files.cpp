// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Run files: devices that the image hasn't aren't there, and what stands for memory is in the reader's own unit.
#include "pack/run_files.h"

#include <doctest.h>

#include <nlohmann/json.hpp>

using namespace wick::tool;

namespace {

RunFacts bare() {
  RunFacts facts;
  facts.image.name = "app";
  facts.image.memory = (16 << 20) + 4096;
  facts.path = "/app";
  return facts;
}

}  // namespace

TEST_CASE("an image without devices gets none") {
  const RunFacts facts = bare();
  for (const char* word : {"<interface", "<disk", "<rng"}) CHECK(!libvirt_xml(facts).contains(word));
  for (const char* word : {"-netdev", "-drive", "virtio-rng"}) CHECK(!qemu_script(facts).contains(word));
  for (const char* word : {"vif", "disk", "extra"}) CHECK(!xl_cfg(facts).contains(word));
  CHECK(!systemd_unit(facts).contains("--disk"));
  const auto firecracker = nlohmann::json::parse(firecracker_json(facts));
  CHECK(!firecracker.contains("network-interfaces"));
  CHECK(firecracker["drives"].empty());
  const auto domain = nlohmann::json::parse(kubevirt_yaml(facts))["spec"]["template"]["spec"];
  CHECK(!domain.contains("networks"));
  CHECK(domain["domain"]["devices"]["autoattachPodInterface"] == false);
  CHECK(domain["volumes"].size() == 1);
}

TEST_CASE("memory is rounded up where it is told in MiB") {
  const RunFacts facts = bare();
  CHECK(libvirt_xml(facts).contains("<memory unit='b'>16781312</memory>"));
  CHECK(qemu_script(facts).contains("-m 16388K"));
  CHECK(systemd_unit(facts).contains("--memory 16388K"));
  CHECK(xl_cfg(facts).contains("memory = 17\n"));
  CHECK(nlohmann::json::parse(firecracker_json(facts))["machine-config"]["mem_size_mib"] == 17);
  const auto domain = nlohmann::json::parse(kubevirt_yaml(facts))["spec"]["template"]["spec"]["domain"];
  CHECK(domain["memory"]["guest"] == "17Mi");
}

TEST_CASE("a volume of a domU is told its name, unless it has it already") {
  RunFacts facts = bare();
  facts.disks = {{.serial = "xvda", .file = "a"}, {.serial = "data", .file = "b"}};
  CHECK(xl_cfg(facts).contains("extra = \"wick.xvdb=data\"\n"));
}
