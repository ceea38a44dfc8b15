// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// What stands in the files below /proc: what programs written for Linux read there, of the one process, its memory and
// the machine. Fields that nobody here accounts for are 0, as Linux shows them to strangers.

#include "fs/proc/texts.h"

#include <time.h>
#include <unistd.h>

#include <cstdio>

#include "boot/boot_info.h"
#include "boot/config.h"
#include "memory/heap.h"
#include "sched/thread.h"
#include "time/clock.h"
#include "wick/memory.h"

extern "C" const char wick_image_start[], wick_stack_top[];

namespace wick::fs::proc {

namespace {

unsigned long long kib(std::uint64_t bytes) { return bytes / 1024; }
unsigned long long used() { return memory::statistics().used; }
/// What the image takes and what the allocator holds, free blocks included.
unsigned long long image() { return static_cast<unsigned long long>(wick_stack_top - wick_image_start); }
unsigned long long resident() { return image() + memory::the_heap.grown(); }
unsigned long long whole() { return memory::the_heap.size(); }
int name_length(std::string_view name) { return static_cast<int>(name.size() < 15 ? name.size() : 15); }

int stat(char* to, std::size_t room) {
  const std::string_view name = config::get("name");
  const unsigned long long ticks = raw(time::now()) / (time::kSecond / CLOCKS_PER_SEC);
  return std::snprintf(to, room,
                       "%d (%.*s) R 0 1 1 0 -1 0 0 0 0 0 %llu 0 0 0 20 0 %llu 0 0 %llu %llu 18446744073709551615 0 0 0 "
                       "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 "
                       "0 0 0 0 0 0 0 0 0\n",
                       getpid(), name_length(name), name.data(), ticks,
                       static_cast<unsigned long long>(sched::statistics().threads), image() + whole(),
                       resident() / kPage);
}

int statm(char* to, std::size_t room) {
  return std::snprintf(to, room, "%llu %llu 0 0 0 %llu 0\n", (image() + whole()) / kPage, resident() / kPage,
                       resident() / kPage);
}

int status(char* to, std::size_t room) {
  const std::string_view name = config::get("name");
  return std::snprintf(
      to, room,
      "Name:\t%.*s\nState:\tR (running)\nTgid:\t%d\nPid:\t%d\nPPid:\t0\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\n"
      "VmPeak:\t%llu kB\nVmSize:\t%llu kB\nVmHWM:\t%llu kB\nVmRSS:\t%llu kB\nThreads:\t%llu\n",
      name_length(name), name.data(), getpid(), getpid(), kib(image() + whole()), kib(image() + whole()),
      kib(resident()), kib(resident()), static_cast<unsigned long long>(sched::statistics().threads));
}

int comm(char* to, std::size_t room) {
  const std::string_view name = config::get("name");
  return std::snprintf(to, room, "%.*s\n", name_length(name), name.data());
}

int command_line(char* to, std::size_t room) {
  const std::string_view name = config::get("name");
  return std::snprintf(to, room, "%.*s", static_cast<int>(name.size()), name.data()) +
         1;  // each argument ends with a zero
}

int memory_information(char* to, std::size_t room) {
  return std::snprintf(
      to, room,
      "MemTotal:       %8llu kB\nMemFree:        %8llu kB\nMemAvailable:   %8llu kB\nBuffers:        %8d kB\n"
      "Cached:         %8d kB\nSwapTotal:      %8d kB\nSwapFree:       %8d kB\n",
      kib(whole()), kib(whole() - used()), kib(whole() - used()), 0, 0, 0, 0);
}

int uptime(char* to, std::size_t room) {
  const std::uint64_t centiseconds = raw(time::now()) / (time::kSecond / 100);
  return std::snprintf(to, room, "%llu.%02llu 0.00\n", static_cast<unsigned long long>(centiseconds / 100),
                       static_cast<unsigned long long>(centiseconds % 100));
}

int load(char* to, std::size_t room) { return std::snprintf(to, room, "0.00 0.00 0.00 1/1 %d\n", getpid()); }

int processors(char* to, std::size_t room) {
  int length = 0;
  for (unsigned i = 0; i < boot::facts().platform.vcpus && static_cast<std::size_t>(length) < room; i++)
    length += std::snprintf(to + length, room - static_cast<std::size_t>(length), "processor\t: %u\n\n", i);
  return length;
}

int host_name(char* to, std::size_t room) {
  char name[256];
  if (gethostname(name, sizeof name) != 0) name[0] = '\0';
  return std::snprintf(to, room, "%s\n", name);
}

template <int kValue>
int number(char* to, std::size_t room) {
  return std::snprintf(to, room, "%d\n", kValue);
}

constexpr Text kTexts[] = {
    {"/proc/cpuinfo", processors},
    {"/proc/loadavg", load},
    {"/proc/meminfo", memory_information},
    {"/proc/self/cmdline", command_line},
    {"/proc/self/comm", comm},
    {"/proc/self/stat", stat},
    {"/proc/self/statm", statm},
    {"/proc/self/status", status},
    {"/proc/sys/kernel/hostname", host_name},
    {"/proc/sys/kernel/pid_max", number<2>},
    {"/proc/sys/net/core/somaxconn", number<4096>},
    {"/proc/sys/vm/overcommit_memory", number<2>},
    {"/proc/uptime", uptime},
};

}  // namespace

std::span<const Text> texts() { return kTexts; }

}  // namespace wick::fs::proc
