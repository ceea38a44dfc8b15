// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest.h>

#include <algorithm>
#include <map>
#include <string>

#include "fw_cfg/bus.h"
#include "metadata/source.h"
#include "metadata_iso.h"
#include "xen/vm_data.h"

using namespace wick;
using namespace wick::metadata;
using http::Outcome;

extern "C" const Source wick_metadata_start[], wick_metadata_end[];

namespace {

/// Disks, and a service that is played: what is asked of it, and what it says to that.
class Played final : public Surroundings {
 public:
  const DeviceEntry* device(Bus bus) override { return bus == firmware.bus ? &firmware : nullptr; }
  Disk* disk(unsigned number) override { return number < disks.size() ? disks[number] : nullptr; }

  Outcome ask(const http::Request& request, Text& to) override {
    std::string line = std::string(request.method) + " " + std::string(request.target);
    for (const http::Header& header : {request.header, request.signature})
      if (!header.name.empty()) line.append(" ").append(header.name).append(":").append(header.value);
    asked.push_back(line);
    if (const auto fault = faults.find(line); fault != faults.end()) return {Outcome::Is::fault, fault->second};
    const auto answer = answers.find(line);
    if (answer == answers.end()) return {Outcome::Is::nothing};
    REQUIRE(to.make_room(answer->second.size()) == nullptr);
    std::ranges::copy(answer->second, to.bytes());
    return {Outcome::Is::given};
  }

  DeviceEntry firmware{};
  std::vector<Disk*> disks;
  std::map<std::string, std::string> answers;
  std::map<std::string, const char*> faults;
  std::vector<std::string> asked;
};

/// What a source finds: its texts, or "absent: sentence", "damaged: sentence".
std::string found(std::string_view name, Played& around) {
  const Source* const source = std::ranges::find(wick_metadata_start, wick_metadata_end, name, &Source::name);
  REQUIRE(source != wick_metadata_end);
  Texts texts;
  const Finding finding = source->find(around, texts);
  if (finding.fault)
    return (finding.here ? "damaged: " : "absent: ") + std::string(finding.of ? finding.of : "") + " " +
           finding.fault.what;
  REQUIRE(finding.here);
  const Documents documents = texts.view();
  std::string all(documents.form == Form::openstack ? "openstack" : "cloud-init");
  for (const std::string_view text :
       {documents.host_name, documents.meta_data, documents.user_data, documents.network_config})
    all.append("|").append(text);
  return all;
}

}  // namespace

TEST_CASE("ec2 gives nothing without a token") {
  const std::string put = "PUT /latest/api/token X-aws-ec2-metadata-token-ttl-seconds:60",
                    name = "GET /latest/meta-data/local-hostname X-aws-ec2-metadata-token:T==",
                    user = "GET /latest/user-data X-aws-ec2-metadata-token:T==";
  Played around;
  around.answers = {{put, "T=="}, {name, "ip-10-0-0-5.ec2.internal"}, {user, "#cloud-config\n"}};
  CHECK(found("ec2", around) == "cloud-init|ip-10-0-0-5.ec2.internal||#cloud-config\n|");
  CHECK(around.asked == std::vector{put, name, user});
  around.answers.erase(user);
  CHECK(found("ec2", around) == "cloud-init|ip-10-0-0-5.ec2.internal|||");
  around.faults[user] = "has a fault of its own";
  CHECK(found("ec2", around) == "damaged: ec2's service has a fault of its own");
  for (const char* token : {"", "a b", "a\r\nB: c", "\xc3\xbc"}) {
    around.answers[put] = token;
    around.asked.clear();
    CHECK(found("ec2", around) == "absent: ec2's service gives a token that is none");
    CHECK(around.asked == std::vector{put});
  }
  around.answers[put] = std::string(1025, 'a');
  CHECK(found("ec2", around) == "absent: ec2's service gives a token that is none");
  around.answers.clear();
  around.asked.clear();
  CHECK(found("ec2", around) == "absent: ec2's service knows nothing of such data");
  CHECK(around.asked == std::vector{put});
  around.faults[put] = "takes no connection";
  CHECK(found("ec2", around) == "absent: ec2's service takes no connection");
}

TEST_CASE("gce sends and expects its header each time") {
  const std::string flavor = " Metadata-Flavor:Google Metadata-Flavor:Google",
                    name = "GET /computeMetadata/v1/instance/hostname" + flavor,
                    user = "GET /computeMetadata/v1/instance/attributes/user-data" + flavor;
  Played around;
  around.answers = {{name, "shop.c.project.internal"}, {user, "#cloud-config\n"}};
  CHECK(found("gce", around) == "cloud-init|shop.c.project.internal||#cloud-config\n|");
  CHECK(around.asked == std::vector{name, user});
  around.answers.erase(user);
  CHECK(found("gce", around) == "cloud-init|shop.c.project.internal|||");
  around.faults[user] = "answers in chunks";
  CHECK(found("gce", around) == "damaged: gce's service answers in chunks");
  around.answers.clear();
  CHECK(found("gce", around) == "absent: gce's service knows nothing of such data");
}

TEST_CASE("azure's user data is Base64") {
  const auto question = [](const std::string& what) {
    return "GET /metadata/instance/compute/" + what + "?api-version=2021-01-01&format=text Metadata:true";
  };
  const std::string id = question("vmId"), name = question("osProfile/computerName"), user = question("userData");
  Played around;
  around.answers = {{id, "02aab8a4"}, {name, "shop"}, {user, "I2Nsb3VkLWNvbmZpZwo="}};
  CHECK(found("azure", around) == "cloud-init|shop||#cloud-config\n|");
  CHECK(around.asked == std::vector{id, name, user});
  around.answers[user] = "";
  CHECK(found("azure", around) == "cloud-init|shop|||");
  around.answers[user] = "#cloud-config";
  CHECK(found("azure", around) == "damaged: user-data is no Base64");
  around.faults[name] = "forbids the question";
  CHECK(found("azure", around) == "damaged: azure's service forbids the question");
  around.answers.clear();
  CHECK(found("azure", around) == "absent: azure's service knows nothing of such data");
}

TEST_CASE("openstack's service has the drive's documents") {
  const std::string meta = "GET /openstack/latest/meta_data.json", user = "GET /openstack/latest/user_data";
  Played around;
  around.answers = {{meta, "{}"}, {user, "#cloud-config\n"}};
  CHECK(found("openstack", around) == "openstack||{}|#cloud-config\n|");
  CHECK(around.asked == std::vector{meta, user});
  around.answers.erase(user);
  CHECK(found("openstack", around) == "openstack||{}||");
  around.faults[meta] = "sends elsewhere";
  CHECK(found("openstack", around) == "absent: openstack's service sends elsewhere");
}

TEST_CASE("Disks are known by their labels, whichever comes first") {
  test::IsoImage other("other"), nocloud("CIDATA"), drive("config-2"), empty("config-2"), blank("cidata");
  nocloud.add("META_DAT.;1", "meta-data", "m");
  nocloud.add("USER_DAT.;1", "user-data", "u");
  drive.enter("OPENSTAC", "openstack");
  drive.enter("LATEST", "latest");
  drive.add("META_DAT.;1", "meta_data.json", "{}");
  drive.add("NETWORK_.;1", "network_data.json", "{ }");
  drive.add("USER_DAT.;1", "user_data", "u");
  Played around;
  CHECK(found("nocloud", around) == "absent:  this machine has no disk with the label cidata");
  CHECK(found("config-drive", around) == "absent:  this machine has no disk with the label config-2");
  around.disks = {&other, &drive, &nocloud};
  CHECK(found("nocloud", around) == "cloud-init||m|u|");
  CHECK(found("config-drive", around) == "openstack||{}|u|{ }");
  around.disks = {&empty, &blank};
  CHECK(found("config-drive", around) == "damaged: the disk has no folder openstack/latest");
  CHECK(found("nocloud", around) == "damaged: the disk has none of meta-data, user-data and network-config");
  empty.enter("OPENSTAC", "openstack");
  CHECK(found("config-drive", around) == "damaged: the disk has no folder openstack/latest");
  empty.enter("LATEST", "latest");
  CHECK(found("config-drive", around) ==
        "damaged: the disk has none of meta_data.json, user_data and network_data.json");
  empty.add("USER_DAT.;1", "user_data", std::string(kMaxDocumentBytes + 1, 'u'));
  CHECK(found("config-drive", around) == "damaged: user_data is longer than 64 KiB");
  CHECK(around.asked.empty());
}

TEST_CASE("fw_cfg's files and XenStore's texts are where hv has read them to") {
  const struct {
    std::string_view source;
    Bus bus;
    const char *absent, *damaged;
  } cases[] = {{"fw-cfg", drivers::fw_cfg::kBus, "absent:  this machine has no fw_cfg with files in opt/wick",
                "damaged: opt/wick/user-data is longer than 64 KiB"},
               {"xen", drivers::xen::kVmDataBus, "absent:  this machine has no XenStore with texts in vm-data",
                "damaged: vm-data/user-data is longer than 64 KiB"}};
  for (const auto& [source, bus, absent, damaged] : cases) {
    Played around;
    CHECK(found(source, around) == absent);
    around.firmware.bus = bus;
    const auto window = [](std::string_view text) {
      return DeviceWindow{Gpa{reinterpret_cast<std::uint64_t>(text.data())}, text.size()};
    };
    around.firmware.windows[0] = window("local-hostname: a\n");
    around.firmware.windows[2] = window("version: 2\n");
    CHECK(found(source, around) == "cloud-init||local-hostname: a\n||version: 2\n");
    around.firmware.windows[1] = {Gpa{}, drivers::fw_cfg::kMaxFileBytes + 1};
    CHECK(found(source, around) == damaged);
  }
}
