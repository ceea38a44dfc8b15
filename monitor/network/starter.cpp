// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/network/starter.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "monitor/jail/inherited.h"
#include "monitor/network/process.h"
#include "monitor/network/user_network.h"

namespace wick::monitor {
namespace {

/// The files of a request: frames' socket, what errors go to, rings.
struct Files {
  int frames, errors, rings;
};
static_assert(sizeof(Files) == 3 * sizeof(int));

union Control {
  cmsghdr head;
  char bytes[CMSG_SPACE(sizeof(Files))];
};

constexpr std::size_t kMostText = 64 << 10;  ///< more than any command line's settings of a network

msghdr message_of(iovec& text, Control& control) {
  msghdr message{};
  message.msg_iov = &text;
  message.msg_iovlen = 1;
  message.msg_control = &control;
  message.msg_controllen = sizeof control;
  return message;
}

/// @param text words with a 0 behind each  @return its length; 0: nobody asks any more, or it is no request
std::size_t take_request(int requests, char (&text)[kMostText], Files& files) {
  Control control{};
  iovec piece{text, sizeof text};
  auto message = message_of(piece, control);
  ssize_t length;
  do {
    length = recvmsg(requests, &message, MSG_CMSG_CLOEXEC);
  } while (length < 0 && errno == EINTR);
  const auto* head = CMSG_FIRSTHDR(&message);
  if (length <= 0 || text[length - 1] || !head || head->cmsg_len != CMSG_LEN(sizeof files)) return 0;
  std::memcpy(&files, CMSG_DATA(head), sizeof files);
  return static_cast<std::size_t>(length);
}

/// A process that has just been forked becomes what is executed otherwise.
int become_network(char* text, std::size_t length, const Files& files) {
  std::vector<char*> words;
  for (char* at = text; at < text + length; at += std::strlen(at) + 1) words.push_back(at);
  if (dup2(files.errors, STDERR_FILENO) < 0 || !keep_files(files.frames, files.rings, {})) return 1;
  return network_process(words);
}

}  // namespace

bool keep_files(int frames, int rings, std::vector<char*> named) {
  frames = fcntl(frames, F_DUPFD_CLOEXEC, kRingsFile + 1);
  if (rings >= 0) rings = fcntl(rings, F_DUPFD_CLOEXEC, kRingsFile + 1);
  const int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (frames < 0 || nothing < 0 || dup2(frames, STDIN_FILENO) < 0 || dup2(nothing, STDOUT_FILENO) < 0) return false;
  if (rings >= 0 && dup2(rings, kRingsFile) < 0) return false;
  static char kept[] = "/dev/fd/3";
  static_assert(kRingsFile == 3);
  if (rings >= 0) named.push_back(kept);
  close_inherited(named);
  return true;
}

std::expected<int, std::string> start_network_starter(const char* program) {
  auto starter = start_user_network({kNetworkStarter}, program);
  if (!starter) return std::unexpected(starter.error());
  fcntl(starter->frames, F_SETFL, 0);  // who asks waits until there is room
  return starter->frames;
}

bool ask_starter(int starter, std::span<const std::string> words, int frames, int rings) {
  std::string text;
  for (const auto& word : words) text.append(word).push_back('\0');
  const Files files{frames, STDERR_FILENO, rings};
  Control control{};
  iovec piece{text.data(), text.size()};
  const auto message = message_of(piece, control);
  control.head = {CMSG_LEN(sizeof files), SOL_SOCKET, SCM_RIGHTS};
  std::memcpy(CMSG_DATA(&control.head), &files, sizeof files);
  return sendmsg(starter, &message, MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
}

int serve_starter(int requests) {
  static char text[kMostText];
  signal(SIGCHLD, SIG_IGN);  // nobody waits for them
  if (send(requests, kReady, sizeof kReady - 1, MSG_NOSIGNAL) < 0) return 1;
  Files files;
  while (const auto length = take_request(requests, text, files)) {
    const pid_t child = fork();  // without one, who asks finds its socket closed
    if (child == 0) return become_network(text, length, files);
    for (const int file : {files.frames, files.errors, files.rings}) close(file);
  }
  return 0;
}

}  // namespace wick::monitor
