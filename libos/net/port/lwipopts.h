// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// How lwIP is built for Wick: raw API only (NO_SYS), as a guard (sched/lock.h) is all that it needs: BSD
// sockets (net/sockets) and the event API (wick/net.h) call it directly. Memory (net/pools.h) and timers
// (net/timers.h) are our own, so that pools follow the manifest's memory and an idle guest wakes once a second.
#ifndef WICK_LWIPOPTS_H
#define WICK_LWIPOPTS_H

#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0
#define LWIP_TIMERS 0
#define LWIP_ERRNO_STDINCLUDE 1
#define LWIP_HOOK_FILENAME "hooks.h"
#define LWIP_SKIP_PACKING_CHECK 1

// Memory. Counts are chosen at run time; these only switch off lwIP's own arithmetic on them.
#define MEM_ALIGNMENT 8
#define MEM_SIZE (1u << 20)
#define MEMP_NUM_SYS_TIMEOUT 0
#define LWIP_DISABLE_TCP_SANITY_CHECKS 1
#define LWIP_DISABLE_MEMP_SANITY_CHECKS 1
#define PBUF_LINK_HLEN 14
#define PBUF_POOL_SIZE 0
#define PBUF_POOL_BUFSIZE 1536

#define LWIP_STATS 0
#define LWIP_RAW 0
#define LWIP_NETIF_STATUS_CALLBACK 1
#define LWIP_NETIF_HOSTNAME 1
#define LWIP_NETIF_HWADDRHINT 1
#define LWIP_CHECKSUM_CTRL_PER_NETIF 1
#define LWIP_INLINE_IP_CHKSUM 1
#define LWIP_NETIF_LOOPBACK 1
#define LWIP_HAVE_LOOPIF 1
#define LWIP_LOOPBACK_MAX_PBUFS 64

// IPv4
#define LWIP_IPV4 1
#define LWIP_ARP 1
#define ARP_TABLE_SIZE 16
#define ARP_QUEUEING 1
#define ARP_QUEUE_LEN 8
#define ETHARP_TABLE_MATCH_NETIF 1
#define LWIP_IGMP 0
#define LWIP_AUTOIP 0
#define LWIP_ACD 0
#define LWIP_DHCP 1
#define LWIP_DHCP_DOES_ACD_CHECK 0
#define DHCP_CREATE_RAND_XID 1
// Leases are counted in seconds, so that short ones are renewed in time, and in 32 bits, so that long ones are.
#define DHCP_COARSE_TIMER_SECS 1
#define DHCP_TIMEOUT_SIZE_T uint32_t
#define DHCP_DEFINE_CUSTOM_TIMEOUTS 1
#define WICK_DHCP_SECONDS(result, offered) ((result) = (offered) != 0 ? (offered) : 1)
#define DHCP_SET_TIMEOUT_FROM_OFFERED_T0_LEASE(result, dhcp) WICK_DHCP_SECONDS(result, (dhcp)->offered_t0_lease)
#define DHCP_SET_TIMEOUT_FROM_OFFERED_T1_RENEW(result, dhcp) WICK_DHCP_SECONDS(result, (dhcp)->offered_t1_renew)
#define DHCP_SET_TIMEOUT_FROM_OFFERED_T2_REBIND(result, dhcp) WICK_DHCP_SECONDS(result, (dhcp)->offered_t2_rebind)
#define DHCP_NEXT_TIMEOUT_THRESHOLD 2
#define DHCP_REQUEST_BACKOFF_SEQUENCE(tries) ((u16_t)(((tries) < 6 ? 1 << (tries) : 60) * 1000))
#define DHCP_ADD_EXTRA_REQUEST_OPTIONS , 26  // the link's MTU, RFC 2132 section 5.1
#define LWIP_DNS 1
#define DNS_MAX_SERVERS 4
#define IP_REASS_MAX_PBUFS 64
#define MEMP_NUM_REASSDATA 8
#define IP_SOF_BROADCAST 1
#define IP_SOF_BROADCAST_RECV 0  // SO_BROADCAST is about sending
#define SO_REUSE 1
#define LWIP_BROADCAST_PING 0
#define LWIP_MULTICAST_PING 0
#define LWIP_MULTICAST_TX_OPTIONS 1

// IPv6
#define LWIP_IPV6 1
#define LWIP_IPV6_NUM_ADDRESSES 4
#define LWIP_IPV6_DHCP6 0
#define IPV6_FRAG_COPYHEADER 1  // pointers do not fit into a fragment header
#define LWIP_ND6_RDNSS_MAX_DNS_SERVERS 2
#define LWIP_ND6_NUM_NEIGHBORS 16
#define LWIP_ND6_NUM_DESTINATIONS 16
#define LWIP_ND6_ALLOW_RA_UPDATES 1

// TCP: windows of 256 KiB, announced with a scale of 2^3.
#define LWIP_TCP 1
#undef TCP_MSS  // as <netinet/tcp.h> of a host has it, where tests run the stack
#define TCP_MSS 1460
#define LWIP_WND_SCALE 1
#define TCP_RCV_SCALE 3
#define TCP_WND (256u * 1024u)
#define TCP_SND_BUF (256u * 1024u)
#define TCP_SND_QUEUELEN 2048
#define TCP_SNDLOWAT 16384
#define TCP_OVERSIZE 256
#define TCP_QUEUE_OOSEQ 1
#define TCP_OOSEQ_MAX_BYTES (256u * 1024u)
#define LWIP_TCP_SACK_OUT 1
#define TCP_LISTEN_BACKLOG 1
#define TCP_DEFAULT_LISTEN_BACKLOG 255
#define LWIP_TCP_KEEPALIVE 1
#define TCP_MSL 15000
#define TCP_MAXRTX 8
#define TCP_SYNMAXRTX 5
#define TCP_CALCULATE_EFF_SEND_MSS 1
#define LWIP_TCP_PCB_NUM_EXT_ARGS 1  // who owns a connection, see net/owner.h

// UDP
#define LWIP_UDP 1
#define LWIP_NETBUF_RECVINFO 0

#endif
