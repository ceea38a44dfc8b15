// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// sendfile(): embedded files go out from where they lie, others by a buffer.

#include <sys/sendfile.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "net/sockets/socket.h"
#include "posix/result.h"

using namespace wick;

namespace {

constexpr std::size_t kBuffer = 16 * 1024;
constexpr std::size_t kMost = 0x7ffff000;  // at a time, as on Linux

fs::Outcome put_constant(fs::FileOperations& to, const void* bytes, std::size_t count) {
  if (to.kind != fs::FileKind::socket) return to.write(bytes, count);
  iovec piece{const_cast<void*>(bytes), count};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  return static_cast<net::Socket&>(to).send(message, net::kStays);
}

fs::Outcome put_read(fs::FileOperations& to, fs::FileOperations& from, std::uint64_t start, std::size_t count) {
  auto* const buffer = static_cast<char*>(std::malloc(std::min(count, kBuffer)));
  if (!buffer) return -ENOMEM;
  std::size_t done = 0;
  fs::Outcome outcome = 0;
  while (done < count) {
    const std::size_t step = std::min(count - done, kBuffer);
    outcome = from.read_at(buffer, step, start + done);
    if (outcome <= 0) break;
    const auto got = static_cast<std::size_t>(outcome);
    outcome = to.write(buffer, got);
    if (outcome < 0) break;
    done += static_cast<std::size_t>(outcome);
    if (static_cast<std::size_t>(outcome) < got) break;
  }
  std::free(buffer);
  return done != 0 ? static_cast<fs::Outcome>(done) : outcome;
}

fs::Outcome copy(fs::FileOperations& to, fs::FileOperations& from, off_t* offset, std::size_t count) {
  struct stat size;
  if (!posix::readable(from) || !posix::writable(to)) return -EBADF;
  if (const fs::Outcome wrong = from.stat(size)) return wrong;
  if (!S_ISREG(size.st_mode) && !S_ISBLK(size.st_mode)) return -EINVAL;
  const fs::Outcome start = offset ? *offset : from.seek(0, SEEK_CUR);
  if (start < 0) return offset ? -EINVAL : start;
  count = std::min(count, kMost);
  fs::Outcome done;
  if (const auto* const bytes = static_cast<const char*>(from.content())) {
    const off_t left = std::max<off_t>(size.st_size - start, 0);
    count = std::min(count, static_cast<std::size_t>(left));
    done = count != 0 ? put_constant(to, bytes + start, count) : 0;
  } else {
    done = put_read(to, from, static_cast<std::uint64_t>(start), count);
  }
  if (done <= 0) return done;
  if (offset) {
    *offset = start + done;
  } else {
    (void)from.seek(start + done, SEEK_SET);
  }
  return done;
}

}  // namespace

extern "C" ssize_t sendfile(int to, int from, off_t* offset, size_t bytes) {
  return posix::on_file(to, [=](fs::FileOperations& target) -> fs::Outcome {
    const sched::Guard network(sched::State::network);
    const fs::FileReference source = fs::lookup(from);
    return source ? copy(target, *source, offset, bytes) : -EBADF;
  });
}
