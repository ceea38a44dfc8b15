// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The runner's pure parts: command line, forwards, accelerator, console filter, crash block, banner.
#include <doctest.h>

#include <algorithm>

#include "abi/crash.h"
#include "run/accelerator.h"
#include "run/boot.h"
#include "run/command_line.h"
#include "run/console.h"
#include "run/crash.h"
#include "run/forward.h"
#include "run/live.h"
#include "run/machine.h"

using namespace wick::tool;

namespace {

bool has(const Arguments& line, const std::string& word) { return std::ranges::find(line, word) != line.end(); }

constexpr const char* kCrash =
    "before\n[wick] crash\ncause=exception 14\nfault-address=0x10\nrip=0x101234\nframe=0x101234\nframe=0x105678\n"
    "build-id=00ff\nlog=[wick] a=b\n[wick] end of crash\n";

}  // namespace

TEST_CASE("KVM only where the CPU has the means and the device opens") {
  CHECK(choose_accelerator("processor : 0\nflags\t\t: fpu vmx sse\n", true).kvm);
  CHECK(choose_accelerator("processor : 0\nflags\t\t: fpu svm\n", true).kvm);
  CHECK(!choose_accelerator("processor : 0\nflags\t\t: fpu vmx\n", false).kvm);
  CHECK(!choose_accelerator("processor : 0\nflags\t\t: fpu sse\nvmx flags : vnmi\n", true).kvm);
  CHECK(!choose_accelerator("", true).kvm);
}

TEST_CASE("an image's ports get forwards of their own") {
  auto list = default_forwards({"80/tcp", "7/udp", "9000/tcp"});
  REQUIRE(list.size() == 3);
  CHECK(list[0].host_port == 8080);
  CHECK((list[1].host_port == 8007 && list[1].udp));
  CHECK(list[2].host_port == 9000);
}

TEST_CASE("devices in the place of virtio's") {
  ImageFacts facts;
  facts.devices = {"block", "network"};
  Machine machine;
  machine.kind = find_hardware("q35");
  REQUIRE(machine.kind);
  machine.disks = {{.serial = "data", .file = "one"}, {.serial = "log", .file = "two"}};
  auto models = find_device_models({"vmxnet3", "pvscsi"});
  REQUIRE(models);
  machine.models = *models;
  const Arguments line = qemu_arguments(machine, facts);
  CHECK(has(line, "vmxnet3,netdev=n0,romfile="));
  CHECK(std::ranges::count(line, "pvscsi") == 1);  // both disks are on it
  CHECK(has(line, "scsi-hd,drive=d0,werror=report,rerror=report,serial=data"));
  CHECK(has(line, "scsi-hd,drive=d1,werror=report,rerror=report,serial=log"));
  CHECK(find_device_models({"vmxnet"}).error().sentence == "There is no device \"vmxnet\" for --qemu-device.");
  CHECK(find_device_models({"pvscsi", "virtio-scsi"}).error().sentence ==
        "pvscsi and virtio-scsi are both a block device.");
  CHECK(find_device_models({"virtio-legacy", "pvscsi"}).error().sentence ==
        "virtio-legacy and pvscsi are both a block device.");
  models = find_device_models({"virtio-legacy"});  // of both classes
  REQUIRE(models);
  machine.models = *models;
  const Arguments legacy = qemu_arguments(machine, facts);
  CHECK(has(legacy, "virtio-net-pci,disable-modern=on,disable-legacy=off,netdev=n0,romfile="));
  CHECK(has(legacy,
            "virtio-blk-pci,disable-modern=on,disable-legacy=off,drive=d1,werror=report,rerror=report,serial=log"));
  models = find_device_models({"virtio-packed"});
  REQUIRE(models);
  machine.models = *models;
  CHECK(has(qemu_arguments(machine, facts), "virtio-net-pci-non-transitional,packed=on,netdev=n0,romfile="));
}

TEST_CASE("QEMU's command line") {
  ImageFacts facts;
  facts.devices = {"network"};
  Machine machine;
  machine.memory = 64 << 20;
  machine.image = "image";
  machine.forwards = {{8080, 80}};
  Arguments line = qemu_arguments(machine, facts);
  CHECK(has(line, "1,maxcpus=2"));
  CHECK(has(line, "64M"));
  CHECK(has(line, "virtio-net-device,netdev=n0"));
  CHECK(has(line, "user,id=n0,restrict=on"));  // nobody to serve the network: none
  machine.network_program = "network";
  line = qemu_arguments(machine, facts);
  CHECK((line[0] == "network" && line[1] == "--network-process" && has(line, forward_text(machine.forwards[0]))));
  CHECK(has(line, "dgram,id=n0,local.type=fd,local.str=3"));
  CHECK(has(line, "tcg"));

  machine.kind = find_hardware("q35");
  machine.memory = 1100 << 10;
  machine.disks = {{.serial = "data", .file = "a,b"}, {.serial = "", .file = "nbd:x/y", .read_only = true}};
  line = qemu_arguments(machine, facts);
  CHECK(has(line, "1100K"));
  CHECK(has(line, "virtio-net-pci,disable-legacy=on,netdev=n0,romfile="));
  CHECK(has(line, "virtio-blk-pci,disable-legacy=on,drive=d0,werror=report,rerror=report,serial=data"));
  CHECK(has(line, "if=none,id=d0,format=raw,file=a,,b"));
  CHECK(has(line, "if=none,id=d1,format=raw,readonly=on,file=./nbd:x/y"));
  machine.shares = {{.name = "site", .folder = "/a,b"}};
  line = qemu_arguments(machine, facts);
  CHECK(has(line, "local,id=f0,security_model=none,multidevs=remap,path=/a,,b"));
  CHECK(has(line, "virtio-9p-pci,disable-legacy=on,fsdev=f0,mount_tag=site"));

  CHECK(!has(line, "if=pflash,format=raw,unit=1,file=settings"));
  machine.firmware = {"code", "settings"};
  line = qemu_arguments(machine, facts);
  CHECK(has(line, "if=pflash,format=raw,unit=0,readonly=on,file=code"));
  CHECK(has(line, "if=pflash,format=raw,unit=1,file=settings"));

  facts.devices = {};
  CHECK(!has(qemu_arguments(machine, facts), "-netdev"));
}

TEST_CASE("settings are words of the command line as long as every loader keeps those") {
  auto texts = boot_texts({{"a", "--k=v"}, {"TZ=UTC"}, "log.level=debug"}, "net.mtu=1400\n").value();
  CHECK(texts.command_line == "wick.exit_port=0x501 arg=a arg=--k=v env.TZ=UTC log.level=debug");
  CHECK(texts.block.empty());
}

TEST_CASE("settings that a word can't carry are lines of the block, instead of its own") {
  for (const std::string value : {"", " ", "two words", "\"", "say \"hi\"", "back\\slash", "$x", "tab\t", "\xc3\xbc"}) {
    CAPTURE(value);
    auto texts = boot_texts({{"a", value}, {"B=2"}, "quiet"}, "arg=old\nenv.A=1\nenv.B=1\n").value();
    CHECK(texts.command_line == "wick.exit_port=0x501 quiet");
    CHECK(texts.block == "env.A=1\narg=a\narg=" + value + "\nenv.B=2\n");
  }
  const std::string large(3000, 'x');
  CHECK(boot_texts({{large}, {}, ""}, "").value().block == "arg=" + large + "\n");
}

TEST_CASE("settings that nothing can carry are refused") {
  CHECK(boot_texts({{"a\nb"}, {}, ""}, "").error().sentence.contains("line break"));
  CHECK(boot_texts({{}, {}, "a\nb"}, "").error().sentence.contains("line break"));
  CHECK(boot_texts({{}, {"TZ"}, ""}, "").error().sentence.contains("not an environment variable"));
  CHECK(boot_texts({{}, {}, std::string(3000, 'x')}, "").error().sentence.contains("takes 2048"));
  CHECK(boot_texts({{std::string(9000, 'x')}, {}, ""}, "").error().sentence.contains("takes 8192"));
  CHECK(boot_texts({{}, {}, ""}, std::string(9000, 'x')).error().sentence.contains("takes 8192"));
  CHECK(boot_texts({std::vector<std::string>(129, "x"), {}, ""}, "").error().sentence.contains("takes 128"));
}

TEST_CASE("the console passes everything on but the runner's own lines") {
  std::string text;
  Console console([&](std::string_view bytes) { text += bytes; }, false);
  for (char c : std::string("Hello\r\n[wick] wall none\n[wick] exit 3\nprompt> ")) console.feed({&c, 1});
  CHECK(text == "Hello\r\n[wick] wall none\nprompt> ");
  CHECK(console.exit_code() == 3u);
}

TEST_CASE("an exit line must be a number and nothing else") {
  std::string text;
  Console console([&](std::string_view bytes) { text += bytes; }, false);
  console.feed("[wick] exit soon\n");
  CHECK(!console.exit_code());
  CHECK(text == "[wick] exit soon\n");
}

TEST_CASE("a line that only begins like ours is not lost") {
  std::string text;
  Console console([&](std::string_view bytes) { text += bytes; }, false);
  console.feed("[wick] ex");
  CHECK(text.empty());
  console.finish();
  CHECK(text == "[wick] ex");
}

TEST_CASE("a record that never ends, is none of hv's or grows too long is plain text, and what comes after counts") {
  std::string text;
  unsigned records = 0;
  Console console([&](std::string_view bytes) { text += bytes; }, false, [&](std::string_view) { ++records; });
  console.feed("[wick] crash\nlog of my own, with no end\nmore\n");
  CHECK(text == "[wick] crash\nlog of my own, with no end\nmore\n");
  text.clear();
  std::string many = "[wick] crash\n";
  for (int i = 0; i < 1000; ++i) many += "frame=0x1\n";
  console.feed(many);
  CHECK(text == many);
  text.clear();
  const std::string wide = "[wick] crash\nlog=" + std::string(100'000, 'x');
  for (const char c : wide) console.feed({&c, 1});
  CHECK(text == wide);
  text.clear();
  console.feed("\n[wick] crash\ncause=panic\n[wick] exit 3\n[wick] crash\ncause=panic\n");
  CHECK(text == "\n[wick] crash\ncause=panic\n");
  CHECK(console.exit_code() == 3u);
  console.finish();
  CHECK(text == "\n[wick] crash\ncause=panic\n[wick] crash\ncause=panic\n");
  CHECK(console.crash().empty());
  CHECK(records == 0);
}

TEST_CASE("only whole lines are the runner's, and carriage returns stay where no line ends") {
  std::string text;
  Console console([&](std::string_view bytes) { text += bytes; }, false);
  const std::string all =
      "x [wick] exit 1\n10%\r20%\r[wick] exit 2\n[wick] crashed\n [wick] crash\n\r[wick] exit 3\n.[wick] exit 4\n";
  console.feed(all);
  CHECK(text == all);
  CHECK(!console.exit_code());
  console.feed("end\r");
  console.finish();
  CHECK(text == all + "end\r");
}

TEST_CASE("under QEMU an exit code is what the console and the exit port agree on") {
  CHECK(exit_code_in_qemu(3 << 1 | 1, 3u) == 3);
  CHECK(exit_code_in_qemu(1, 0u) == 0);
  CHECK(exit_code_in_qemu((200 << 1 | 1) & 0xff, 200u) == 200);  // the port has seven bits
  CHECK(exit_code_in_qemu(1, 256u) == 1);
  CHECK(exit_code_in_qemu(3 << 1 | 1, 77u) == 3);  // printed, not ended so
  CHECK(!exit_code_in_qemu(0, 0u));                // printed, and then the machine went away
  CHECK(!exit_code_in_qemu(1, {}));                // QEMU's own failure
}

TEST_CASE("a guest that was started again is no crash any more") {
  Console console([](std::string_view) {}, false);
  console.feed("[wick] crash\ncause=panic\n[wick] end of crash\n");
  CHECK(!console.crash().empty());
  console.feed("[wick] restart 1\n");
  CHECK(console.crash().empty());
}

TEST_CASE("a record is found where it is a line's own words alone") {
  CHECK(!parse_crash("he said: [wick] crash\ncause=lies\n[wick] end of crash\n"));
  for (const char* before : {"\t", " ", "a\n \t", "\r"})
    CHECK(!parse_crash(std::string(before) + "[wick] crash\ncause=lies\n[wick] end of crash\n"));
  CHECK(!parse_crash(".[wick] crash\ncause=lies\n.[wick] end of crash\n"));
  CHECK(parse_crash("a\n[wick] crash\r\ncause=panic\r\n[wick] end of crash\r\nreason=x\n")->reason.empty());
}

TEST_CASE("the crash block") {
  std::string text;
  Console console([&](std::string_view bytes) { text += bytes; }, false);
  console.feed(kCrash);
  CHECK(text == "before\n");
  auto report = parse_crash(console.crash()).value();
  CHECK(report.cause == "exception 14");
  CHECK(report.frames == std::vector<std::string>{"0x101234", "0x105678"});
  CHECK(report.build_id == "00ff");
  CHECK(report.registers.size() == 2);
  std::string told = explain_crash(report, "/nonexistent");
  CHECK(told.starts_with("crash: exception 14 (page fault)\n"));
  CHECK(told.contains("0x105678"));
  CHECK(told.ends_with("\n  log: [wick] a=b"));
  CHECK(!parse_crash("nothing here\n"));
}

TEST_CASE("a crash record tells what the console's block tells, and all of its log") {
  wick::CrashRecord record{};
  record.magic = wick::kCrashMagic;
  record.version = 1;
  record.cause = wick::CrashCause::panic;
  record.frames[record.frame_count++] = 0x101234;
  std::ranges::copy(std::string_view("gone\x1b"), record.reason);
  constexpr std::string_view kLog = "one\ntwo\x07\n";
  std::ranges::copy(kLog, record.log);
  record.log_length = kLog.size();
  auto report = read_record({reinterpret_cast<const char*>(&record), sizeof record}).value();
  CHECK(report.cause == "panic");
  CHECK(report.reason == "gone.");
  CHECK(report.frames == std::vector<std::string>{"0x101234"});
  CHECK(report.log == std::vector<std::string>{"one", "two."});
  record.magic = 0;
  CHECK(!read_record({reinterpret_cast<const char*>(&record), sizeof record}));
}

TEST_CASE("the banner") {
  auto facts = parse_banner("x\n[wick] wall none on QEMU TCG, 1 vCPU, heap 57344 KiB, interfaces 0x5\n").value();
  CHECK(facts.wall == "none");
  CHECK(facts.underneath == "QEMU TCG");
  CHECK(facts.heap_kib == 57344);
  CHECK(facts.interfaces == std::vector<std::string>{"PVH", "kvmclock"});
  CHECK(!parse_banner("[wick] wall none on QEMU TCG, 1 vC"));
}
