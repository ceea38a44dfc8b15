// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest.h>

#include <string>

#include "abi/settings.h"
#include "boot/config.h"
#include "boot/config_text.h"
#include "boot/layers.h"

using namespace wick;

namespace {

std::string all(std::string_view prefix) {
  std::string list;
  config::for_each(prefix, [&](std::string_view key, std::string_view value) {
    list.append(key).append("=").append(value).append(";");
  });
  return list;
}

}  // namespace

TEST_CASE("A later layer wins") {
  REQUIRE(config::set_layers("net.mtu=1500\nname=a\nlog.level=info\n", "net.mtu=1400\n",
                             "console=x net.mtu=1300 quiet") == nullptr);
  CHECK(config::get("net.mtu") == "1300");
  CHECK(config::get("name") == "a");
  CHECK(config::get("absent") == "");
  CHECK(config::get("console") == "");
  CHECK(config::get_number("net.mtu", 7) == 1300);
  CHECK(config::get_number("name", 7) == 7);
  CHECK(config::get_number("absent", 7) == 7);
}

TEST_CASE("A repeated key is replaced as a list, other keys are merged") {
  REQUIRE(config::set_layers("arg=one\narg=two\nenv.A=1\nenv.B=2\n", "env.B=3\n", "arg=three") == nullptr);
  CHECK(all("arg") == "arg=three;");
  CHECK(all("env.") == "env.A=1;env.B=3;");
  REQUIRE(config::set_layers("arg=one\narg=two\n", "", "") == nullptr);
  CHECK(all("arg") == "arg=one;arg=two;");
}

TEST_CASE("An instance's settings stand between the manifest's and those given at boot") {
  REQUIRE(config::set_layers("net.mtu=1500\nname=a\narg=1\nenv.A=1\nenv.B=1\n", "net.mtu=1400\n", "env.B=3") ==
          nullptr);
  REQUIRE(config::set_instance_layer(
              "net.mtu=1300\nnet.hostname=h\narg=2\narg=3\nenv.A=2\nenv.B=2\nnet.hostname=i\n") == nullptr);
  CHECK(config::get("net.mtu") == "1400");
  CHECK(config::get("net.hostname") == "h");
  CHECK(config::get("name") == "a");
  CHECK(all("arg") == "arg=2;arg=3;");
  CHECK(all("env.") == "env.A=2;env.B=3;");
  std::string many;
  for (unsigned i = 0; i < kMaxGivenSettings - 1; i++) many += "arg=" + std::to_string(i) + "\n";
  REQUIRE(config::set_layers("name=a\n", "net.mtu=1400\n", "") == nullptr);
  CHECK(config::set_instance_layer(many + "arg=x\n") == std::string("the configuration has more than 128 settings"));
  CHECK(config::get("arg") == "");
  CHECK(config::set_instance_layer(many) == nullptr);
  CHECK(config::get("arg") == "0");
  CHECK(config::get("net.mtu") == "1400");
  // Others in their place, and none.
  CHECK(config::set_instance_layer(many + "arg=x\n") == std::string("the configuration has more than 128 settings"));
  CHECK(config::get("arg") == "0");
  CHECK(config::set_instance_layer("arg=x\nenv.A=1\n") == nullptr);
  CHECK(all("arg") == "arg=x;");
  CHECK(config::get("net.mtu") == "1400");
  CHECK(config::set_instance_layer({}) == nullptr);
  CHECK(all("arg") == "");
  CHECK(all("env.") == "");
  CHECK(config::get("net.mtu") == "1400");
  CHECK(config::get("name") == "a");
}

TEST_CASE("Quotes, comments, empty values, line ends") {
  REQUIRE(config::set_layers("# no=thing\r\narg=two words\r\n\n\narg=\n", "", "name=\"x y\" env.C=\"\" arg=\"open") ==
          nullptr);
  CHECK(config::get("name") == "x y");
  CHECK(config::get("env.C") == "");
  CHECK(all("env.") == "env.C=;");
  CHECK(all("arg") == "arg=\"open;");
}

TEST_CASE("A line's value is kept byte for byte") {
  for (const std::string_view value : {"\"", "\"\"", "\"a\" and \"b\"", "say \"hi\"", "  lead", "trail  ", " ", "tab\t",
                                       "=", "#x", "back\\slash", "{\"k\": [1, 2]}", "\xc3\xbc", "it's", ""}) {
    CAPTURE(value);
    const std::string text = "arg=" + std::string(value) + "\nenv.A=" + std::string(value) + "\r\n";
    REQUIRE(config::set_layers(text, "", "") == nullptr);
    CHECK(config::get("arg") == value);
    CHECK(config::get("env.A") == value);
    REQUIRE(config::set_layers("", text, "") == nullptr);
    CHECK(config::get("arg") == value);
  }
}

TEST_CASE("Numbers that don't fit are no numbers") {
  REQUIRE(config::set_layers("device.ring=18446744073709551616\nmemory.dma=18446744073709551599\n", "", "") == nullptr);
  CHECK(config::get_number("device.ring", 5) == 5);
  CHECK(config::get_number("memory.dma", 5) == 18446744073709551599ull);
}

TEST_CASE("The boot module may not have unknown keys, the command line may") {
  CHECK(config::set_layers("", "volume.0=a:/b:raw\nenv.X=1\n", "") == nullptr);
  CHECK(config::set_layers("", "net.ipv5=1\n", "") != nullptr);
  CHECK(config::set_layers("", "", "net.ipv5=1 virtio_mmio.device=512@0xfeb00000:12") == nullptr);
}

TEST_CASE("Too many settings are refused") {
  std::string text;
  for (unsigned i = 0; i < kMaxBakedSettings; i++) text += "arg=x\n";
  CHECK(config::set_layers(text, text, "") == nullptr);
  CHECK(config::set_layers(text, text, "env.A=x") != nullptr);
  CHECK(config::set_layers(text, "", "env.A=x") == nullptr);
  CHECK(config::set_layers(text + "arg=x\n", "", "") != nullptr);
}

TEST_CASE("Text without any setting") {
  config::Setting setting;
  for (std::string_view text : {"", "=", "=x", "word", "\"\"", "   ", "#a=b"}) {
    CHECK_FALSE(config::Reader(text, config::Form::lines).next(setting));
    CHECK_FALSE(config::Reader(text, config::Form::words).next(setting));
  }
}
