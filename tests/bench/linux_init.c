// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The peer: what runs as the only process of a Linux microVM. Loads the modules that the kernel needs for its network,
// gives eth0 the address of the command line and becomes the program that stands there behind "--". Without one it
// answers every HTTP request with the same 13 bytes itself: an epoll loop without a parser worth the name, so rather
// faster than a real server.

#define _GNU_SOURCE  // accept4
#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { kMaxConnections = 1024, kMaxEvents = 64, kBuffer = 4096 };

static void die(const char* what) {
  perror(what);
  reboot(RB_POWER_OFF);
  _exit(1);
}

static void load_modules(void) {
  FILE* list = fopen("/modules/list", "r");
  char path[256];
  while (list && fgets(path, sizeof path, list)) {
    path[strcspn(path, "\n")] = 0;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 || syscall(SYS_finit_module, file, "", 0) != 0) perror(path);
    close(file);
  }
}

static void set_address(int control, unsigned long request, const char* text) {
  struct ifreq interface = {0};
  strcpy(interface.ifr_name, "eth0");
  struct sockaddr_in* address = (struct sockaddr_in*)&interface.ifr_addr;
  address->sin_family = AF_INET;
  if (inet_pton(AF_INET, text, &address->sin_addr) != 1 || ioctl(control, request, &interface) != 0) die("address");
}

static void start_network(void) {
  int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const char* address = getenv("wick_address");
  set_address(control, SIOCSIFADDR, address ? address : "10.0.2.15");
  set_address(control, SIOCSIFNETMASK, "255.255.255.0");
  struct ifreq interface = {.ifr_flags = IFF_UP | IFF_RUNNING};
  strcpy(interface.ifr_name, "eth0");
  if (ioctl(control, SIOCSIFFLAGS, &interface) != 0) die("eth0 up");
  close(control);
}

/// @return 0 once the connection is to be closed
static int serve(int client) {
  static const char kKeep[] = "HTTP/1.1 200 OK\r\nContent-Length: 13\r\nContent-Type: text/plain\r\n\r\nHello, world!";
  static const char kLast[] = "HTTP/1.1 200 OK\r\nContent-Length: 13\r\nConnection: close\r\n\r\nHello, world!";
  char request[kBuffer];
  ssize_t got = read(client, request, sizeof request - 1);
  if (got <= 0) return 0;
  request[got] = 0;
  int last = strstr(request, "onnection: close") != NULL;
  if (write(client, last ? kLast : kKeep, (last ? sizeof kLast : sizeof kKeep) - 1) < 0) return 0;
  return !last;
}

static int serve_all(void) {
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), poll = epoll_create1(EPOLL_CLOEXEC), on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons(80)};
  if (bind(listener, (struct sockaddr*)&any, sizeof any) != 0 || listen(listener, kMaxConnections) != 0) die("listen");
  struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[kMaxEvents];
  epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
  puts("port 80");
  fflush(stdout);
  for (;;) {
    int ready = epoll_wait(poll, events, kMaxEvents, -1);
    for (int i = 0; i < ready; ++i) {
      int handle = events[i].data.fd;
      if (handle == listener) {
        int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (client < 0) continue;
        setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        event = (struct epoll_event){.events = EPOLLIN, .data.fd = client};
        epoll_ctl(poll, EPOLL_CTL_ADD, client, &event);
      } else if (!serve(handle)) {
        close(handle);
      }
    }
  }
}

int main(int argc, char** argv) {
  mkdir("/dev", 0755);
  mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
  mkdir("/proc", 0555);
  mount("proc", "/proc", "proc", 0, NULL);
  load_modules();
  start_network();
  if (argc == 1) return serve_all();
  execv(argv[1], argv + 1);
  die(argv[1]);
}
