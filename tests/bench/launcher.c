// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Times from just before a program's exec() to a sign of life, which a script can't take: it needs longer to start a
// program than an appliance to answer. Prints one time in nanoseconds a run.
//
//   launcher output COUNT PROGRAM [ARGUMENT]...
//       to the first byte on its standard output
//   launcher http COUNT INTERFACE GUEST CLIENT PROGRAM [ARGUMENT]...
//       to the first byte that GUEST answers at port 80 of this tap
//
// The HTTP client speaks TCP itself, on a packet socket, from an address CLIENT that is nobody's. Linux's own client
// would measure Linux: a tap that a program has just attached to sends nothing before a kernel thread has noticed, and
// a SYN that is lost, or comes before the guest listens, is repeated after a second. Here a SYN goes out every 200 µs
// and at once after a refusal, past the queue of the interface. A guest announces its MAC (gratuitous ARP), whether it
// boots or goes on from a snapshot: the first SYN waits for that, so that both are asked alike and neither finds a heap
// of them that were sent before it was there.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/if_ether.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const int64_t kBetweenSyns = 200 * 1000;
static const int64_t kTimeout = 5 * 1000000000ll;
static const char kRequest[] = "GET /hello.txt HTTP/1.1\r\nHost: bench\r\n\r\n";
static const uint8_t kOwnMac[ETH_ALEN] = {0x02, 0x57, 0x49, 0xff, 0xff, 0xfe};
enum { kOwnPort = 40000, kFirstSequence = 1000000, kWindow = 60000 };

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000ll + time.tv_nsec;
}

static pid_t child;

static void fail(const char* why) {
  fprintf(stderr, "launcher: %s\n", why);
  if (child > 0) kill(child, SIGKILL);
  exit(1);
}

// By vfork(): posix_spawn() resets each signal first, which is 130 system calls.
static void start(char** program, int output) {
  child = vfork();
  if (child < 0) fail("there is no process");
  if (child == 0) {
    dup2(output, STDOUT_FILENO);
    execv(program[0], program);
    _exit(127);
  }
}

static void end(void) {
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
  child = 0;
}

static int64_t until_output(char** program) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) fail("there is no pipe");
  const int64_t begin = now();
  start(program, ends[1]);
  struct pollfd input = {.fd = ends[0], .events = POLLIN};
  char byte;
  if (poll(&input, 1, (int)(kTimeout / 1000000)) != 1 || read(ends[0], &byte, 1) != 1) fail("the program says nothing");
  const int64_t taken = now() - begin;
  end();
  close(ends[0]);
  close(ends[1]);
  return taken;
}

struct ArpFrame {
  struct ether_header ethernet;
  struct ether_arp arp;
} __attribute__((packed));

struct TcpFrame {
  struct ether_header ethernet;
  struct iphdr ip;
  struct tcphdr tcp;
  char data[sizeof kRequest];
} __attribute__((packed));

union Frame {
  struct ether_header ethernet;
  struct ArpFrame arp;
  struct TcpFrame tcp;
  uint8_t bytes[2048];
};

static struct Peer {
  int wire;
  struct in_addr address, own_address;
  uint8_t mac[ETH_ALEN];
} peer;

static void send_frame(const void* frame, size_t length) {
  send(peer.wire, frame, length, 0);  // while nobody is attached to the tap it is lost
}

// RFC 1071. `sum` is what pseudo headers have added up to.
static uint16_t checksum(const void* bytes, size_t length, uint32_t sum) {
  const uint8_t* at = bytes;
  for (size_t i = 0; i < length; ++i) sum += i % 2 ? at[i] : (uint32_t)at[i] << 8;
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return htons((uint16_t)~sum);
}

static void send_segment(bool syn, uint32_t acknowledged, const char* data, size_t length) {
  struct TcpFrame frame = {.ethernet.ether_type = htons(ETHERTYPE_IP),
                           .ip = {.version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_TCP}};
  memcpy(frame.ethernet.ether_dhost, peer.mac, ETH_ALEN);
  memcpy(frame.ethernet.ether_shost, kOwnMac, ETH_ALEN);
  const size_t tcp_length = sizeof frame.tcp + length;
  frame.ip.tot_len = htons((uint16_t)(sizeof frame.ip + tcp_length));
  frame.ip.saddr = peer.own_address.s_addr;
  frame.ip.daddr = peer.address.s_addr;
  frame.ip.check = checksum(&frame.ip, sizeof frame.ip, 0);
  frame.tcp.source = htons(kOwnPort);
  frame.tcp.dest = htons(80);
  frame.tcp.seq = htonl(kFirstSequence + !syn);
  frame.tcp.ack_seq = htonl(acknowledged);
  frame.tcp.doff = sizeof frame.tcp / 4;
  frame.tcp.syn = syn;
  frame.tcp.ack = frame.tcp.psh = !syn;
  frame.tcp.window = htons(kWindow);
  if (length) memcpy(frame.data, data, length);
  const uint32_t from = ntohl(frame.ip.saddr), to = ntohl(frame.ip.daddr);
  const uint32_t pseudo =
      (from >> 16) + (from & 0xffff) + (to >> 16) + (to & 0xffff) + IPPROTO_TCP + (uint32_t)tcp_length;
  frame.tcp.check = checksum(&frame.tcp, tcp_length, pseudo);
  send_frame(&frame, sizeof frame - sizeof frame.data + length);
}

// Takes the guest's MAC from what it announces and tells it ours when it asks.
static void handle_arp(const struct ArpFrame* frame, bool* knows_mac) {
  const struct ether_arp asked = frame->arp;
  if (memcmp(asked.arp_spa, &peer.address, 4) != 0) return;
  memcpy(peer.mac, asked.arp_sha, ETH_ALEN);
  *knows_mac = true;
  if (ntohs(asked.ea_hdr.ar_op) != ARPOP_REQUEST || memcmp(asked.arp_tpa, &peer.own_address, 4) != 0) return;
  struct ArpFrame reply = {.ethernet.ether_type = htons(ETHERTYPE_ARP), .arp = asked};
  memcpy(reply.ethernet.ether_dhost, asked.arp_sha, ETH_ALEN);
  memcpy(reply.ethernet.ether_shost, kOwnMac, ETH_ALEN);
  reply.arp.ea_hdr.ar_op = htons(ARPOP_REPLY);
  memcpy(reply.arp.arp_tha, asked.arp_sha, ETH_ALEN + 4);  // and the address behind it
  memcpy(reply.arp.arp_sha, kOwnMac, ETH_ALEN);
  memcpy(reply.arp.arp_spa, &peer.own_address, 4);
  send_frame(&reply, sizeof reply);
}

static bool is_for_us(const union Frame* frame, ssize_t length) {
  return length >= (ssize_t)(sizeof frame->tcp - sizeof frame->tcp.data) &&
         frame->ethernet.ether_type == htons(ETHERTYPE_IP) && frame->tcp.ip.protocol == IPPROTO_TCP &&
         frame->tcp.ip.daddr == peer.own_address.s_addr && frame->tcp.tcp.dest == htons(kOwnPort);
}

// Leaves the processor to the program, until a frame comes or `until`. Once the guest has spoken, looking is
// quicker, as long as that leaves it a processor.
static void wait_for_frame(int64_t until) {
  const int64_t left = until - now();
  if (left <= 0) return;
  const struct timespec timeout = {.tv_sec = left / 1000000000, .tv_nsec = left % 1000000000};
  struct pollfd input = {.fd = peer.wire, .events = POLLIN};
  ppoll(&input, 1, &timeout, NULL);
}

static void forget_frames(void) {
  char byte;
  while (recv(peer.wire, &byte, 1, 0) >= 0) continue;
}

static int64_t until_answer(char** program, int output) {
  bool knows_mac = false, heard = false, connected = false;
  int64_t next_syn = 0;
  forget_frames();
  const int64_t begin = now();
  start(program, output);
  for (;;) {
    const int64_t time = now();
    if (time > begin + kTimeout)
      fail(!knows_mac ? "the guest never announces its address" : "the guest doesn't answer");
    if (knows_mac && !connected && time >= next_syn) {
      send_segment(true, 0, NULL, 0);
      next_syn = time + kBetweenSyns;
    }
    if (heard)
      sched_yield();
    else
      wait_for_frame(knows_mac ? next_syn : begin + kTimeout);
    union Frame frame;
    const ssize_t length = recv(peer.wire, &frame, sizeof frame, 0);
    if (length > 0) heard = true;
    if (length >= (ssize_t)sizeof frame.arp && frame.ethernet.ether_type == htons(ETHERTYPE_ARP))
      handle_arp(&frame.arp, &knows_mac);
    if (!is_for_us(&frame, length)) continue;
    const struct tcphdr tcp = frame.tcp.tcp;
    if (tcp.rst) {
      if (connected) fail("the guest resets the connection");
      next_syn = 0;
    } else if (tcp.syn && !connected) {
      connected = true;
      send_segment(false, ntohl(tcp.seq) + 1, kRequest, sizeof kRequest - 1);
    } else if (ntohs(frame.tcp.ip.tot_len) > sizeof frame.tcp.ip + 4u * tcp.doff) {
      break;
    }
  }
  const int64_t taken = now() - begin;
  end();
  return taken;
}

static void open_wire(const char* interface) {
  const struct sockaddr_ll where = {
      .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = (int)if_nametoindex(interface)};
  const int on = 1;
  peer.wire = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (peer.wire < 0 || setsockopt(peer.wire, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof on) != 0 ||
      bind(peer.wire, (const struct sockaddr*)&where, sizeof where) != 0)
    fail("the interface can't be used");
}

int main(int count, char** words) {
  const bool http = count > 6 && strcmp(words[1], "http") == 0;
  if (!http && (count < 4 || strcmp(words[1], "output") != 0)) fail("wants output or http, a count and a program");
  if (http) {
    open_wire(words[3]);
    if (inet_pton(AF_INET, words[4], &peer.address) != 1 || inet_pton(AF_INET, words[5], &peer.own_address) != 1)
      fail("the address is none");
  }
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  const struct timespec pause = {.tv_nsec = 20 * 1000000};  // the end of one run is no part of the next one
  for (int left = atoi(words[2]); left > 0; --left) {
    nanosleep(&pause, NULL);
    printf("%lld\n", (long long)(http ? until_answer(words + 6, nowhere) : until_output(words + 3)));
    fflush(stdout);
  }
  return 0;
}
