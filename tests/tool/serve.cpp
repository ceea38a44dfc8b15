// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// wick serve: what strangers say at a port that names share, what is to be served, what Prometheus reads.
#include <doctest.h>
#include <stdlib.h>

#include "serve/head.h"
#include "serve/metrics.h"
#include "serve/plan.h"

using namespace wick::tool;

namespace {

std::string get(const std::string& fields, const std::string& target = "/") {
  return "GET " + target + " HTTP/1.1\r\n" + fields + "\r\n";
}

/// serve.toml in a folder of its own.
Result<std::vector<Service>> read(const std::string& text) {
  char name[] = "/tmp/wick-serve-XXXXXX";
  const fs::path folder = mkdtemp(name);
  REQUIRE(write_file(folder / "serve.toml", text));
  auto services = read_services(folder / "serve.toml");
  std::error_code error;
  fs::remove_all(folder, error);
  return services;
}

std::string sentence_of(const std::string& text) {
  const auto services = read(text);
  REQUIRE_FALSE(services);
  return services.error().sentence;
}

}  // namespace

TEST_CASE("a head names its host when it is whole") {
  const std::string whole = get("Host: a.example\r\nAccept: */*\r\n");
  for (std::size_t length = 0; length < whole.size(); ++length)
    CHECK(read_head(whole.substr(0, length)).state == Head::State::unfinished);
  CHECK(read_head(whole).state == Head::State::read);
  CHECK(read_head(whole).host == "a.example");
  CHECK(read_head(whole + "body").host == "a.example");
}

TEST_CASE("hosts are compared in lower case, without port and last dot") {
  for (const char* text : {"a.example", "A.Example", "a.example:80", "a.example.", "a.example.:8080"})
    CHECK(plain_host(text) == "a.example");
  CHECK(plain_host("[FD00::1]:80") == "[fd00::1]");
  for (const char* text : {"", ".", ":80", "a b", "a/b", "[::1", "a:x", "a\x01", "[::1]x", "a:80:80"})
    CHECK(plain_host(text).empty());
  CHECK(plain_host(std::string(253, 'a')).size() == 253);
  CHECK(plain_host(std::string(254, 'a')).empty());
}

TEST_CASE("of two hosts the target's counts; two fields, none and none that is one are wrong") {
  CHECK(read_head(get("Host: b.example\r\n", "http://a.example:80/x")).host == "a.example");
  for (const std::string& head : {get(""), get("Host: a\r\nHost: a\r\n"), get("Host: a b\r\n"), get("Host:\r\n"),
                                  std::string("\x16\x03\x01\r\n\r\n"), std::string("GET / HTTP/2.0\r\nHost: a\r\n\r\n"),
                                  get("Host: a\r\n continued\r\n")})
    CHECK(read_head(head).state == Head::State::wrong);
}

TEST_CASE("a head has an end, or is wrong") {
  CHECK(read_head("GET / HTTP/1.1\r\nX: " + std::string(kLongestHead, 'y')).state == Head::State::wrong);
  CHECK(read_head(std::string(kLongestHead - 1, 'G')).state == Head::State::unfinished);
  std::string many;
  for (unsigned field = 0; field < 64; ++field) many += "A: b\r\n";
  CHECK(read_head(get(many + "Host: a\r\n")).state == Head::State::wrong);
}

TEST_CASE("places to listen at") {
  CHECK(parse_listen("8080")->host_port == 8080);
  CHECK(parse_listen("8080")->guest_port == 0);
  CHECK(parse_listen("8080:80")->guest_port == 80);
  CHECK(parse_listen("0.0.0.0:8080:80")->address == 0);
  for (const char* text : {"", "0", "x", "8080:", "8080/udp", "8080:80/udp", "65536"}) CHECK_FALSE(parse_listen(text));
  CHECK(parse_count("10", "copies", 10) == 10u);
  for (const char* text : {"", "0", "11", "1x", "-1"}) CHECK_FALSE(parse_count(text, "copies", 10));
}

TEST_CASE("a file of services") {
  const auto services = read(
      "[[appliance]]\nimage = \"http\"\nlisten = [\"8080\", \"8443:443\"]\ncopies = 2\n"
      "[[appliance]]\nname = \"two\"\nimage = \"/x/b.appliance\"\nlisten = [\"80\"]\nhosts = [\"A.example\", "
      "\"b.example\"]\n");
  REQUIRE(services);
  REQUIRE(services->size() == 2);
  CHECK((*services)[0].image.ends_with("/http"));
  CHECK((*services)[0].copies == 2);
  CHECK((*services)[0].entrances.size() == 2);
  CHECK((*services)[1].image == "/x/b.appliance");
  REQUIRE((*services)[1].entrances.size() == 2);
  CHECK((*services)[1].entrances[0].host == "a.example");
}

TEST_CASE("faults of a file of services have a sentence each") {
  const std::string image = "[[appliance]]\nimage = \"a\"\n", port = "listen = [\"80\"]\n";
  CHECK(sentence_of("") == "There is no appliance.");
  CHECK(sentence_of("[[appliance]]\n" + port) == "An appliance names its image.");
  CHECK(sentence_of(image) == "An appliance listens somewhere.");
  CHECK(sentence_of(image + "listen = [\"x\"]\n") == "\"x\" is no place to listen at.");
  CHECK(sentence_of(image + port + "hosts = [\"a b\"]\n") == "\"a b\" is no host name.");
  CHECK(sentence_of(image + port + "name = \"1\"\n") == "\"1\" is no name.");
  CHECK(sentence_of(image + port + "copies = 2\nhosts = [\"a\"]\n") == "Copies can't share a host name.");
  CHECK_FALSE(read(image + port + "copies = 0\n"));
  CHECK_FALSE(read(image + port + "other = 1\n"));
}

TEST_CASE("names and ports are there once") {
  const auto with = [](const std::string& name, std::uint16_t port, const std::string& host, unsigned copies = 1) {
    Entrance entrance;
    entrance.forward.host_port = port;
    entrance.host = host;
    return Service{"x", name, {entrance}, copies};
  };
  CHECK(check_services({with("a", 80, ""), with("b", 81, "")}));
  CHECK(check_services({with("a", 80, "a"), with("b", 80, "b")}));
  CHECK_FALSE(check_services({with("a", 80, ""), with("a", 81, "")}));
  CHECK_FALSE(check_services({with("a", 80, ""), with("b", 80, "")}));
  CHECK_FALSE(check_services({with("a", 80, "a"), with("b", 80, "")}));
  CHECK_FALSE(check_services({with("a", 80, "a"), with("b", 80, "a")}));
  CHECK_FALSE(check_services({with("a", 80, "", 10), with("b", 89, "")}));
  CHECK(check_services({with("a", 65'000, "", 536)}));
  CHECK_FALSE(check_services({with("a", 65'000, "", 537)}));
  CHECK(check_services({with("a", 80, "", 2), with("a-3", 90, "")}));
  CHECK_FALSE(check_services({with("a", 80, "", 2), with("a-2", 90, "")}));
  CHECK_FALSE(check_services({with("a-2", 90, ""), with("a", 80, "", 2)}));
}

TEST_CASE("who wants a port for this machine alone doesn't get it where strangers are") {
  const auto at = [](const std::string& name, std::uint32_t address) {
    Entrance entrance{{8080, 80, false, address}, name};
    return Service{"x", name, {entrance}};
  };
  constexpr std::uint32_t kAny = 0, kLoopback = 0x0100007f;
  CHECK(check_services({at("a", kAny), at("b", kAny)}));
  const auto mixed = check_services({at("a", kAny), at("b", kLoopback)});
  REQUIRE_FALSE(mixed);
  CHECK(mixed.error().sentence == "Port 8080 can't be shared between 0.0.0.0 and 127.0.0.1.");
  CHECK_FALSE(check_services({at("a", kLoopback), at("b", kAny)}));
}

TEST_CASE("files of an appliance stay in their folders, whatever an image calls itself") {
  for (const char* name : {"../a", "a/b", "", "1", "a\npid=1", ".warm-0", "a b"})
    CHECK_FALSE(check_services({Service{"x", name, {}}}));
  CHECK_FALSE(check_services({Service{"x", std::string(58, 'a'), {}}}));
  CHECK(check_services({Service{"x", std::string(57, 'a'), {}}}));
}

TEST_CASE("a histogram counts each value in all buckets that hold it") {
  Histogram histogram;
  for (const double value : {0.5, 2.0, 2.1, 9000.0}) histogram.add(value);
  const std::string text = histogram.text("wake");
  for (const char* line :
       {"wake_bucket{le=\"1\"} 1\n", "wake_bucket{le=\"2\"} 2\n", "wake_bucket{le=\"3\"} 3\n",
        "wake_bucket{le=\"5000\"} 3\n", "wake_bucket{le=\"+Inf\"} 4\n", "wake_sum 9004.6\n", "wake_count 4\n"})
    CHECK(text.contains(line));
}
