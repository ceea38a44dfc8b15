/* SPDX-FileCopyrightText: The Wick authors
 * SPDX-License-Identifier: Apache-2.0 */
#include "idle.h"

#include "slirp.h"

bool slirp_is_idle(const Slirp* slirp) {
  for (const struct socket* so = slirp->tcb.so_next; so != &slirp->tcb; so = so->so_next)
    if (!(so->so_state & SS_FACCEPTCONN)) return false;
  for (const struct socket* so = slirp->udb.so_next; so != &slirp->udb; so = so->so_next)
    if (so->so_expire) return false;
  return slirp->icmp.so_next == &slirp->icmp && slirp->ipq.ip_link.next == &slirp->ipq.ip_link &&
         slirp->if_fastq.qh_link == &slirp->if_fastq && slirp->if_batchq.qh_link == &slirp->if_batchq;
}
