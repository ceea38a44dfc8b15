// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wick/checkpoint.h>

#include <cstdint>
#include <string>

#include "check.h"

namespace {

constexpr unsigned kLives = 4;

std::string name_of(unsigned life) { return "/data/life " + std::to_string(life); }

void put(const std::string& path, const std::string& text) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  CHECK(file >= 0 && write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  CHECK(fsync(file) == 0 && close(file) == 0);
}

void expect(const std::string& path, const std::string& text) {
  std::string found(text.size() + 1, '\0');
  const int file = open(path.c_str(), O_RDONLY);
  CHECK(file >= 0 && read(file, found.data(), found.size()) == static_cast<ssize_t>(text.size()));
  CHECK(found.substr(0, text.size()) == text && close(file) == 0);
}

}  // namespace

int main() {
  const std::string text(50'000, 'x');
  put("/data/before", text);
  put("/data/kept", "kept");
  const int kept = open("/data/kept", O_RDWR);
  CHECK(kept >= 0);
  const std::int64_t returned = wick_checkpoint();
  CHECK(returned >= 0);

  const auto life = static_cast<unsigned>(returned);
  char byte;
  struct stat found;
  expect("/data/before", text);
  for (unsigned past = 0; past < life; past++) expect(name_of(past), text.substr(past));
  CHECK(stat("/data/never synced", &found) == -1 && errno == ENOENT);
  CHECK(pread(kept, &byte, 1, static_cast<off_t>(life)) == 1 && byte == "kept"[life]);
  put(name_of(life), text.substr(life));
  if (life + 1 == kLives) return success();

  const int lost = open("/data/never synced", O_WRONLY | O_CREAT, 0600);
  CHECK(lost >= 0 && write(lost, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  *reinterpret_cast<volatile char*>(std::size_t{16}) = text[0];
  return 1;
}
