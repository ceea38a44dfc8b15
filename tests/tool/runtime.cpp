// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// What wick-runtime makes of a bundle's configuration. What it refuses is in tests/oci/bundles.py, and containers that
// run in runtime.py.
#include <doctest.h>
#include <sys/sysmacros.h>

#include "pod_network.h"
#include "translate.h"

using namespace wick::runtime;

namespace {

using Words = std::vector<std::string>;

Appliance app() {
  Appliance appliance;
  appliance.path = "/app.appliance";
  appliance.is_entry = true;
  appliance.image.memory = 16 << 20;
  appliance.image.ports = {"80/tcp", "53/udp"};
  appliance.image.devices = {"network"};
  return appliance;
}

Json bundle(Words arguments) {
  return {{"ociVersion", "1.0.2"},
          {"process", {{"args", arguments}, {"env", {"A=b c"}}, {"user", {{"uid", 7u}, {"gid", 8u}}}}},
          {"root", {{"path", "rootfs"}, {"readonly", true}}},
          {"hostname", "pod"},
          {"linux", {{"namespaces", Json::array()}}}};
}

const Host kWithKvm{makedev(10, 232), "/run/b", "/run/b/rootfs"}, kWithout{{}, "/run/b", "/run/b/rootfs"};

Words words_of(const Json& config) { return config["process"]["args"].get<Words>(); }

}  // namespace

TEST_CASE("what the engine says comes in front of an appliance's own words") {
  const Json made = translate(bundle({"/app.appliance", "--arg=x"}), app(), kWithout).value();
  CHECK(words_of(made) ==
        Words{"/app.appliance", "--wall=process", "--env=A=b c", "--append=net.hostname=pod", "--arg=x"});
  CHECK(made["root"] == Json{{"path", "/run/b/rootfs"}, {"readonly", true}});
  CHECK(!made["linux"].contains("devices"));
}

TEST_CASE("a process that isn't the appliance is its arguments, and its ports are the manifest's") {
  Appliance other = app();
  other.is_entry = false;
  const Words words = words_of(translate(bundle({"--wall=none", ""}), other, kWithout).value());
  CHECK(words == Words{"/app.appliance", "--wall=process", "--env=A=b c", "--append=net.hostname=pod",
                       "--arg=--wall=none", "--arg=", "--publish=0.0.0.0:80:80", "--publish=0.0.0.0:53:53/udp"});
}

TEST_CASE("where KVM works the wall is hosted and the process may use the device") {
  const Json made = translate(bundle({"/app.appliance"}), app(), kWithKvm).value();
  CHECK(words_of(made)[1] == "--wall=hosted");
  const Json& device = made["linux"]["devices"][0];
  CHECK(device == Json{{"path", "/dev/kvm"},
                       {"type", "c"},
                       {"major", 10},
                       {"minor", 232},
                       {"fileMode", 0600},
                       {"uid", 7},
                       {"gid", 8}});
  CHECK(made["linux"]["resources"]["devices"].size() == 1);
}

TEST_CASE("an appliance is told where it is asked, unless it can't be or has a socket of its own") {
  Host asked = kWithout;
  asked.questions = 4;
  CHECK(words_of(translate(bundle({"/app.appliance"}), app(), asked).value())[2] == "--control=/dev/fd/4");
  CHECK(!takes_questions(bundle({"/app.appliance"}), app()));
  Appliance newer = app();
  newer.image.answers = true;
  CHECK(takes_questions(bundle({"/app.appliance", "--arg", "--control"}), newer));
  CHECK(!takes_questions(bundle({"/app.appliance", "--control", "/c"}), newer));
  CHECK(!takes_questions(bundle({"/app.appliance", "--control=/c"}), newer));
  newer.is_entry = false;
  CHECK(takes_questions(bundle({"--control=/c"}), newer));
}

TEST_CASE("what exec is told") {
  const auto read = [](Words words) { return read_execution(words); };
  const Execution whole =
      read({"--detach", "-p", "/p", "--pid-file=/f", "--console-socket", "/s", "app", "a", "-b"}).value();
  CHECK(whole.id == "app");
  CHECK(whole.words == Words{"a", "-b"});
  CHECK((whole.detach && whole.process == "/p" && whole.pid_file == "/f" && whole.console_socket == "/s"));
  CHECK(!read({"--detach"}));
  CHECK(!read({"--unknown", "app"}));
  CHECK(!read({"../app"}));
  CHECK(read_creation({"--preserve-fds", "7", "app"}).value().preserved == 7);
  CHECK(!read_creation({"--preserve-fds=x", "app"}));
  CHECK(!read_creation({"--preserve-fds=-1", "app"}));
}

TEST_CASE("whoever asks for a wall gets it, and no device for process") {
  for (const Words& asked : {Words{"--wall=process"}, Words{"--wall", "process"}}) {
    Words words = {"/app.appliance"};
    words.insert(words.end(), asked.begin(), asked.end());
    const Json made = translate(bundle(words), app(), kWithKvm).value();
    CHECK(words_of(made)[1] == "--env=A=b c");
    CHECK(!made["linux"].contains("devices"));
  }
}

TEST_CASE("a guest whose memory has no room for a virtual machine's tables stays a process") {
  Appliance tight = app();
  tight.image.heap = tight.image.memory;
  CHECK(words_of(translate(bundle({"/app.appliance"}), tight, kWithKvm).value())[1] == "--wall=process");
}

TEST_CASE("a name that the user gives stays, and no network has none") {
  const Words own = {"/app.appliance", "--append=net.hostname=mine"};
  CHECK(words_of(translate(bundle(own), app(), kWithout).value()).size() == 4);
  Appliance quiet = app();
  quiet.image.devices = {};
  CHECK(words_of(translate(bundle({"/app.appliance"}), quiet, kWithout).value()).size() == 3);
}

TEST_CASE("relative sources of bind mounts begin at the bundle, others stay") {
  Json config = bundle({"/app.appliance"});
  config["mounts"] = {{{"destination", "/a"}, {"source", "files/a"}, {"options", {"rbind", "ro"}}},
                      {{"destination", "/b"}, {"source", "/b"}, {"type", "bind"}},
                      {{"destination", "/proc"}, {"source", "proc"}, {"type", "proc"}}};
  const Json made = translate(config, app(), kWithout).value();
  CHECK(made["mounts"][0]["source"] == "/run/b/files/a");
  CHECK(made["mounts"][1]["source"] == "/b");
  CHECK(made["mounts"][2]["source"] == "proc");
}

TEST_CASE("a limit of memory holds the guest's, or is refused") {
  Json config = bundle({"/app.appliance"});
  for (const auto& [limit, fine] : {std::pair{16 << 20, true}, {(16 << 20) - 1, false}, {-1, true}}) {
    config["linux"]["resources"]["memory"]["limit"] = limit;
    CHECK(translate(config, app(), kWithout).has_value() == fine);
  }
}

TEST_CASE("at the pod's interface nothing is forwarded, and the process may use the tap") {
  Host host = kWithout;
  host.tap = {{"--tap=wick0", "--mac=02:00:00:00:00:01", "--append=net.ipv4=10.0.0.2/24"}};
  const Words own = {"/app.appliance", "--publish=0.0.0.0:80:80", "-p", "1:2", "--arg=-p", "--host-loopback", "5"};
  const Json made = translate(bundle(own), app(), host).value();
  CHECK(words_of(made) == Words{"/app.appliance", "--wall=process", "--tap=wick0", "--mac=02:00:00:00:00:01",
                                "--append=net.ipv4=10.0.0.2/24", "--env=A=b c", "--append=net.hostname=pod",
                                "--arg=-p"});
  CHECK(made["linux"]["devices"][0]["path"] == "/dev/net/tun");
  Appliance other = app();
  other.is_entry = false;
  for (const std::string& word : words_of(translate(bundle({}), other, host).value()))
    CHECK(!word.starts_with("--publish"));
}

TEST_CASE("a network is asked for by an annotation, of two words") {
  Json config = bundle({"/app.appliance"});
  CHECK(!asks_for_tap(config).value());
  config["annotations"]["io.wick.network"] = "user";
  CHECK(!asks_for_tap(config).value());
  config["annotations"]["io.wick.network"] = "tap";
  CHECK(asks_for_tap(config).value());
  config["annotations"]["io.wick.network"] = "macvtap";
  CHECK(!asks_for_tap(config));
}

TEST_CASE("a tap wants a network namespace that the engine has made") {
  Json config = bundle({"/app.appliance"});
  CHECK(!pod_namespace(config));
  config["linux"]["namespaces"] = {{{"type", "network"}}};
  CHECK(!pod_namespace(config));
  config["linux"]["namespaces"] = {{{"type", "pid"}}, {{"type", "network"}, {"path", "/run/netns/x"}}};
  CHECK(pod_namespace(config).value() == "/run/netns/x");
}
