// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A debugger at the other end of a TCP connection of 127.0.0.1, for --gdb. The same for both machines: a breakpoint is
// an INT3 in the guest's code, a step is the trap flag, a watchpoint is a look at memory after each step: debug
// registers are a process's only by ptrace(), and a software KVM takes them without ever raising #DB. While the guest
// is stopped, its time goes on, its devices and its watchdog wait.

#include <memory>
#include <optional>

#include "monitor/debug/gdb_protocol.h"
#include "monitor/debug/observer.h"

namespace wick::monitor {

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

class GdbServer final : public Observer {
 public:
  GdbServer() : Observer({0, "gdb", "PORT", "wait for a debugger at this port of 127.0.0.1"}) {}

  Outcome take(const char* value) override;
  Outcome prepare() override;
  std::expected<bool, std::string> begin() override { return port_ != 0; }
  /// Returns when a debugger has connected.
  Outcome wait() override;
  bool wants_one_thread() const override { return port_ != 0; }
  void permit(Permissions& permissions) const override;

  int signal() const override;
  void signalled(std::uint64_t signals) override;
  bool kills() override;
  bool takes(const hv::Exit& exit) override;
  bool wants_guest() override { return attached() && wanted_ != 0; }
  void ended(int code) override;

 private:
  struct Breakpoint {
    std::uint64_t address;
    std::uint8_t original;
  };
  struct Watch {
    std::uint64_t address, length;
    std::uint64_t value;  ///< the bytes there as they were
  };

  bool attached() const { return connection_ >= 0; }
  bool steps() const { return stepping_ || watches_.count; }
  void stop(int signal, const char* why = "", std::uint64_t address = 0);
  void talk();
  std::optional<char> next_byte();
  void send(std::string_view bytes);
  void leave();
  Watch* changed();
  bool write(std::uint64_t address, std::span<const std::uint8_t> bytes);

  // gdb_commands.cpp. @return whether the guest goes on
  bool command(GdbWords words);
  bool resume(GdbWords words);
  void read_register(std::uint64_t number);
  bool write_register(GdbWords words);
  void read_memory(GdbWords words);
  bool write_memory(GdbWords words);
  bool set_point(GdbWords words, bool wanted);
  bool set_breakpoint(std::uint64_t address, bool wanted);
  bool set_watch(std::uint64_t address, std::uint64_t length, bool wanted);

  int port_ = 0;  ///< 0: no debugger is wanted
  int listener_ = -1, connection_ = -1, memory_file_ = -1;
  bool resumed_ = false;   ///< the debugger waits to hear of a stop
  bool stepping_ = false;  ///< it wants one step only
  bool delivers_ = false;  ///< it wants the guest to get the fault that stopped it
  bool killed_ = false, detaches_ = false;
  int wanted_ = 0;       ///< signal of a stop before the guest runs on; 0: none
  int stop_signal_ = 0;  ///< of the last stop
  /// Made for who wants a debugger only.
  std::unique_ptr<GdbReader> reader_;
  std::unique_ptr<GdbAnswer> answer_;
  GdbPoints<Breakpoint, 128> breakpoints_;
  GdbPoints<Watch, 8> watches_;
};

}  // namespace wick::monitor
