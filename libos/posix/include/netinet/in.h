// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// POSIX <netinet/in.h>, which picolibc lacks.

#include <endian.h>
#include <stdint.h>
#include <sys/socket.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef uint16_t in_port_t;
typedef uint32_t in_addr_t;

struct in_addr {
  in_addr_t s_addr;
};

struct in6_addr {
  union {
    uint8_t s6_addr[16];
    uint16_t s6_addr16[8];
    uint32_t s6_addr32[4];
  };
};

struct sockaddr_in {
  sa_family_t sin_family;
  in_port_t sin_port;
  struct in_addr sin_addr;
  uint8_t sin_zero[8];
};

struct sockaddr_in6 {
  sa_family_t sin6_family;
  in_port_t sin6_port;
  uint32_t sin6_flowinfo;
  struct in6_addr sin6_addr;
  uint32_t sin6_scope_id;
};

struct in_pktinfo {
  int ipi_ifindex;
  struct in_addr ipi_spec_dst;
  struct in_addr ipi_addr;
};

struct in6_pktinfo {
  struct in6_addr ipi6_addr;
  unsigned ipi6_ifindex;
};

struct ip_mreq {
  struct in_addr imr_multiaddr;
  struct in_addr imr_interface;
};

struct ip_mreqn {
  struct in_addr imr_multiaddr;
  struct in_addr imr_address;
  int imr_ifindex;
};

struct ipv6_mreq {
  struct in6_addr ipv6mr_multiaddr;
  unsigned ipv6mr_interface;
};

extern const struct in6_addr in6addr_any, in6addr_loopback;

#define INADDR_ANY ((in_addr_t)0)
#define INADDR_BROADCAST ((in_addr_t)0xffffffff)
#define INADDR_LOOPBACK ((in_addr_t)0x7f000001)
#define INADDR_ALLHOSTS_GROUP ((in_addr_t)0xe0000001)
#define INADDR_NONE ((in_addr_t)0xffffffff)
#define IN6ADDR_ANY_INIT \
  {                      \
    {{0}}                \
  }
#define IN6ADDR_LOOPBACK_INIT                          \
  {                                                    \
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}} \
  }

// Kinds of addresses, as POSIX and RFC 3493 §6.7 name them.
#define WICK_IN6_WORD(address, at) (((const struct in6_addr*)(address))->s6_addr32[at])
#define WICK_IN6_BYTE(address, at) (((const struct in6_addr*)(address))->s6_addr[at])
#define WICK_IN6_HALF_ZERO(address) (WICK_IN6_WORD(address, 0) == 0 && WICK_IN6_WORD(address, 1) == 0)
#define IN6_IS_ADDR_UNSPECIFIED(address) \
  (WICK_IN6_HALF_ZERO(address) && WICK_IN6_WORD(address, 2) == 0 && WICK_IN6_WORD(address, 3) == 0)
#define IN6_IS_ADDR_LOOPBACK(address) \
  (WICK_IN6_HALF_ZERO(address) && WICK_IN6_WORD(address, 2) == 0 && WICK_IN6_WORD(address, 3) == htobe32(1))
#define IN6_IS_ADDR_V4MAPPED(address) (WICK_IN6_HALF_ZERO(address) && WICK_IN6_WORD(address, 2) == htobe32(0xffff))
#define IN6_IS_ADDR_V4COMPAT(address)                               \
  (WICK_IN6_HALF_ZERO(address) && WICK_IN6_WORD(address, 2) == 0 && \
   (WICK_IN6_WORD(address, 3) & htobe32(0xfffffffe)) != 0)
#define IN6_IS_ADDR_LINKLOCAL(address) (WICK_IN6_BYTE(address, 0) == 0xfe && (WICK_IN6_BYTE(address, 1) & 0xc0) == 0x80)
#define IN6_IS_ADDR_SITELOCAL(address) (WICK_IN6_BYTE(address, 0) == 0xfe && (WICK_IN6_BYTE(address, 1) & 0xc0) == 0xc0)
#define IN6_ARE_ADDR_EQUAL(one, other)                                                                     \
  (WICK_IN6_WORD(one, 0) == WICK_IN6_WORD(other, 0) && WICK_IN6_WORD(one, 1) == WICK_IN6_WORD(other, 1) && \
   WICK_IN6_WORD(one, 2) == WICK_IN6_WORD(other, 2) && WICK_IN6_WORD(one, 3) == WICK_IN6_WORD(other, 3))
#define IN6_IS_ADDR_MULTICAST(address) (WICK_IN6_BYTE(address, 0) == 0xff)
#define WICK_IN6_IS_MC(address, scope) (IN6_IS_ADDR_MULTICAST(address) && (WICK_IN6_BYTE(address, 1) & 0xf) == (scope))
#define IN6_IS_ADDR_MC_NODELOCAL(address) WICK_IN6_IS_MC(address, 0x1)
#define IN6_IS_ADDR_MC_LINKLOCAL(address) WICK_IN6_IS_MC(address, 0x2)
#define IN6_IS_ADDR_MC_SITELOCAL(address) WICK_IN6_IS_MC(address, 0x5)
#define IN6_IS_ADDR_MC_ORGLOCAL(address) WICK_IN6_IS_MC(address, 0x8)
#define IN6_IS_ADDR_MC_GLOBAL(address) WICK_IN6_IS_MC(address, 0xe)

#define INET_ADDRSTRLEN 16
#define INET6_ADDRSTRLEN 46

#define IPPROTO_IP 0
#define IPPROTO_ICMP 1
#define IPPROTO_TCP 6
#define IPPROTO_UDP 17
#define IPPROTO_IPV6 41
#define IPPROTO_ICMPV6 58
#define IPPROTO_RAW 255

// Those that setsockopt() doesn't know fail with ENOPROTOOPT.
#define IP_TOS 1
#define IP_TTL 2
#define IP_PKTINFO 8
#define IP_MTU_DISCOVER 10
#define IP_RECVERR 11
#define IP_MTU 14
#define IP_FREEBIND 15
#define IP_TRANSPARENT 19
#define IP_BIND_ADDRESS_NO_PORT 24
#define IP_MULTICAST_IF 32
#define IP_MULTICAST_TTL 33
#define IP_MULTICAST_LOOP 34
#define IP_ADD_MEMBERSHIP 35
#define IP_DROP_MEMBERSHIP 36
#define IPV6_UNICAST_HOPS 16
#define IPV6_MULTICAST_IF 17
#define IPV6_MULTICAST_HOPS 18
#define IPV6_MULTICAST_LOOP 19
#define IPV6_JOIN_GROUP 20
#define IPV6_LEAVE_GROUP 21
#define IPV6_MTU_DISCOVER 23
#define IPV6_MTU 24
#define IPV6_RECVERR 25
#define IPV6_V6ONLY 26
#define IPV6_RECVPKTINFO 49
#define IPV6_PKTINFO 50
#define IPV6_TCLASS 67
#define IPV6_ADD_MEMBERSHIP IPV6_JOIN_GROUP
#define IPV6_DROP_MEMBERSHIP IPV6_LEAVE_GROUP
#define IP_PMTUDISC_DONT 0
#define IP_PMTUDISC_WANT 1
#define IP_PMTUDISC_DO 2

#define IPPORT_RESERVED 1024
#define IN_MULTICAST(address) (((in_addr_t)(address) & 0xf0000000) == 0xe0000000)
#define IN_CLASSA_NET ((in_addr_t)0xff000000)
#define IN_CLASSB_NET ((in_addr_t)0xffff0000)
#define IN_CLASSC_NET ((in_addr_t)0xffffff00)
#define IN_LOOPBACKNET 127

uint16_t htons(uint16_t value);
uint16_t ntohs(uint16_t value);
uint32_t htonl(uint32_t value);
uint32_t ntohl(uint32_t value);

#ifdef __cplusplus
}
#endif
