// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// What starts an appliance in a container: all that it needs has its place there. Whether containers' own tools read
// the image is tests/oci/image.py's to find out.
#include "pack/container.h"

#include <doctest.h>

using namespace wick::tool;

namespace {

using Words = std::vector<std::string>;

Container bare() {
  Container container;
  container.image.name = "app";
  container.image.wall = wick::Wall::process;
  return container;
}

}  // namespace

TEST_CASE("an appliance that needs nothing is started by its name alone") {
  CHECK(entry_words(bare()) == Words{"/app.appliance"});
  CHECK(argument_words(bare()).empty());
}

TEST_CASE("ports, volumes, keys, vsock and settings are words of the command, arguments those after it") {
  Container container = bare();
  container.image.ports = {"80/tcp", "53/udp"};
  container.image.volumes = {"data"};
  container.image.keys = {"tls"};
  container.image.devices = {"vsock"};
  container.configuration = "a=b\n";
  container.settings = {.arguments = {"x y", ""}, .environment = {"A=b c"}, .append = "log.level=debug net.mtu=1400"};
  CHECK(entry_words(container) == Words{"/app.appliance", "--publish=0.0.0.0:80:80", "--publish=0.0.0.0:53:53/udp",
                                        "--disk=data=/volumes/data", "--key=tls=/keys/tls", "--vsock=/vsock/socket",
                                        "--config=/configuration", "--env=A=b c",
                                        "--append=log.level=debug net.mtu=1400"});
  CHECK(argument_words(container) == Words{"--arg=x y", "--arg="});
}

TEST_CASE("urunc's file has its values in base64") {
  const std::string json = urunc_json(bare());
  CHECK(json.contains("\"com.urunc.unikernel.binary\": \"L2FwcC5hcHBsaWFuY2U=\""));
  CHECK(json.contains("\"com.urunc.unikernel.hypervisor\": \"cHJvY2Vzcw==\""));
}
