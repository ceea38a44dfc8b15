#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""getaddrinfo() against a name server of the test's own, in a namespace: aliases and the canonical name, all addresses,
mapped ones, an answer that is cut and asked for again over TCP, a server that fails, one that is silent, names that can't
be, short names that /etc/resolv.conf of the appliance completes, and more questions at once than any table has room for."""

import socket
import struct
import threading

import guest
import name_server
from name_server import name_bytes, read_question, record, reply

AGAIN, NO_NAME, FAIL = -3, -2, -4
CANONICAL, MAPPED, ALL, CONFIGURED = 2, 8, 16, 32
kinds = set()  # that were asked for
names = []  # the same, in order
arguments = guest.parse()


def answer(question, tcp):
    """None: silence."""
    name, kind, _ = read_question(question)
    kinds.add(kind)
    names.append(name)
    code, cut, records = 0, False, []
    four = [socket.inet_aton(f"192.0.2.{number}") for number in range(1, 201)]
    if name.startswith("silent"):
        return None
    # Below the domains of the appliance's search list there is one name, and no name is without a domain.
    if (name.endswith(".corp.example") and name != "short.deep.corp.example") or "." not in name:
        code = 3
    elif name == "short.deep.corp.example":
        records = [record(name, 1, four[8])] if kind == 1 else []
    elif name == "failing.example":
        code = 2
    elif name == "refused.example":
        code = 5
    elif name == "none.example":
        code = 3
    elif name == "alias.example":
        if kind == 1:
            records = [record("real.example", 1, four[0]), record("alias.example", 5, name_bytes("real.example"))]
        else:
            records = [record("alias.example", 5, name_bytes("real.example"))]
    elif name == "both.example":
        six = [socket.inet_pton(socket.AF_INET6, f"2001:db8::{number}") for number in (1, 2)]
        records = [record(name, 1, one) for one in four[:3]] if kind == 1 else [record(name, 28, one) for one in six]
    elif name == "many.example" and kind == 1:
        cut = not tcp
        records = [] if cut else [record(name, 1, one) for one in four]
    elif kind == 1:
        records = [record(name, 1, four[0])]
    return reply(question, records, code, cut)


def serve_datagrams(server):
    while True:
        question, where = server.recvfrom(2000)
        said = answer(question, False)
        if said:
            # Somebody guesses: a wrong id first, which must not be taken.
            server.sendto(bytes([said[0] ^ 1]) + said[1:], where)
            server.sendto(said, where)


def serve_streams(server):
    while True:
        with server.accept()[0] as connection:
            length = struct.unpack(">H", connection.recv(2))[0]
            said = answer(connection.recv(length), True)
            connection.sendall(struct.pack(">H", len(said)))
            connection.sendall(said)


QUESTIONS = [
    (f"2:{CANONICAL}:Alias.Example", r" called real\.example 192\.0\.2\.1 \(1\)"),
    ("0:0:both.example", r".* \(5\)"),
    ("2:0:both.example", r" 192\.0\.2\.1 192\.0\.2\.2 192\.0\.2\.3 \(3\)"),
    ("10:0:both.example", r" 2001:db8::1 2001:db8::2 \(2\)"),
    (f"10:{MAPPED}:alias.example", r" ::ffff:192\.0\.2\.1 \(1\)"),
    (f"10:{MAPPED | ALL}:both.example", r" 2001:db8::1 2001:db8::2 ::ffff:192\.0\.2\.1 ::ffff:192\.0\.2\.2 \(5\)"),
    ("10:0:alias.example", f" error {NO_NAME}"),
    ("2:0:many.example", r" 192\.0\.2\.1 192\.0\.2\.2 192\.0\.2\.3 192\.0\.2\.4 \(200\)"),
    ("2:0:failing.example", f" error {AGAIN}"),
    ("2:0:refused.example", f" error {FAIL}"),
    ("2:0:none.example", f" error {NO_NAME}"),
    ("2:0:Short", r" 192\.0\.2\.9 \(1\)"),
    ("2:0:short.", f" error {NO_NAME}"),
    ("2:0:nowhere", f" error {NO_NAME}"),
    ("2:0:" + "x" * 64 + ".example", f" error {NO_NAME}"),
    ("0:0:localhost", r" 127\.0\.0\.1 ::1 \(2\)"),
    ("crowd:crowd.example", " 24 of 24"),
    ("2:0:silent.example", f" error {AGAIN}"),
]

# Of a machine with addresses of one kind only: what AI_ADDRCONFIG leaves out isn't asked for.
ONE_KIND = [
    ("net.ipv6=off", guest.HOST4, name_server.AAAA, [
        (f"0:{CONFIGURED}:both.example", r".* \(3\)"), (f"2:{CONFIGURED}:both.example", r".* \(3\)"),
        (f"10:{CONFIGURED}:both.example", f" error {NO_NAME}"), (f"10:{CONFIGURED | MAPPED}:both.example", r" ::ffff:192\.0\.2\.1 .* \(3\)")]),
    ("net.ipv4=off", guest.HOST6, name_server.A, [
        (f"0:{CONFIGURED}:both.example", r".* \(2\)"), (f"2:{CONFIGURED}:both.example", f" error {NO_NAME}"),
        (f"10:{CONFIGURED}:both.example", r".* \(2\)")]),
]


def ask(net, questions, settings):
    asked = " ".join(f"arg={question}" for question, _ in questions)
    with net.start(arguments, f"{asked} {settings}") as machine:
        for question, wanted in questions:
            said = machine.wait_for(rf"^{question.removeprefix('crowd:')}:(.*)$", 20)
            shown = said.group(1) if said else " nothing"
            guest.check(said and machine.wait_for(rf"^{question.removeprefix('crowd:')}:{wanted}$", 0.1), f"{question[:40]}:{shown}")


with guest.Namespace("names") as net:
    net.enter()
    for family, address in ((socket.AF_INET, guest.HOST4), (socket.AF_INET6, guest.HOST6)):
        datagrams, streams = socket.socket(family, socket.SOCK_DGRAM), socket.socket(family)
        for server in (datagrams, streams):
            server.bind((address, 53))
        streams.listen(16)
        for serve, server in ((serve_datagrams, datagrams), (serve_streams, streams)):
            threading.Thread(target=serve, args=(server,), daemon=True).start()
    ask(net, QUESTIONS, f"net.dns={guest.HOST4}")
    completed = [f"{name}{domain}" for name in ("short", "nowhere") for domain in (".lab.corp.example", ".deep.corp.example")]
    in_order = [name for name in names if name in [*completed, "short", "nowhere", "none.example", "none.example.lab.corp.example"]]
    guest.check(in_order == ["none.example", "none.example.lab.corp.example", *completed[:2], "short", *completed[2:], "nowhere"],
                "a short name is asked for below each domain first, one with a dot as it is: " + " ".join(in_order))
    for settings, server, other, questions in ONE_KIND:
        kinds.clear()
        ask(net, questions, f"net.dns={server} {settings}")
        guest.check(kinds and other not in kinds, f"{settings}: nobody is asked for addresses of the other kind")
guest.finish()
