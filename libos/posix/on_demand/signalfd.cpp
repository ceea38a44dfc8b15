// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// <sys/signalfd.h>: blocked signals, read from a descriptor instead of handled.

#include <sys/signalfd.h>

#include <cstdlib>
#include <cstring>

#include "posix/on_demand/anonymous.h"
#include "posix/result.h"
#include "posix/signals.h"
#include "sched/thread.h"

using namespace wick;

namespace {

static_assert(sizeof(signalfd_siginfo) == 128);

class SignalFile final : public posix::Anonymous {
 public:
  explicit SignalFile(sigset_t mask) : mask_(mask), next_(all) {
    kind = fs::FileKind::signals;
    all = this;
    posix::signal_arrived = came;
  }

  fs::Outcome read(void* to, std::size_t bytes) override {
    if (bytes < sizeof(signalfd_siginfo)) return -EINVAL;
    std::size_t done = 0;
    siginfo_t taken;
    while (done == 0) {
      for (; done + sizeof(signalfd_siginfo) <= bytes && posix::take_pending(mask_, taken);
           done += sizeof(signalfd_siginfo)) {
        const signalfd_siginfo told = tell_of(taken);
        std::memcpy(static_cast<char*>(to) + done, &told, sizeof(told));
      }
      if (done != 0) break;
      if (flags & O_NONBLOCK) return -EAGAIN;
      if (posix::signal_arrivals().wait_for_call() == sched::Woken::by_interruption) return fs::kInterrupted;
    }
    return static_cast<fs::Outcome>(done);
  }

  short poll() override { return posix::pending(mask_) ? POLLIN : 0; }

  void watch_for(sigset_t mask) {
    mask_ = mask;
    posix::signal_arrivals().wake_all();
    if (poll() != 0) tell(POLLIN);
  }

  void destroy() override {
    SignalFile** place = &all;
    while (*place != this) place = &(*place)->next_;
    *place = next_;
    std::free(this);
  }

 private:
  /// Within the guard of whoever posts it. The signal may be for another thread: each watcher looks for itself.
  static void came() {
    for (SignalFile* file = all; file; file = file->next_) file->tell(POLLIN);
  }

  static signalfd_siginfo tell_of(const siginfo_t& signal) {
    signalfd_siginfo told{};
    told.ssi_signo = static_cast<std::uint32_t>(signal.si_signo);
    told.ssi_code = signal.si_code;
    told.ssi_pid = static_cast<std::uint32_t>(signal.si_pid);
    told.ssi_uid = static_cast<std::uint32_t>(signal.si_uid);
    told.ssi_status = signal.si_status;
    told.ssi_int = signal.si_value.sival_int;
    told.ssi_ptr = reinterpret_cast<std::uintptr_t>(signal.si_value.sival_ptr);
    return told;
  }

  static inline constinit SignalFile* all = nullptr;
  sigset_t mask_;
  SignalFile* next_;
};

}  // namespace

extern "C" int signalfd(int descriptor, const sigset_t* mask, int flags) {
  if (flags & ~(SFD_NONBLOCK | SFD_CLOEXEC)) return posix::int_result(-EINVAL);
  if (!mask) return posix::int_result(-EFAULT);
  if (descriptor == -1) return posix::make_anonymous<SignalFile>(flags, *mask);
  return static_cast<int>(posix::on_file(descriptor, [=](fs::FileOperations& file) -> fs::Outcome {
    if (file.kind != fs::FileKind::signals) return -EINVAL;
    static_cast<SignalFile&>(file).watch_for(*mask);
    return descriptor;
  }));
}
