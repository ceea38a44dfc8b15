# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Ports of this machine's that nobody has, for machines to forward and programs to listen at."""

import random
import socket


def free_port(kind=socket.SOCK_STREAM):
    """Below those that Linux gives to clients (32768 on), one of which could have it before it is used."""
    while True:
        port = random.randrange(10_000, 32_000)
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue  # somebody's


def row_of_ports(count):
    """The first of so many ports, one behind the other, that nobody has."""
    while True:
        first = free_port()
        try:
            for port in range(first, first + count):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
            return first
        except OSError:
            continue
