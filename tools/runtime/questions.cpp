// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "questions.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "abi/host/control.h"
#include "base/handed_file.h"
#include "files.h"

namespace wick::runtime {
namespace {

constexpr const char* kSocket = "questions";
constexpr int kPatience = 10'000;  ///< milliseconds; an appliance has five seconds for an answer
constexpr int kNoProgram = 127;    ///< as shells say it
constexpr std::string_view kHelp = "help";

struct Question {
  std::string_view word, meaning;
  ControlRequest::What what;
};
constexpr Question kQuestions[] = {
    {"metrics", "counts of the monitor, in Prometheus' text format", ControlRequest::What::metrics},
    {"threads", "the guest's threads, with state, stack and where each stands", ControlRequest::What::threads},
    {"crash", "the record of the last life's crash, for `wick crash`", ControlRequest::What::crash},
};

std::string help() {
  std::string text = "An appliance is one program, and answers:\n\n";
  for (const Question& question : kQuestions) text += fmt::format("  {:<8} {}\n", question.word, question.meaning);
  return text + fmt::format("  {:<8} this\n", kHelp);
}

/// The next message of that size at most; fails when there is none in time.
Result<std::string> receive(int connection, std::size_t most) {
  pollfd comes{connection, POLLIN, 0};
  std::string message(most, '\0');
  const bool came = poll(&comes, 1, kPatience) == 1;
  const auto got = came ? recv(connection, message.data(), message.size(), 0) : -1;
  if (got <= 0) return fail("The appliance doesn't answer.");
  message.resize(static_cast<std::size_t>(got));
  return message;
}

/// One is answered at a time, and where many ask at once there may be no place left to wait in. @return -1 with errno
int connect_to_appliance(const fs::path& folder) {
  constexpr int kStep = 20;
  for (int waited = 0;; waited += kStep) {
    const int connection = tool::connect_to(folder / kSocket);
    if (connection >= 0 || errno != EAGAIN || waited >= kPatience) return connection;
    poll(nullptr, 0, kStep);
  }
}

Result<std::string> ask(ControlRequest::What what, const fs::path& folder) {
  const File connection(connect_to_appliance(folder));
  const ControlRequest request{.what = what};
  if (connection.number() < 0 && errno == EAGAIN) return fail("The appliance doesn't answer.");
  if (connection.number() < 0 || send(connection.number(), &request, sizeof request, MSG_NOSIGNAL) < 0)
    return fail(fmt::format("The appliance takes no questions: {}.", std::strerror(errno)),
                "one that an older wick has built has no ear for them, nor has one with a --control of its own.");
  auto head = receive(connection.number(), sizeof(ControlAnswer));
  if (!head) return head;
  ControlAnswer answer;
  if (head->size() != sizeof answer) return fail("The appliance speaks another version of Wick.");
  std::memcpy(&answer, head->data(), sizeof answer);
  if (answer.magic != kControlMagic || answer.version != kControlVersion)
    return fail("The appliance speaks another version of Wick.");
  answer.sentence[sizeof answer.sentence - 1] = 0;
  if (answer.result != ControlAnswer::Result::done) return fail(fmt::format("{}.", answer.sentence));
  return receive(connection.number(), kMaxReportBytes);
}

/// A Unix socket's name has room for 107 bytes, so its folder is named by a descriptor. @return -1 with errno
int listener_in(const fs::path& folder) {
  constexpr int kBacklog = 16;
  const File place(open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  File listener(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  fmt::format_to_n(name.sun_path, sizeof name.sun_path - 1, "/proc/self/fd/{}/{}", place.number(), kSocket);
  const bool fine = place.number() >= 0 && listener.number() >= 0 && fchmod(listener.number(), 0600) == 0 &&
                    bind(listener.number(), reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0 &&
                    listen(listener.number(), kBacklog) == 0;
  return fine ? listener.release() : -1;
}

}  // namespace

Result<void> listen_for_questions(const fs::path& folder, unsigned number) {
  File listener(listener_in(folder));
  if (listener.number() >= 0 && hand_down(std::move(listener), number)) return {};
  return fail(fmt::format("{} can't be listened at: {}.", (folder / kSocket).string(), std::strerror(errno)));
}

Result<Said> answer(const tool::Arguments& words, const fs::path& folder) {
  if (words == tool::Arguments{std::string(kHelp)}) return Said{.output = help()};
  const auto found = std::ranges::find(kQuestions, words.front(), &Question::word);
  if (found == std::end(kQuestions) || words.size() != 1)
    return Said{"",
                fmt::format("There is no program {:.200}: an appliance answers metrics, threads, crash and help, "
                            "without more words.\n",
                            tool::command_line(words)),
                kNoProgram};
  auto text = ask(found->what, folder);
  if (!text) return std::unexpected(text.error());
  return Said{.output = *text};
}

}  // namespace wick::runtime
