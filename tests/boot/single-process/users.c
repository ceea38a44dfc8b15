// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Users and groups: root without files of the appliance, else those of /etc/passwd. Ids go one way only.
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "parts.h"

static void only_root(void) {
  struct passwd* user = getpwuid(getuid());
  CHECK(user && strcmp(user->pw_name, "root") == 0 && strcmp(user->pw_dir, "/") == 0);
  errno = 0;
  CHECK(!getpwnam("nginx") && errno == 0);
  CHECK(getgrnam("root") && getgrnam("root")->gr_gid == 0);
  CHECK(!getgrgid(7));
  char buffer[200];
  struct passwd room, *found;
  CHECK(getpwnam_r("root", &room, buffer, sizeof buffer, &found) == 0 && found == &room && room.pw_uid == 0);
  CHECK(getpwnam_r("root", &room, buffer, 3, &found) == ERANGE && !found);
  setpwent();
  CHECK(getpwent() && !getpwent());
  endpwent();
}

static void ownership(void) {
  FILE* file = fopen("/tmp/owned", "w");
  CHECK(file);
  CHECK(fchown(fileno(file), 0, 0) == 0 && chown("/tmp/owned", (uid_t)-1, 0) == 0);
  CHECK(lchown("/tmp/owned", 65534, 65534) == -1 && errno == EPERM);
  CHECK(chown("/tmp/nothing", 0, 0) == -1 && errno == ENOENT);
  CHECK(fchown(99, 0, 0) == -1 && errno == EBADF);
  fclose(file);
}

static void dropping(void) {
  gid_t groups[4] = {0};
  CHECK(getgroups(4, groups) == 1 && groups[0] == 0);
  CHECK(initgroups("root", 5) == 0 && getgroups(4, groups) >= 1 && groups[0] == 5);
  CHECK(setgid(5) == 0 && getgid() == 5 && getegid() == 5);
  CHECK(seteuid(7) == 0 && getuid() == 0 && geteuid() == 7);
  CHECK(setuid(9) == -1 && errno == EPERM);
  CHECK(seteuid(0) == 0 && setuid(7) == 0 && getuid() == 7 && geteuid() == 7);
  CHECK(setuid(0) == -1 && errno == EPERM);
  CHECK(setgroups(0, NULL) == -1 && errno == EPERM);
}

void users(void) {
  only_root();
  ownership();
  dropping();
}
