// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Who runs an appliance and why, and what is said on its command line.
#include "run/vmm.h"

#include <doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <initializer_list>

#include "run/describe.h"

using namespace wick::tool;
using wick::Wall;

namespace {

KvmState usable() { return {true, "it makes virtual machines"}; }
KvmState absent() { return {false, "/dev/kvm can't be opened: No such file or directory"}; }
KvmState nobody_asks() {
  FAIL("asked for KVM without need");
  return {};
}

RunOptions with(const std::string& vmm, std::optional<Wall> wall = {}) {
  RunOptions options;
  options.vmm = vmm;
  options.wall = wall;
  return options;
}

RunOptions with_machine(const std::string& vmm = "") {
  RunOptions options = with(vmm);
  options.machine = "q35";
  return options;
}

}  // namespace

TEST_CASE("by itself a project runs hosted where KVM works, else under QEMU") {
  auto choice = choose_vmm({}, Wall::none, usable).value();
  CHECK(choice.wall == Wall::hosted);
  CHECK(choice.reason == "it makes virtual machines");
  choice = choose_vmm(with("auto"), Wall::none, absent).value();
  CHECK(choice.wall == kQemu);
  CHECK(choice.reason == "/dev/kvm can't be opened: No such file or directory");
}

TEST_CASE("walls and options that only one of them has decide") {
  CHECK(choose_vmm({}, Wall::ring, nobody_asks).value().wall == kQemu);
  CHECK(choose_vmm(with("", wick::kWallVm), Wall::none, nobody_asks).value().reason == "wall vm boots on a machine");
  CHECK(choose_vmm(with("", Wall::none), Wall::hosted, nobody_asks).value().wall == kQemu);
  CHECK(choose_vmm(with_machine(), Wall::none, nobody_asks).value().reason == "--machine is an option for it");
  CHECK(choose_vmm({}, Wall::hosted, usable).value().wall == Wall::hosted);
  CHECK(choose_vmm({}, Wall::process, nobody_asks).value().wall == Wall::process);
  CHECK(choose_vmm(with("qemu"), Wall::none, nobody_asks).value().wall == kQemu);
  CHECK(choose_vmm(with("process"), Wall::none, nobody_asks).value().wall == Wall::process);
  CHECK(choose_vmm(with("hosted"), Wall::ring, usable).value().wall == Wall::hosted);
}

TEST_CASE("what can't be is refused with a sentence") {
  CHECK(choose_vmm({}, Wall::hosted, absent).error().sentence ==
        "Wall hosted needs /dev/kvm, but /dev/kvm can't be opened: No such file or directory.");
  CHECK(choose_vmm(with("hosted"), Wall::none, absent).error().hint ==
        "--vmm process runs the same appliance without it.");
  CHECK(choose_vmm(with("xen"), Wall::none, usable).error().sentence == "There is no monitor \"xen\".");
  CHECK(choose_vmm(with("qemu"), Wall::hosted, usable).error().sentence ==
        "QEMU can't boot an appliance of wall hosted.");
  CHECK(choose_vmm(with("hosted", Wall::ring), Wall::none, usable).error().sentence ==
        "--vmm hosted and --wall ring contradict each other.");
  CHECK(choose_vmm(with_machine("hosted"), Wall::none, usable).error().sentence == "--machine is an option for QEMU.");
  CHECK(choose_vmm(with_machine(), Wall::process, usable).error().sentence ==
        "--machine is an option for QEMU, which can't boot wall process.");
}

TEST_CASE("a finished image is what it is") {
  CHECK(vmm_of_image({}, true, Wall::hosted).value().wall == Wall::hosted);
  CHECK(vmm_of_image({}, true, Wall::process).value().wall == Wall::process);
  CHECK(vmm_of_image(with("process"), true, Wall::hosted).value().wall == Wall::process);
  CHECK(vmm_of_image({}, false, Wall::none).value().wall == kQemu);
  CHECK(!vmm_of_image(with("hosted"), false, Wall::none));
  CHECK(!vmm_of_image(with("qemu"), true, Wall::hosted));
  CHECK(!vmm_of_image(with_machine(), true, Wall::hosted));
}

TEST_CASE("a device that is no KVM is not taken for one") {
  CHECK(probe_kvm("/dev/null").reason == "/dev/null isn't the KVM that Linux documents");
  CHECK(probe_kvm("/nonexistent").reason == "/nonexistent can't be opened: No such file or directory");
}

TEST_CASE("an appliance's command line says what differs from its manifest") {
  Target target;
  target.built.image = "/bin/sh";  // a file that is there
  target.facts.wall = Wall::hosted;
  target.facts.devices = {"network"};
  target.facts.ports = {"80/tcp"};
  RunOptions options;
  options.dry_run = true;
  auto line = describe_native(options, target, Wall::hosted).value().words();
  line.erase(line.begin());
  CHECK(line == Arguments{"-p", "8080:80"});

  options.memory = "8M";
  options.publish = {"0.0.0.0:5353:53/udp"};
  options.settings = {{"a b", ""}, {"TZ=UTC"}, "log.level=debug"};
  options.gdb = "1234";
  options.detach = true;
  options.name = "one";
  line = describe_native(options, target, Wall::process).value().words();
  line.erase(line.begin());
  CHECK(line == Arguments{"--wall", "process", "--memory", "8M", "--arg", "a b", "--arg", "", "--env", "TZ=UTC",
                          "--append", "log.level=debug", "--gdb", "1234", "-d", "--name", "one", "-p",
                          "0.0.0.0:5353:53/udp"});
  options.publish = {"1.2.3:80:80"};
  CHECK(!describe_native(options, target, Wall::process));
}

TEST_CASE("under QEMU piped input that is lost, or has no end, is told of") {
  const std::string lost = "x has no console device, so it gets no input: give it console = \"device\".";
  const std::string endless = "QEMU doesn't tell x where its input ends: behind the last byte it waits for more.";
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  CHECK(input_remark("x", false, ends[0]).empty());
  CHECK(input_remark("x", true, ends[0]).empty());
  REQUIRE(write(ends[1], "y", 1) == 1);
  CHECK(input_remark("x", false, ends[0]) == lost);
  CHECK(input_remark("x", true, ends[0]) == endless);
  char taken;
  REQUIRE(read(ends[0], &taken, 1) == 1);
  close(ends[1]);
  CHECK(input_remark("x", false, ends[0]).empty());  // it sees the end at once
  CHECK(input_remark("x", true, ends[0]) == endless);
  close(ends[0]);
  const int nothing = open("/dev/null", O_RDONLY);
  CHECK(input_remark("x", false, nothing).empty());
  CHECK(input_remark("x", true, nothing).empty());
  close(nothing);
}
