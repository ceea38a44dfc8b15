// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest.h>

#include <string>

#include "metadata/address.h"
#include "metadata/base64.h"
#include "metadata/tree.h"
#include "metadata_settings.h"

using namespace wick;
using namespace wick::metadata;

namespace {

constexpr HardwareAddress kOwn{{0x52, 0x54, 0x00, 0x12, 0x34, 0xab}};

std::string settings_of(const Documents& documents) { return metadata::settings_of(documents, kOwn); }

std::string network(const std::string& text) { return settings_of({{}, {}, text}); }
std::string user(const std::string& text) { return settings_of({{}, "#cloud-config\n" + text, {}}); }

std::string yaml(std::string_view text) {
  Document document;
  const Fault fault = document.read(text);
  return fault ? std::to_string(fault.line) + " " + fault.what : document.root() ? "fine" : "empty";
}

}  // namespace

TEST_CASE("YAML is a tree, and what configuration needs not is refused by its line") {
  CHECK(yaml("") == "empty");
  CHECK(yaml("# only\n") == "empty");
  CHECK(yaml("a: [1, 2, {b: c}]\nd: |\n  text\n") == "fine");
  CHECK(yaml("a: 1\nb: &x 2\n") == "2 has an anchor or an alias, which are not taken");
  CHECK(yaml("a: *x\n") == "1 has an anchor or an alias, which are not taken");
  CHECK(yaml("a: !!binary QQ==\n") == "1 has a tag, which are not taken");
  CHECK(yaml("a: 1\na: 2\n") == "2 has a key twice");
  CHECK(yaml("[a]: 1\n") == "1 has a key that is no text");
  CHECK(yaml("a: 1\n---\nb: 2\n") == "2 has a second document");
  CHECK(yaml("a: 1\n b: [\n") == "2 is no YAML");
  CHECK(yaml("a: \x01\n") == "1 is no YAML");
  CHECK(yaml(std::string(13, '[') + std::string(13, ']')) == "1 is nested too deeply");
  CHECK(yaml(std::string(kMaxDocumentBytes + 1, ' ')) == "0 is longer than 64 KiB");
  std::string many = "[";
  for (int i = 0; i < 1024; i++) many += "1,";
  CHECK(yaml(many + "]") == "1 has more than 1024 values");
  Document document;
  REQUIRE_FALSE(document.read("a: \"\\L\\L\"\nb: ~\nc: 'null'\n"));
  CHECK(document.root()->child("a")->text == "\u2028\u2028");
  CHECK(document.root()->child("b")->is_null());
  CHECK_FALSE(document.root()->child("c")->is_null());
  CHECK(document.root()->child("d") == nullptr);
}

TEST_CASE("Version 2 of network-config becomes settings") {
  CHECK(network("version: 2\nethernets:\n  id0:\n    match: {macaddress: '52:54:00:12:34:AB'}\n    addresses: "
                "[10.1.0.5/24, 'fd00::5/64']\n"
                "    gateway4: 10.1.0.1\n    nameservers: {addresses: [10.1.0.3, 'fd00::3'], search: [example.org]}\n  "
                "  mtu: 1400\n") ==
        "net.ipv4=10.1.0.5/24\nnet.gateway4=10.1.0.1\nnet.ipv6=fd00::5/"
        "64\nnet.gateway6=\nnet.dns=10.1.0.3,fd00::3\nnet.mtu=1400\n");
  CHECK(
      network("network:\n  version: 2\n  renderer: networkd\n  ethernets:\n    eth0: {dhcp4: true, set-name: lan}\n") ==
      "net.ipv4=dhcp\nnet.gateway4=\n");
  CHECK(network("{version: 2, ethernets: {a: {addresses: [10.0.0.2/24], dhcp4: false, accept-ra: false, routes: [{to: "
                "default, via: 10.0.0.1}]}}}") ==
        "net.ipv4=10.0.0.2/24\nnet.gateway4=10.0.0.1\nnet.ipv6=off\nnet.gateway6=\n");
  // The one with this machine's address, beside others.
  CHECK(network("version: 2\nethernets:\n  a: {match: {macaddress: '52:54:00:12:34:56'}, addresses: [10.0.0.9/8]}\n"
                "  b: {match: {macaddress: '52:54:00:12:34:ab'}, dhcp6: true}\n  c: {dhcp4: true}\n") ==
        "net.ipv6=auto\nnet.gateway6=\n");
}

TEST_CASE("Version 1 of network-config becomes settings") {
  CHECK(network("version: 1\nconfig:\n- type: physical\n  name: eth0\n  mac_address: '52:54:00:12:34:ab'\n  subnets:\n"
                "  - {type: static, address: 192.0.2.7, netmask: 255.255.255.0, gateway: 192.0.2.1, dns_nameservers: "
                "[192.0.2.2]}\n"
                "  - {type: static6, address: '2001:db8::7/64', gateway: '2001:db8::1'}\n"
                "- {type: nameserver, address: 192.0.2.3, search: [a]}\n") ==
        "net.ipv4=192.0.2.7/24\nnet.gateway4=192.0.2.1\nnet.ipv6=2001:db8::7/"
        "64\nnet.gateway6=2001:db8::1\nnet.dns=192.0.2.3,192.0.2.2\n");
  CHECK(
      network(
          "version: 1\nconfig: [{type: loopback, name: lo}, {type: physical, name: a, subnets: [{type: dhcp4}]}]\n") ==
      "net.ipv4=dhcp\nnet.gateway4=\n");
}

TEST_CASE("A network-config that asks for what can't be is refused by its line") {
  const std::pair<const char*, const char*> cases[] = {
      {"ethernets: {}\n", "1 says no version"},
      {"version: 3\n", "1 has a version that is neither 1 nor 2"},
      {"- version\n", "1 is no mapping"},
      {"version: 2\n", "1 has no ethernets"},
      {"version: 2\nethernets: {}\n", "2 names no interface"},
      {"version: 2\nbonds: {}\n", "2 has a key that an appliance's network does not know"},
      {"version: 2\nethernets: {a: {match: {macaddress: '00:00:00:00:00:00'}}}\n",
       "2 names no interface with this machine's hardware address"},
      {"version: 2\nethernets: {a: {}, b: {}}\n", "2 names several interfaces that may be this machine's"},
      {"version: 2\nethernets:\n  a:\n    addresses:\n    - 10.0.0.2\n", "5 has an address whose network mask is none"},
      {"version: 2\nethernets: {a: {addresses: [10.0.0.256/24]}}\n", "2 has an address that is none"},
      {"version: 2\nethernets: {a: {addresses: [10.0.0.2/33]}}\n", "2 has an address whose network mask is none"},
      {"version: 2\nethernets: {a: {addresses: ['fd00::1/48']}}\n",
       "2 has an IPv6 address whose prefix has not 64 bits"},
      {"version: 2\nethernets: {a: {addresses: [10.0.0.2/24, 10.0.0.3/24]}}\n", "2 gives two addresses of a kind"},
      {"version: 2\nethernets: {a: {dhcp4: true, addresses: [10.0.0.2/24]}}\n", "2 asks for an address and gives one"},
      {"version: 2\nethernets: {a: {addresses: [10.0.0.2/24], dhcp4: yes}}\n", "2 asks for an address and gives one"},
      {"version: 2\nethernets: {a: {dhcp4: maybe}}\n", "2 has a value that is neither true nor false"},
      {"version: 2\nethernets: {a: {gateway4: 10.0.0.1}}\n", "2 gives a gateway and no address"},
      {"version: 2\nethernets: {a: {gateway4: router}}\n", "2 has a gateway that is no address"},
      {"version: 2\nethernets: {a: {routes: [{to: 10.0.0.0/8, via: 10.0.0.1}]}}\n",
       "2 has a route that is not the default one"},
      {"version: 2\nethernets: {a: {routes: [{to: default}]}}\n", "2 has a route without a gateway"},
      {"version: 2\nethernets: {a: {mtu: 100}}\n", "2 has an mtu that is no number from 1280 to 9000"},
      {"version: 2\nethernets: {a: {nameservers: {addresses: [1.1.1.1, 1.1.1.2, 1.1.1.3]}}}\n",
       "2 gives more than two name servers"},
      {"version: 2\nethernets: {a: {nameservers: {addresses: [dns]}}}\n", "2 has a name server that is no address"},
      {"version: 2\nethernets: {a: {vlan: 3}}\n", "2 has a key that an appliance's network does not know"},
      {"version: 1\n", "1 has no list of what to configure"},
      {"version: 1\nconfig: [{type: bond}]\n", "2 configures something that is no physical interface"},
      {"version: 1\nconfig: [{type: physical, subnets: [{address: 10.0.0.1/8}]}]\n", "2 has a subnet without a type"},
      {"version: 1\nconfig: [{type: physical, subnets: [{type: inet6}]}]\n",
       "2 has a subnet of a type that an appliance's network does not know"},
  };
  for (const auto& [text, sentence] : cases) {
    CAPTURE(text);
    CHECK(network(text) == std::string("network-config:") + sentence);
  }
}

TEST_CASE("Host name, arguments and environment of meta-data and user-data") {
  CHECK(settings_of({"instance-id: i-1\nlocal-hostname: shop\n", {}, {}}) == "net.hostname=shop\n");
  CHECK(settings_of({"{\"hostname\": \"shop.example.org\"}", {}, {}}) == "net.hostname=shop.example.org\n");
  // User-data's comes first, and the first one counts.
  CHECK(settings_of({"local-hostname: a\n", "#cloud-config\nhostname: b\n", {}}) == "net.hostname=b\nnet.hostname=a\n");
  CHECK(user("fqdn: a.b\n") == "net.hostname=a.b\n");
  CHECK(user("wick:\n  arguments: [--level, '3', \"a b\"]\n  environment: {TZ: UTC, EMPTY: ''}\n") ==
        "arg=--level\narg=3\narg=a b\nenv.TZ=UTC\nenv.EMPTY=\n");
  CHECK(user("") == "");
  CHECK(user("{}\n") == "");
  CHECK(settings_of({{}, "#!/bin/sh\n", {}}) == "user-data:1 does not begin with #cloud-config");
  CHECK(settings_of({{}, "#cloud-configuration\n", {}}) == "user-data:1 does not begin with #cloud-config");
  CHECK(user("- a\n") == "user-data:2 is no mapping");
  CHECK(user("hostname: -a\n") == "user-data:2 has a host name that is none");
  CHECK(user("wick: {arguments: ['a\n\n  b']}\n") == "user-data:2 has a value with a line break in it");
  CHECK(user("wick: {arguments: [[a]]}\n") == "user-data:2 has an argument that is no text");
  CHECK(user("wick: {arguments: a}\n") == "user-data:2 has arguments that are no list");
  CHECK(user("wick: {environment: {1A: b}}\n") == "user-data:2 has an environment variable whose name is none");
  CHECK(user("wick: {environment: {A: [b]}}\n") == "user-data:2 has an environment variable that is no text");
  CHECK(user("wick: {level: 3}\n") == "user-data:2 has a key below wick that is not known");
  CHECK(user("wick:\n  arguments: ['" + std::string(8190, 'a') + "']\n") ==
        "user-data:3 has settings of more than 8 KiB");
}

TEST_CASE("Files of user-data") {
  Instance instance;
  const char* of = nullptr;
  REQUIRE_FALSE(read_documents(
      {{},
       "#cloud-config\nwrite_files:\n- {path: /etc/a, content: \"x\\ny\\n\", permissions: '0600', owner: root}\n"
       "- path: /b\n  encoding: b64\n  content: |\n    aGVs\n    bG8=\n- {path: /empty}\npackages: [vim]\nruncmd: []\n",
       {}},
      nullptr, instance, of));
  REQUIRE(instance.files().size() == 3);
  const auto content = [&](unsigned i) {
    return std::string(static_cast<const char*>(instance.files()[i].data), instance.files()[i].bytes);
  };
  CHECK(std::string(instance.files()[0].path) == "/etc/a");
  CHECK(instance.files()[0].mode == 0600);
  CHECK(content(0) == "x\ny\n");
  CHECK(instance.files()[1].mode == 0644);
  CHECK(content(1) == "hello");
  CHECK(content(2) == "");
  CHECK(instance.passed_over() == "packages");
  CHECK(instance.passed_line() == 10);
  const auto file = [](const std::string& entry) { return user("write_files: [" + entry + "]\n"); };
  for (const char* path : {"etc/a", "/", "/a/../b", "/a//b", "/a/", "''", "[x]"}) {
    CAPTURE(path);
    CHECK(file("{path: " + std::string(path) + "}").starts_with("user-data:2 writes a file with"));
  }
  CHECK(file("{content: a}") == "user-data:2 writes a file without a path from the root");
  CHECK(file("a") == "user-data:2 writes a file that is no mapping");
  CHECK(file("{path: /a, permissions: '1777'}") == "user-data:2 writes a file with permissions that are none");
  CHECK(file("{path: /a, permissions: rw}") == "user-data:2 writes a file with permissions that are none");
  CHECK(file("{path: /a, encoding: gzip}") == "user-data:2 writes a file with an encoding that is not known");
  CHECK(file("{path: /a, append: true}") == "user-data:2 writes a file with a key that is not known");
  CHECK(file("{path: /a, encoding: b64, content: 'a'}") == "user-data:2 writes a file whose Base64 is none");
  CHECK(file("{path: /a}, {path: /a}") == "user-data:2 writes a file twice");
  std::string many;
  for (int i = 0; i < 33; i++) many += "{path: /" + std::to_string(i) + "},";
  CHECK(file(many) == "user-data:2 writes more than 32 files");
}

TEST_CASE("Base64") {
  const auto decoded = [](std::string_view text) {
    std::string to(text.size(), '\0');
    std::size_t bytes = 0;
    if (!decode_base64(text, to.data(), bytes)) return std::string("none");
    REQUIRE(bytes <= text.size() * 3 / 4);
    return to.substr(0, bytes);
  };
  CHECK(decoded("") == "");
  CHECK(decoded("Zg==") == "f");
  CHECK(decoded("Zm8=") == "fo");
  CHECK(decoded("Zm9v\nYmFy\n") == "foobar");
  for (const char* text : {"Z", "Zg", "Zg=", "Z===", "====", "Zg==Zg==", "Z=g=", "Zm9*", "Zg===="}) {
    CAPTURE(text);
    CHECK(decoded(text) == "none");
  }
}

TEST_CASE("Addresses, masks and host names") {
  for (const char* text : {"10.0.0.1", "0.0.0.0", "255.255.255.255"}) CHECK(is_ipv4(text));
  for (const char* text :
       {"", "1.2.3", "1.2.3.4.5", "1.2.3.4.", "01.2.3.4", "1.2.3.256", "1..2.3", " 1.2.3.4", "1.2.3.a"}) {
    CAPTURE(text);
    CHECK_FALSE(is_ipv4(text));
  }
  for (const char* text :
       {"::", "::1", "fd00::", "1:2:3:4:5:6:7:8", "1::8", "::ffff:1.2.3.4", "1:2:3:4:5:6:1.2.3.4", "FE80::a"}) {
    CAPTURE(text);
    CHECK(is_ipv6(text));
  }
  for (const char* text : {"", ":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "g::", "::1%1",
                           "1:", ":1", "1:2:3:4:5:6:7:1.2.3.4", "1.2.3.4::", "1:2:3:4::5:6:7:8"}) {
    CAPTURE(text);
    CHECK_FALSE(is_ipv6(text));
  }
  CHECK(prefix_length("24", 32) == 24);
  CHECK(prefix_length("255.255.240.0", 32) == 20);
  CHECK(prefix_length("0.0.0.0", 32) == 0);
  CHECK(prefix_length("128", 128) == 128);
  for (const char* text : {"", "33", "255.0.255.0", "-1", "24 ", "0.0.0.255"}) CHECK(prefix_length(text, 32) == -1);
  CHECK(is_host_name("a-1.example"));
  for (const char* text : {"", "a.", ".a", "a..b", "-a", "a_b"}) CHECK_FALSE(is_host_name(text));
  CHECK_FALSE(is_host_name(std::string(64, 'a')));
}
