// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// POSIX <sys/socket.h>, which picolibc lacks. Values are Linux', so that what was written there compiles and behaves.

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

// Of limits of time, when their types are known.
#include <sys/_timespec.h>
#include <sys/_timeval.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef uint32_t socklen_t;
typedef uint16_t sa_family_t;

struct sockaddr {
  sa_family_t sa_family;
  char sa_data[14];
};

struct sockaddr_storage {
  sa_family_t ss_family;
  char ss_padding[118];
  unsigned long ss_align;
};

struct msghdr {
  void* msg_name;
  socklen_t msg_namelen;
  struct iovec* msg_iov;
  size_t msg_iovlen;
  void* msg_control;
  size_t msg_controllen;
  int msg_flags;
};

struct cmsghdr {
  size_t cmsg_len;
  int cmsg_level;
  int cmsg_type;
};

struct mmsghdr {
  struct msghdr msg_hdr;
  unsigned msg_len;
};

struct ucred {
  pid_t pid;
  uid_t uid;
  gid_t gid;
};

struct linger {
  int l_onoff;
  int l_linger;
};

#define AF_UNSPEC 0
#define AF_UNIX 1
#define AF_LOCAL AF_UNIX
#define AF_INET 2
#define AF_INET6 10
#define AF_NETLINK 16
#define AF_PACKET 17
#define AF_VSOCK 40
#define PF_UNSPEC AF_UNSPEC
#define PF_UNIX AF_UNIX
#define PF_LOCAL AF_LOCAL
#define PF_INET AF_INET
#define PF_INET6 AF_INET6
#define PF_NETLINK AF_NETLINK
#define PF_PACKET AF_PACKET
#define PF_VSOCK AF_VSOCK

#define SOCK_STREAM 1
#define SOCK_DGRAM 2
#define SOCK_RAW 3
#define SOCK_RDM 4
#define SOCK_SEQPACKET 5
#define SOCK_NONBLOCK 04000
#define SOCK_CLOEXEC 02000000

#define SOL_SOCKET 1
#define SOL_IP 0
#define SOL_TCP 6
#define SOL_UDP 17
#define SOL_IPV6 41

// Those that are unknown here fail with ENOPROTOOPT.
#define SO_DEBUG 1
#define SO_REUSEADDR 2
#define SO_TYPE 3
#define SO_ERROR 4
#define SO_DONTROUTE 5
#define SO_BROADCAST 6
#define SO_SNDBUF 7
#define SO_RCVBUF 8
#define SO_KEEPALIVE 9
#define SO_OOBINLINE 10
#define SO_PRIORITY 12
#define SO_LINGER 13
#define SO_REUSEPORT 15
#define SO_PASSCRED 16
#define SO_PEERCRED 17
#define SO_RCVLOWAT 18
#define SO_SNDLOWAT 19
#define SO_RCVTIMEO 20
#define SO_SNDTIMEO 21
#define SO_BINDTODEVICE 25
#define SO_TIMESTAMP 29
#define SO_ACCEPTCONN 30
#define SO_SNDBUFFORCE 32
#define SO_RCVBUFFORCE 33
#define SO_TIMESTAMPNS 35
#define SO_MARK 36
#define SO_PROTOCOL 38
#define SO_DOMAIN 39
#define SO_BUSY_POLL 46
#define SO_INCOMING_CPU 49
#define SO_ZEROCOPY 60

#define MSG_OOB 0x1
#define MSG_PEEK 0x2
#define MSG_DONTROUTE 0x4
#define MSG_CTRUNC 0x8
#define MSG_TRUNC 0x20
#define MSG_DONTWAIT 0x40
#define MSG_EOR 0x80
#define MSG_WAITALL 0x100
#define MSG_ERRQUEUE 0x2000
#define MSG_NOSIGNAL 0x4000
#define MSG_MORE 0x8000
#define MSG_WAITFORONE 0x10000
#define MSG_ZEROCOPY 0x4000000
#define MSG_CMSG_CLOEXEC 0x40000000

#define SCM_RIGHTS 1
#define SCM_CREDENTIALS 2
#define SCM_TIMESTAMP SO_TIMESTAMP

// Ancillary data, a header and its bytes at a time, each at a multiple of a word.
#define CMSG_ALIGN(bytes) (((bytes) + sizeof(size_t) - 1) & ~(sizeof(size_t) - 1))
#define CMSG_SPACE(bytes) (CMSG_ALIGN(sizeof(struct cmsghdr)) + CMSG_ALIGN(bytes))
#define CMSG_LEN(bytes) (CMSG_ALIGN(sizeof(struct cmsghdr)) + (bytes))
#define CMSG_DATA(header) ((unsigned char*)((struct cmsghdr*)(header) + 1))
#define CMSG_FIRSTHDR(message)                                                                           \
  ((size_t)(message)->msg_controllen >= sizeof(struct cmsghdr) ? (struct cmsghdr*)(message)->msg_control \
                                                               : (struct cmsghdr*)0)
#define CMSG_NXTHDR(message, header) wick_next_control((message), (header))

static inline struct cmsghdr* wick_next_control(const struct msghdr* message, struct cmsghdr* header) {
  const size_t left = (size_t)((char*)message->msg_control + message->msg_controllen - (char*)header);
  if (header->cmsg_len < sizeof(struct cmsghdr) || left < CMSG_ALIGN(header->cmsg_len) + sizeof(struct cmsghdr))
    return (struct cmsghdr*)0;
  return (struct cmsghdr*)(void*)((char*)header + CMSG_ALIGN(header->cmsg_len));
}

#define SHUT_RD 0
#define SHUT_WR 1
#define SHUT_RDWR 2
#define SOMAXCONN 4096

int socket(int family, int type, int protocol);
int socketpair(int family, int type, int protocol, int ends[2]);
int bind(int descriptor, const struct sockaddr* address, socklen_t length);
int listen(int descriptor, int backlog);
int accept(int descriptor, struct sockaddr* address, socklen_t* length);
int accept4(int descriptor, struct sockaddr* address, socklen_t* length, int flags);
int connect(int descriptor, const struct sockaddr* address, socklen_t length);
ssize_t send(int descriptor, const void* from, size_t bytes, int flags);
ssize_t recv(int descriptor, void* to, size_t bytes, int flags);
ssize_t sendto(int descriptor, const void* from, size_t bytes, int flags, const struct sockaddr* address,
               socklen_t length);
ssize_t recvfrom(int descriptor, void* to, size_t bytes, int flags, struct sockaddr* address, socklen_t* length);
ssize_t sendmsg(int descriptor, const struct msghdr* message, int flags);
ssize_t recvmsg(int descriptor, struct msghdr* message, int flags);
int sendmmsg(int descriptor, struct mmsghdr* messages, unsigned count, int flags);
int recvmmsg(int descriptor, struct mmsghdr* messages, unsigned count, int flags, struct timespec* timeout);
int getsockopt(int descriptor, int level, int option, void* value, socklen_t* length);
int setsockopt(int descriptor, int level, int option, const void* value, socklen_t length);
int getpeername(int descriptor, struct sockaddr* address, socklen_t* length);
int getsockname(int descriptor, struct sockaddr* address, socklen_t* length);
int shutdown(int descriptor, int how);

#ifdef __cplusplus
}
#endif
