// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A debugger at the other end of a TCP connection of 127.0.0.1, for --gdb. The same for both machines: a breakpoint is
// an INT3 in the guest's code, a step is the trap flag, a watchpoint is a look at memory after each step: debug
// registers are a process's only by ptrace(), and a software KVM takes them without ever raising #DB. While the guest
// is stopped, its time goes on, its devices and its watchdog wait.

#include <expected>
#include <optional>
#include <string>

#include "guest/vcpu.h"
#include "monitor/debug/gdb_protocol.h"

namespace wick::monitor {

struct Appliance;

/// How a crash is told to a debugger, here and in a core file: numbers that are the same for GDB and Linux.
int crash_signal(CrashCause cause, std::uint32_t vector);

/// Addresses that the debugger has set something at.
template <typename T, unsigned N>
struct GdbPoints {
  T items[N];
  unsigned count = 0;

  T* begin() { return items; }
  T* end() { return items + count; }
  T* find(std::uint64_t address) {
    for (T& item : *this)
      if (item.address == address) return &item;
    return nullptr;
  }
  bool add(const T& item) {
    if (count == N) return false;
    items[count++] = item;
    return true;
  }
  void remove(T* item) { *item = items[--count]; }
};

class GdbServer {
 public:
  /// @return what is wrong in one sentence
  std::expected<void, std::string> open(int port);
  /// Returns when a debugger has connected.
  std::expected<void, std::string> wait();
  bool attached() const { return connection_ >= 0; }

  // What the jail must let through; -1: nothing.
  int connection() const { return connection_; }
  int memory_file() const { return memory_file_; }

  /// Stops the guest where somebody has asked for it. @return false when the debugger has killed it
  bool before_run(Appliance& appliance);
  /// Shows what the debugger wants to see. @return whether the exit was for the debugger alone
  bool takes(Appliance& appliance, const hv::Exit& exit);
  /// For signal handlers: the connection has something.
  void arrived() { arrived_ = 1; }
  /// Whether the debugger wants a running guest to stop.
  bool interrupted();
  void ended(int code);

 private:
  struct Breakpoint {
    std::uint64_t address;
    std::uint8_t original;
  };
  struct Watch {
    std::uint64_t address, length;
    std::uint64_t value;  ///< the bytes there as they were
  };

  bool steps() const { return stepping_ || watches_.count; }
  void stop(Appliance& a, int signal, const char* why = "", std::uint64_t address = 0);
  void talk(Appliance& a);
  std::optional<char> next_byte();
  void send(std::string_view bytes);
  void leave();
  Watch* changed();
  bool write(std::uint64_t address, std::span<const std::uint8_t> bytes);

  // gdb_commands.cpp. @return whether the guest goes on
  bool command(Appliance& a, GdbWords words);
  bool resume(GdbWords words);
  void read_register(Appliance& a, std::uint64_t number);
  bool write_register(Appliance& a, GdbWords words);
  void read_memory(Appliance& a, GdbWords words);
  bool write_memory(Appliance& a, GdbWords words);
  bool set_point(Appliance& a, GdbWords words, bool wanted);
  bool set_breakpoint(std::uint64_t address, bool wanted);
  bool set_watch(Appliance& a, std::uint64_t address, std::uint64_t length, bool wanted);

  int listener_ = -1, connection_ = -1, memory_file_ = -1;
  volatile int arrived_ = 0;
  bool resumed_ = false;   ///< the debugger waits to hear of a stop
  bool stepping_ = false;  ///< it wants one step only
  bool delivers_ = false;  ///< it wants the guest to get the fault that stopped it
  bool killed_ = false, detaches_ = false;
  int wanted_ = 0;       ///< signal of a stop before the guest runs on; 0: none
  int stop_signal_ = 0;  ///< of the last stop
  GdbReader reader_;
  GdbAnswer answer_;
  GdbPoints<Breakpoint, 128> breakpoints_;
  GdbPoints<Watch, 8> watches_;
};

}  // namespace wick::monitor
