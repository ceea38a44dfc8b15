# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Measures apps/https beside nginx with OpenSSL on Linux, in one run, prints each figure with its target and writes
docs/bench-tls.md. Exit code 0 only when all were measured and reach their targets. `wick bench --tls` calls this."""

import argparse
import os
import signal
import sys

import guest
import tls_measures
from context import Context
from native_peers import Network
from report import load_average, machine, measure

NOTE = """# Figures of TLS

Written by `./wick bench --tls` at commit {commit}; do not edit. {machine}; load average {before} before the run and {after} after it.

`apps/https` behind wall `process`, profile cloud unless a row says otherwise, beside Debian's nginx with one worker and Debian's
OpenSSL {openssl}. Each server is confined to one processor and the client ([tls_client.c](../tests/bench/tls_client.c)) to another, and
rates are for each second that the server has had of its processor (all of its processes, the kernel's work for them included): so neither
the client, which has more to calculate than a server, nor other work on the machine decides. For handshakes the client keeps {connections} connections going, each of which asks for 13 bytes and ends: the appliance is reached over a tap,
nginx over loopback. A resumed one has the ticket of the first; both are TLS 1.3 with X25519 and AES-128-GCM. A large body is
{size} MiB, asked for again and again on one connection; nginx is then behind a pair of virtual Ethernets, which offload segmentation
as a tap does. Ratios are medians over {rounds} rounds of {seconds} s in which both take turns, each being first in every other one.

Noise: other work on the machine takes caches from both, by turns; ratios hold roughly, sizes on any machine.

| figure | measured | target | |
|---|---|---|---|
"""


class TlsContext(Context):
    def __init__(self, quick, network):
        super().__init__(quick)
        self.network = network
        self.rounds, self.round_seconds = (3, 1) if quick else (9, 3)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", action="append", choices=tls_measures.ALL, help="these subjects; docs/bench-tls.md is left alone")
    parser.add_argument("--quick", action="store_true", help="shorter runs; docs/bench-tls.md is left alone")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the network and the servers go all the same
    os.makedirs(guest.SCRATCH, exist_ok=True)
    before, commit, rows = load_average(), guest.commit(), []
    with Network() as network:
        context = TlsContext(options.quick, network)
        for name in options.only or tls_measures.ALL:
            rows += measure(name, tls_measures.ALL[name], context)
    if not options.only and not options.quick:
        with open(os.path.join(guest.ROOT, "docs/bench-tls.md"), "w", encoding="utf-8") as file:
            file.write(NOTE.format(commit=commit, machine=machine(), before=before, after=load_average(), openssl=tls_measures.openssl_version(),
                                   connections=tls_measures.CONNECTIONS, size=tls_measures.LARGE, rounds=context.rounds,
                                   seconds=context.round_seconds))
            file.write("".join("| " + " | ".join(row) + " |\n" for row in rows))
    missed = sum(row[3] == "fail" for row in rows)
    print(f"{len(rows) - missed} figures reached or measured, {missed} missed")
    return 1 if missed else 0


sys.exit(main())
