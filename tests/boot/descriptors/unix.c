// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Unix sockets: pairs of each type, names in a file system and without one, ends, room, files that are passed on.

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "check.h"
#include "parts.h"

static char bytes[300000];

static int state(int descriptor) {
  struct pollfd one = {.fd = descriptor, .events = POLLIN | POLLOUT | POLLRDHUP};
  CHECK(poll(&one, 1, 0) >= 0);
  return one.revents;
}

static void pairs(void) {
  int ends[2];
  char got[8];
  CHECK(socketpair(AF_INET, SOCK_STREAM, 0, ends) == -1 && errno == EOPNOTSUPP);
  CHECK(socketpair(AF_UNIX, SOCK_RAW + 77, 0, ends) == -1);
  CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0 && fcntl(ends[0], F_GETFD) == FD_CLOEXEC);
  struct stat kind;
  CHECK(fstat(ends[0], &kind) == 0 && S_ISSOCK(kind.st_mode));
  CHECK(state(ends[0]) == POLLOUT);
  CHECK(write(ends[0], "abc", 3) == 3 && write(ends[0], "def", 3) == 3 && state(ends[1]) == (POLLIN | POLLOUT));
  int count;
  CHECK(ioctl(ends[1], FIONREAD, &count) == 0 && count == 6);
  CHECK(recv(ends[1], got, 8, MSG_PEEK) == 6 && memcmp(got, "abcdef", 6) == 0);
  CHECK(read(ends[1], got, 4) == 4 && read(ends[1], got + 4, 4) == 2 && memcmp(got, "abcdef", 6) == 0);
  CHECK(recv(ends[1], got, 1, MSG_DONTWAIT) == -1 && errno == EAGAIN);
  // What is left behind in a closed end is a reset at the other.
  CHECK(write(ends[1], "x", 1) == 1 && close(ends[0]) == 0);
  CHECK(state(ends[1]) & POLLHUP);
  CHECK(read(ends[1], got, 1) == -1 && errno == ECONNRESET && read(ends[1], got, 1) == 0);
  CHECK(send(ends[1], "x", 1, MSG_NOSIGNAL) == -1 && errno == EPIPE && close(ends[1]) == 0);

  // Messages keep their bounds; what doesn't fit is cut off.
  for (int type = SOCK_DGRAM; type <= SOCK_SEQPACKET; type += SOCK_SEQPACKET - SOCK_DGRAM) {
    CHECK(socketpair(AF_UNIX, type, 0, ends) == 0);
    struct iovec piece = {got, 2};
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
    CHECK(send(ends[0], "abc", 3, 0) == 3 && send(ends[0], "", 0, 0) == 0 && send(ends[0], "de", 2, 0) == 2);
    CHECK(recvmsg(ends[1], &message, 0) == 2 && (message.msg_flags & MSG_TRUNC) && memcmp(got, "ab", 2) == 0);
    CHECK(recv(ends[1], got, 8, 0) == 0 && recv(ends[1], got, 1, MSG_TRUNC) == 2);
    CHECK(close(ends[0]) == 0);
    if (type == SOCK_SEQPACKET) {
      CHECK(read(ends[1], got, 1) == 0 && send(ends[1], "x", 1, MSG_NOSIGNAL) == -1 && errno == EPIPE);
    } else {
      CHECK(send(ends[1], "x", 1, 0) == -1 && errno == ECONNREFUSED);
    }
    CHECK(close(ends[1]) == 0);
  }
}

static void* read_all(void* end) {
  size_t sum = 0;
  ssize_t got;
  static char to[5000];
  while ((got = read(*(int*)end, to, sizeof(to))) > 0) sum += (size_t)got;
  CHECK(got == 0 && sum == sizeof(bytes));
  return NULL;
}

static void room_and_ends(void) {
  int ends[2];
  char got[4];
  pthread_t reader;
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
  CHECK(pthread_create(&reader, NULL, read_all, &ends[1]) == 0);
  CHECK(write(ends[0], bytes, sizeof(bytes)) == sizeof(bytes));
  CHECK(shutdown(ends[0], SHUT_WR) == 0 && pthread_join(reader, NULL) == 0);
  CHECK(state(ends[1]) == (POLLIN | POLLOUT | POLLRDHUP));
  CHECK(write(ends[1], "back", 4) == 4 && recv(ends[0], got, 4, MSG_WAITALL) == 4 && memcmp(got, "back", 4) == 0);
  CHECK(send(ends[0], "x", 1, MSG_NOSIGNAL) == -1 && errno == EPIPE);
  CHECK(fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0);
  while (write(ends[1], bytes, 4096) > 0) {
  }
  CHECK(errno == EAGAIN && !(state(ends[1]) & POLLOUT));
  struct timeval limit = {.tv_usec = 20000};
  CHECK(fcntl(ends[1], F_SETFL, 0) == 0 && setsockopt(ends[1], SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) == 0);
  CHECK(write(ends[1], bytes, 4096) == -1 && errno == EAGAIN);
  while (recv(ends[0], bytes, sizeof(bytes), MSG_DONTWAIT) > 0) {
  }
  CHECK(state(ends[1]) & POLLOUT);
  CHECK(close(ends[0]) == 0 && close(ends[1]) == 0);
}

static socklen_t name(struct sockaddr_un* to, const char* path) {
  *to = (struct sockaddr_un){.sun_family = AF_UNIX};
  if (path[0] == '@') {
    memcpy(to->sun_path + 1, path + 1, strlen(path) - 1);
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
  }
  strcpy(to->sun_path, path);
  return sizeof(*to);
}

static void named_streams(const char* path, int type) {
  struct sockaddr_un address, told;
  socklen_t length = name(&address, path), told_length = sizeof(told);
  int listener = socket(AF_UNIX, type, 0), client = socket(AF_UNIX, type | SOCK_NONBLOCK, 0);
  CHECK(state(client) == (POLLOUT | POLLHUP));
  CHECK(connect(client, (struct sockaddr*)&address, length) == -1 && errno == (path[0] == '@' ? ECONNREFUSED : ENOENT));
  CHECK(listen(listener, 1) == -1 && errno == EINVAL);
  CHECK(bind(listener, (struct sockaddr*)&address, length) == 0);
  int other = socket(AF_UNIX, type, 0);
  CHECK(bind(other, (struct sockaddr*)&address, length) == -1 && errno == EADDRINUSE && close(other) == 0);
  CHECK(connect(client, (struct sockaddr*)&address, length) == -1 && errno == ECONNREFUSED);
  CHECK(listen(listener, 0) == 0 && state(listener) == 0);
  int on = 0;
  socklen_t size = sizeof(on);
  CHECK(getsockopt(listener, SOL_SOCKET, SO_ACCEPTCONN, &on, &size) == 0 && on == 1);
  CHECK(connect(client, (struct sockaddr*)&address, length) == 0 && state(listener) == POLLIN);
  int late = socket(AF_UNIX, type | SOCK_NONBLOCK, 0);
  CHECK(connect(late, (struct sockaddr*)&address, length) == -1 && errno == EAGAIN);
  int server = accept(listener, (struct sockaddr*)&told, &told_length);
  CHECK(server >= 0 && told_length == offsetof(struct sockaddr_un, sun_path) && told.sun_family == AF_UNIX);
  CHECK(connect(client, (struct sockaddr*)&address, length) == -1 && errno == EISCONN);
  CHECK(connect(late, (struct sockaddr*)&address, length) == 0);
  told_length = sizeof(told);
  CHECK(getpeername(client, (struct sockaddr*)&told, &told_length) == 0);
  CHECK(memcmp(told.sun_path + 1, address.sun_path + 1, strlen(path) - 1) == 0);
  struct ucred who;
  size = sizeof(who);
  CHECK(getsockopt(client, SOL_SOCKET, SO_PEERCRED, &who, &size) == 0 && who.pid == getpid() && size == sizeof(who));
  CHECK(write(client, "abc", 3) == 3 && read(server, bytes, 10) == 3);
  CHECK(close(listener) == 0);
  CHECK(recv(late, bytes, 1, 0) == -1 && errno == ECONNRESET && close(late) == 0);
  CHECK(close(client) == 0 && read(server, bytes, 1) == 0 && close(server) == 0);
  if (path[0] == '@') return;
  struct stat node;
  CHECK(stat(path, &node) == 0 && S_ISSOCK(node.st_mode) && open(path, O_RDWR) == -1 && errno == ENXIO);
  client = socket(AF_UNIX, type, 0);
  CHECK(connect(client, (struct sockaddr*)&address, length) == -1 && errno == ECONNREFUSED && close(client) == 0);
  CHECK(unlink(path) == 0);
}

static void named_datagrams(void) {
  struct sockaddr_un one_name, other_name, told;
  socklen_t one_length = name(&one_name, "/tmp/one"), other_length = name(&other_name, "@other"), length = sizeof(told);
  int one = socket(AF_UNIX, SOCK_DGRAM, 0), other = socket(AF_UNIX, SOCK_DGRAM, 0);
  CHECK(send(one, "x", 1, 0) == -1 && errno == ENOTCONN);
  CHECK(bind(one, (struct sockaddr*)&one_name, one_length) == 0);
  CHECK(bind(other, (struct sockaddr*)&other_name, other_length) == 0);
  CHECK(sendto(one, "to other", 8, 0, (struct sockaddr*)&other_name, other_length) == 8);
  CHECK(recvfrom(other, bytes, 20, 0, (struct sockaddr*)&told, &length) == 8 && strcmp(told.sun_path, "/tmp/one") == 0);
  CHECK(connect(other, (struct sockaddr*)&told, length) == 0 && send(other, "back", 4, 0) == 4);
  length = sizeof(told);
  CHECK(recvfrom(one, bytes, 20, 0, (struct sockaddr*)&told, &length) == 4 && length == other_length);
  int third = socket(AF_UNIX, SOCK_DGRAM, 0), stream = socket(AF_UNIX, SOCK_STREAM, 0);
  CHECK(sendto(third, "x", 1, 0, (struct sockaddr*)&other_name, other_length) == -1 && errno == EPERM);
  CHECK(connect(stream, (struct sockaddr*)&one_name, one_length) == -1 && errno == EPROTOTYPE);
  // Linux names who binds to nothing in particular.
  sa_family_t family = AF_UNIX;
  length = sizeof(told);
  CHECK(bind(third, (struct sockaddr*)&family, sizeof(family)) == 0);
  CHECK(getsockname(third, (struct sockaddr*)&told, &length) == 0 &&
        length == offsetof(struct sockaddr_un, sun_path) + 6);
  CHECK(close(one) == 0 && close(other) == 0 && close(third) == 0 && close(stream) == 0 && unlink("/tmp/one") == 0);
}

static void files(void) {
  int ends[2], pipes[2];
  union {
    struct cmsghdr header;
    char room[CMSG_SPACE(2 * sizeof(int))];
  } control;
  struct iovec piece = {"data", 4};
  struct msghdr message = {
      .msg_iov = &piece, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)};
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0 && pipe(pipes) == 0);
  control.header =
      (struct cmsghdr){.cmsg_len = CMSG_LEN(2 * sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
  memcpy(CMSG_DATA(&control.header), pipes, sizeof(pipes));
  CHECK(sendmsg(ends[0], &message, 0) == 4 && write(ends[0], "more", 4) == 4);
  CHECK(close(pipes[0]) == 0 && close(pipes[1]) == 0);
  int wrong = 99;
  memcpy(CMSG_DATA(&control.header), &wrong, sizeof(wrong));
  CHECK(sendmsg(ends[0], &message, 0) == -1 && errno == EBADF);
  // The pipe lives on in the message, which ends what one call reads.
  memset(&control, 0, sizeof(control));
  piece = (struct iovec){bytes, sizeof(bytes)};
  message.msg_controllen = sizeof(control);
  CHECK(recvmsg(ends[1], &message, MSG_CMSG_CLOEXEC) == 4 && message.msg_controllen == sizeof(control));
  struct cmsghdr* header = CMSG_FIRSTHDR(&message);
  CHECK(header != NULL && header->cmsg_type == SCM_RIGHTS && header->cmsg_len == CMSG_LEN(2 * sizeof(int)));
  CHECK(CMSG_NXTHDR(&message, header) == NULL && !(message.msg_flags & MSG_CTRUNC));
  memcpy(pipes, CMSG_DATA(header), sizeof(pipes));
  CHECK(fcntl(pipes[0], F_GETFD) == FD_CLOEXEC && write(pipes[1], "x", 1) == 1 && read(pipes[0], bytes, 2) == 1);
  message.msg_controllen = sizeof(control);
  CHECK(recvmsg(ends[1], &message, 0) == 4 && message.msg_controllen == 0);

  // No room for them: they are closed, and the reader is told.
  header->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(header), &pipes[1], sizeof(int));
  message.msg_controllen = CMSG_SPACE(sizeof(int));
  piece.iov_len = 1;
  CHECK(sendmsg(ends[0], &message, 0) == 1 && close(pipes[1]) == 0 && read(ends[1], bytes, 1) == 1);
  CHECK(read(pipes[0], bytes, 1) == 0 && close(pipes[0]) == 0);

  struct mmsghdr several[3];
  struct iovec pieces[3] = {{"a", 1}, {"bc", 2}, {"def", 3}};
  for (int i = 0; i < 3; i++) several[i].msg_hdr = (struct msghdr){.msg_iov = &pieces[i], .msg_iovlen = 1};
  CHECK(close(ends[0]) == 0 && close(ends[1]) == 0 && socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) == 0);
  CHECK(sendmmsg(ends[0], several, 3, 0) == 3 && several[2].msg_len == 3);
  for (int i = 0; i < 3; i++) pieces[i] = (struct iovec){bytes + 10 * i, 10};
  CHECK(recvmmsg(ends[1], several, 3, MSG_WAITFORONE, NULL) == 3 && several[1].msg_len == 2);
  CHECK(memcmp(bytes + 20, "def", 3) == 0 && close(ends[0]) == 0 && close(ends[1]) == 0);
}

// From a file that is written and from one that is embedded, into a connection and into a pipe.
static void sent_files(void) {
  const char* const paths[] = {"/tmp/sent", "/etc/hosts"};
  int made = open(paths[0], O_RDWR | O_CREAT, 0600), ends[2], pipes[2];
  for (int i = 0; i < 30000; i++) bytes[i] = (char)(i * 7);
  CHECK(made >= 0 && write(made, bytes, 30000) == 30000 && close(made) == 0 && pipe(pipes) == 0);
  connect_pair(ends);
  for (int i = 0; i < 2; i++) {
    static char wanted[40000], got[40000];
    int from = open(paths[i], O_RDONLY);
    off_t offset = 3;
    ssize_t size = pread(from, wanted, sizeof(wanted), 0), sent = sendfile(ends[0], from, NULL, 100000);
    CHECK(size > 20 && sent == size && lseek(from, 0, SEEK_CUR) == size);
    CHECK(recv(ends[1], got, (size_t)size, MSG_WAITALL) == size && memcmp(got, wanted, (size_t)size) == 0);
    CHECK(sendfile(ends[0], from, NULL, 5) == 0);
    CHECK(sendfile(pipes[1], from, &offset, 10) == 10 && offset == 13 && lseek(from, 0, SEEK_CUR) == size);
    CHECK(read(pipes[0], got, 20) == 10 && memcmp(got, wanted + 3, 10) == 0);
    CHECK(sendfile(from, from, NULL, 5) == -1 && errno == EBADF && close(from) == 0);
  }
  CHECK(sendfile(ends[0], 99, NULL, 1) == -1 && errno == EBADF && unlink(paths[0]) == 0);
  CHECK(close(ends[0]) == 0 && close(ends[1]) == 0 && close(pipes[0]) == 0 && close(pipes[1]) == 0);
}

void unix_sockets(void) {
  pairs();
  room_and_ends();
  named_streams("/tmp/socket", SOCK_STREAM);
  named_streams("/tmp/socket", SOCK_SEQPACKET);
  named_streams("@abstract", SOCK_STREAM);
  named_datagrams();
  files();
  sent_files();
}
