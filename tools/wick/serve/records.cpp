// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "serve/records.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ctime>

#include "run/instance.h"

namespace wick::tool {

Result<void> Records::begin() {
  folder_ = runtime_folder();
  mkdir(folder_.c_str(), 0700);
  auto there = instances(folder_);
  if (!there) return std::unexpected(there.error());
  std::error_code error;
  if (fs::is_directory(folder_, error)) return {};
  return fail(fmt::format("The folder {} can't be made.", folder_.string()),
              "set XDG_RUNTIME_DIR to a folder of yours.");
}

int Records::open_console(const Appliance& appliance) const {
  return open(console_of(appliance).c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

/// One for all its lives of this run.
fs::path Records::console_of(const Appliance& appliance) const {
  return folder_ / fmt::format("{}-{}.log", appliance.name, getpid());
}

fs::path Records::state_of(const Appliance& appliance) const {
  return folder_ / fmt::format("{}-{}.state", appliance.name, appliance.process);
}

/// An appliance that can't be listed serves all the same.
void Records::write(const Appliance& appliance, const Origin& origin) const {
  std::string text = fmt::format("pid={}\nstart={}\nname={}\nimage={}\nwall={}\nstarted={}\nlog={}\n",
                                 appliance.process, start_of_process(appliance.process), appliance.name, origin.image,
                                 origin.wall, std::time(nullptr), console_of(appliance).string());
  for (const Door& door : appliance.doors) text += fmt::format("publish={}\n", door.published);
  (void)write_file(state_of(appliance), text);
}

void Records::remove(const Appliance& appliance) const {
  std::error_code error;
  for (const fs::path& file : {state_of(appliance), control_of(appliance)}) fs::remove(file, error);
}

}  // namespace wick::tool
