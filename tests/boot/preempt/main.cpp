// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "check.h"
#include "priorities.h"
#include "registers.h"

using namespace std::chrono_literals;

namespace {

std::atomic<bool> done = false;

/// Runs each of them at once, none of which waits, until there is enough; the first thread doesn't wait either.
template <typename Enough, typename... Work>
void together(Enough enough, Work... work) {
  done = false;
  std::vector<std::thread> threads;
  (threads.emplace_back(work), ...);
  while (!enough()) {
  }
  done = true;
  for (std::thread& thread : threads) thread.join();
}

void counters() {
  std::atomic<unsigned> turns[2] = {0, 0};
  std::atomic<int> last = -1;
  const auto count = [&](int who) {
    while (!done) turns[who] += last.exchange(who) != who;
  };
  together([&] { return turns[0] > 10 && turns[1] > 10; }, [&] { count(0); }, [&] { count(1); });
}

/// A thread that waits goes on in time though others spin.
void sleeper() {
  std::atomic<unsigned> woken = 0;
  together([&] { return woken >= 10; },
           [&] {
             while (!done) {
               std::this_thread::sleep_for(1ms);
               woken++;
             }
           },
           [] {
             while (!done) {
             }
           });
}

void registers_survive() {
  constexpr unsigned kRounds = 50;
  std::atomic<unsigned long> rounds[2] = {0, 0}, wrong = 0;
  const auto hold = [&](int which) {
    while (!done) {
      wrong += registers_changed(which);
      rounds[which]++;
    }
  };
  together([&] { return rounds[0] >= kRounds && rounds[1] >= kRounds; }, [&] { hold(0); }, [&] { hold(1); });
  CHECK(wrong == 0);
}

void allocate(unsigned seed) {
  std::map<unsigned, std::string> kept;
  for (unsigned i = 0; !done; i++) {
    seed = seed * 1664525 + 1013904223;
    const unsigned place = seed >> 24;
    std::string& text = kept[place];
    for (const char letter : text) CHECK(letter == static_cast<char>('a' + place % 26));
    text.assign(seed >> 8 & 1023, static_cast<char>('a' + place % 26));
    if (i % 7 == 0) kept.erase(place);
  }
}

/// Bytes arrive in order and none is lost, while other threads open, write and remove files.
void files_and_pipes() {
  int ends[2];
  CHECK(pipe(ends) == 0);
  unsigned long sent = 0, received = 0;
  std::atomic<unsigned> files[2] = {0, 0};
  const auto file = [&](const char* name, int who) {
    char text[64];
    for (unsigned i = 0; !done; i++, files[who]++) {
      const int length = snprintf(text, sizeof text, "%s %u", name, i);
      const int descriptor = open(name, O_RDWR | O_CREAT | O_TRUNC, 0644);
      CHECK(descriptor >= 0);
      CHECK(write(descriptor, text, static_cast<size_t>(length)) == length);
      char back[64] = {};
      CHECK(pread(descriptor, back, sizeof back, 0) == length && strcmp(back, text) == 0);
      CHECK(close(descriptor) == 0);
      if (i % 3 == 0) CHECK(unlink(name) == 0);
    }
  };
  together([&] { return files[0] > 2000 && files[1] > 2000; },
           [&] {
             for (unsigned char byte = 0; !done; byte++, sent++) CHECK(write(ends[1], &byte, 1) == 1);
             close(ends[1]);
           },
           [&] {
             unsigned char bytes[64], next = 0;
             for (ssize_t count; (count = read(ends[0], bytes, sizeof bytes)) > 0;) {
               for (ssize_t i = 0; i < count; i++) CHECK(bytes[i] == next++);
               received += static_cast<unsigned long>(count);
             }
             close(ends[0]);
           },
           [&] { file("/tmp/one", 0); }, [&] { file("/tmp/two", 1); }, [] { allocate(1); }, [] { allocate(2); });
  CHECK(sent > 0 && sent == received);
}

/// Lines of one stream stay whole.
void streams() {
  FILE* shared = fopen("/tmp/lines", "w+");
  CHECK(shared);
  std::atomic<unsigned> printed[2] = {0, 0};
  const auto print = [&](int who) {
    for (; !done; printed[who]++)
      fprintf(shared, "%d %s\n", who, who ? "the second thread's line" : "the first thread's line");
  };
  together([&] { return printed[0] > 2000 && printed[1] > 2000; }, [&] { print(0); }, [&] { print(1); });
  rewind(shared);
  char line[64];
  unsigned lines[2] = {};
  while (fgets(line, sizeof line, shared)) {
    const int who = line[0] - '0';
    CHECK(who == 0 || who == 1);
    CHECK(strcmp(line + 2, who ? "the second thread's line\n" : "the first thread's line\n") == 0);
    lines[who]++;
  }
  CHECK(lines[0] == printed[0] && lines[1] == printed[1]);
  fclose(shared);
}

}  // namespace

int main() {
  counters();
  sleeper();
  registers_survive();
  files_and_pipes();
  streams();
  priorities();
  return success();
}
