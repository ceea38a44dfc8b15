// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest.h>

#include <string>

#include "metadata/address.h"
#include "metadata/json.h"
#include "metadata_settings.h"

using namespace wick::metadata;

namespace {

constexpr HardwareAddress kOwn{{0xfa, 0x16, 0x3e, 0x00, 0x34, 0xab}};

std::string settings_of(const Documents& documents) { return wick::metadata::settings_of(documents, kOwn); }

std::string meta(std::string_view text) { return settings_of({text, {}, {}, {}, Form::openstack}); }
std::string network(std::string_view text) { return settings_of({{}, {}, text, {}, Form::openstack}); }

/// The text that a JSON string becomes, or what is wrong.
std::string text_of(const std::string& string) {
  Document document;
  const Fault fault = read_json(document, "[\"" + string + "\"]");
  return fault ? fault.what : std::string(document.root()->first->text);
}

std::string with_network(const std::string& network) {
  return R"({"links": [{"id": "a", "type": "ovs", "ethernet_mac_address": "fa:16:3e:00:34:ab", "mtu": null}],
    "networks": [)" +
         network + "]}";
}

}  // namespace

TEST_CASE("JSON is read with all of its escapes") {
  CHECK(text_of(R"(a\"b\\c\/d\b\f\n\r\t)") == "a\"b\\c/d\b\f\n\r\t");
  CHECK(text_of(R"(\u0041\u00fc\u20ac\u0000)") == std::string("A\u00fc\u20ac\0", 7));
  CHECK(text_of(R"(\ud83d\ude00 and \uD83D\uDE01)") == "\U0001F600 and \U0001F601");
  CHECK(text_of(R"(\ud800\udc00\udbff\udfff)") == "\U00010000\U0010FFFF");
  CHECK(text_of(R"(\\ud83d\\ude00)") == "\\ud83d\\ude00");
  CHECK(text_of("\U0001F600") == "\U0001F600");
  for (const char* text : {R"(\ud83d)", R"(\ude00)", R"(\ud83d\u0041)", R"(\ud83d\ud83d)", R"(\ude00\ud83d)",
                           R"(\ud83d\\ude00)", R"(\u12)", R"(\x)", R"(\)"}) {
    CAPTURE(text);
    CHECK(text_of(text) == "is no JSON");
  }
  Document document;
  REQUIRE_FALSE(read_json(document, "{\"a\":{\"b\":[1,true,null,\"\"]},\n\t\"c\" : -1.5e3 }"));
  CHECK(document.root()->child("a")->child("b")->first->text == "1");
  CHECK(document.root()->child("c")->text == "-1.5e3");
  Document empty, large;
  REQUIRE_FALSE(read_json(empty, ""));
  CHECK(empty.root() == nullptr);
  CHECK(std::string(read_json(large, std::string(kMaxDocumentBytes + 1, ' ')).what) == "is longer than 64 KiB");
}

TEST_CASE("Of meta_data.json the host's name counts") {
  CHECK(meta(R"({"uuid": "83679162", "hostname": "shop.novalocal", "name": "s", "meta": {"a": "\ud83d\ude00"}})") ==
        "net.hostname=shop\n");
  CHECK(meta(R"({"uuid": "83679162"})") == "");
  CHECK(meta(R"({"hostname": null})").empty());
  CHECK(meta("{\n\"hostname\": \"a_b\"}") == "meta_data.json:2 has a host name that is none");
  CHECK(meta("[]") == "meta_data.json:1 is no mapping");
  CHECK(meta("{\n\"a\": }}") == "meta_data.json:2 is no JSON");
}

TEST_CASE("A host's name that a cloud gives by itself") {
  const auto given = [](std::string_view name) { return settings_of({{}, {}, {}, name}); };
  CHECK(given("ip-10-0-0-5.eu-west-1.compute.internal") == "net.hostname=ip-10-0-0-5\n");
  CHECK(given("shop\n") == "net.hostname=shop\n");
  CHECK(given("") == "");
  for (const char* name : {".a", "a b", "a_b", "-a.b", "a\nb", "<html>"}) {
    CAPTURE(name);
    CHECK(given(name) == "the host name that the cloud gives:0 is none");
  }
  CHECK(settings_of({{}, "#cloud-config\nhostname: b\n", {}, "a"}) == "net.hostname=b\nnet.hostname=a\n");
}

TEST_CASE("network_data.json becomes settings") {
  CHECK(network(R"({
    "links": [{"id": "x", "type": "phy", "ethernet_mac_address": "fa:16:3e:00:00:00"},
              {"id": "tap1", "type": "ovs", "ethernet_mac_address": "FA:16:3E:00:34:AB", "mtu": 1450, "vif_id": "v"}],
    "networks": [
      {"id": "n0", "type": "ipv4", "link": "tap1", "ip_address": "10.0.0.5", "netmask": "255.255.252.0", "network_id": "i",
       "routes": [{"network": "169.254.169.254", "netmask": "255.255.255.255", "gateway": "10.0.0.2"},
                  {"network": "0.0.0.0", "netmask": "0.0.0.0", "gateway": "10.0.0.1"}]},
      {"id": "n1", "type": "ipv6", "link": "tap1", "ip_address": "fd00::5", "netmask": "ffff:ffff:ffff:ffff::",
       "routes": [{"network": "::", "netmask": "::", "gateway": "fd00::1"}],
       "services": [{"type": "dns", "address": "fd00::3"}]},
      {"id": "n2", "type": "ipv4", "link": "x", "ip_address": "192.0.2.1", "netmask": "255.255.255.0"}],
    "services": [{"type": "dns", "address": "10.0.0.3"}, {"type": "ntp", "address": "10.0.0.4"}]})") ==
        "net.ipv4=10.0.0.5/22\nnet.gateway4=10.0.0.1\nnet.ipv6=fd00::5/64\nnet.gateway6=fd00::1\n"
        "net.dns=fd00::3,10.0.0.3\nnet.mtu=1450\n");
  CHECK(network(with_network(R"({"link": "a", "type": "ipv4_dhcp"}, {"link": "a", "type": "ipv6_slaac"})")) ==
        "net.ipv4=dhcp\nnet.gateway4=\nnet.ipv6=auto\nnet.gateway6=\n");
  CHECK(network(with_network(R"({"link": "a", "type": "ipv4", "ip_address": "10.0.0.5/24", "gateway": "10.0.0.1"})")) ==
        "net.ipv4=10.0.0.5/24\nnet.gateway4=10.0.0.1\n");
  CHECK(network(with_network("")) == "");
  CHECK(network("{}") == "");
  CHECK(network(R"({"links": [], "networks": [], "services": []})") == "");
}

TEST_CASE("A network_data.json that asks for what can't be is refused by its line") {
  const std::pair<std::string, const char*> cases[] = {
      {"[]", "1 is no mapping"},
      {R"({"links": [{"id": "a", "ethernet_mac_address": "fa:16:3e:00:00:00"}]})",
       "1 names no interface with this machine's hardware address"},
      {R"({"links": [{"id": "a"}, {"id": "b"}]})", "1 names several interfaces that may be this machine's"},
      {R"({"links": [{"id": "a", "type": "bond", "ethernet_mac_address": "fa:16:3e:00:34:ab"}]})",
       "1 configures something that is no physical interface"},
      {R"({"links": [{"id": "a", "mtu": 10}]})", "1 has an mtu that is no number from 1280 to 9000"},
      {with_network(R"({"link": "a", "type": "ipx"})"),
       "2 has a network of a type that an appliance's network does not know"},
      {with_network(R"({"link": "a", "type": "ipv4"})"), "2 has a network without an address"},
      {with_network(R"({"link": "a", "type": "ipv4", "ip_address": "10.0.0.256", "netmask": "255.0.0.0"})"),
       "2 has an address that is none"},
      {with_network(R"({"link": "a", "type": "ipv4", "ip_address": "10.0.0.5", "netmask": "ffff::"})"),
       "2 has an address whose network mask is none"},
      {with_network(R"({"link": "a", "type": "ipv6", "ip_address": "fd00::5", "netmask": "ffff:ffff:ffff::"})"),
       "2 has an IPv6 address whose prefix has not 64 bits"},
      {with_network(R"({"link": "a", "type": "ipv4_dhcp"}, {"link": "a", "type": "ipv4", "ip_address": "10.0.0.5/8"})"),
       "2 asks for an address and gives one"},
      {with_network(
           R"({"link": "a", "type": "ipv4", "ip_address": "10.0.0.5/8", "routes": [{"network": "10.1.0.0", "netmask": "255.255.0.0"}]})"),
       "2 has a route that is not the default one"},
      {with_network(
           R"({"link": "a", "type": "ipv4", "ip_address": "10.0.0.5/8", "routes": [{"network": "0.0.0.0", "netmask": "0.0.0.0"}]})"),
       "2 has a route without a gateway"},
      {with_network(R"({"link": "a", "type": "ipv4_dhcp", "services": [{"type": "dns", "address": "dns"}]})"),
       "2 has a name server that is no address"},
  };
  for (const auto& [text, sentence] : cases) {
    CAPTURE(text);
    CHECK(network(text) == std::string("network_data.json:") + sentence);
  }
}

TEST_CASE("Masks of IPv6") {
  CHECK(prefix_length("ffff:ffff:ffff:ffff::", 128) == 64);
  CHECK(prefix_length("FFFF::", 128) == 16);
  for (const char* text : {"ffff:ffff:ffff:ffff::", "::", "ffff:", "fffe::", "ffff::ffff", "ffff:0::", "ffff:ffff"})
    CHECK(prefix_length(text, 32) == -1);
  for (const char* text : {"::", "ffff:", "fffe::", "ffff::ffff", "ffff:0::", "ffff:ffff"})
    CHECK(prefix_length(text, 128) == -1);
}
