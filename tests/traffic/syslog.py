#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""syslog() to a server of the test's own: each message is one datagram and strictly of RFC 5424, none of a burst at the
start of a program that ends at once is lost, over IPv4 to the server that the manifest names and over IPv6 to another one
of the command line; a setting that is no address is complained of, once."""

import datetime
import re
import socket

import guest

# RFC 5424 §6, without structured data: there is none.
FORM = re.compile(rb"<(0|[1-9]\d{0,2})>1 (-|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,6}Z) ([!-~]{1,255}) ([!-~]{1,48}) ([!-~]{1,128}) ([!-~]{1,32}) -(?: (.*))?",
                  re.DOTALL)
BOM = b"\xef\xbb\xbf"
LOCAL3 = 19 << 3
WANTED = [
    (8 + 6, b"test-names", b"-", b"before openlog"),
    (LOCAL3 + 3, b"my_daemon", b"1", b"three 3: No such file or directory"),
    (16 + 7, b"my_daemon", b"1", b"a line#012<0>1 - another#177"),
    (LOCAL3 + 5, b"my_daemon", b"1", BOM + "naïve €".encode()),
    (LOCAL3 + 5, b"my_daemon", b"1", b"latin \xe9"),
    (LOCAL3 + 4, b"my_daemon", b"1", b"no such facility"),
    (LOCAL3 + 1, b"my_daemon", b"1", None),  # as long as may be
    *[(LOCAL3 + 2, b"test-names", b"1", b"number %d" % number) for number in range(30)],
]
arguments = guest.parse()


def received(server):
    """Until nothing comes for a second; the guest has ended."""
    datagrams = []
    try:
        while True:
            datagrams.append(server.recv(65535))
    except TimeoutError:
        return datagrams


def compare(datagrams, what):
    guest.check(len(datagrams) == len(WANTED), f"{what}: {len(datagrams)} datagrams of {len(WANTED)}")
    for datagram, (priority, application, process, text) in zip(datagrams, WANTED):
        form = FORM.fullmatch(datagram)
        fields = form and (int(form[1]), form[3], form[4], form[5], form[6])
        good = fields == (priority, b"logger.example", application, process, b"-")
        if text is None:
            good = good and len(datagram) == 2048 and set(form[7]) == {ord("x")}
        else:
            good = good and form[7] == text
        if good and form[2] != b"-":
            date = datetime.datetime.fromisoformat(form[2].decode())
            good = abs((datetime.datetime.now(datetime.timezone.utc) - date).total_seconds()) < 120
        guest.check(good, f"{what}: {datagram[:100]}")
    guest.check(all(FORM.fullmatch(datagram)[2] != b"-" for datagram in datagrams), f"{what}: the date is known")


with guest.Namespace("syslog") as net:
    net.enter()
    for family, address, port, setting in ((socket.AF_INET, guest.HOST4, 5514, ""),
                                           (socket.AF_INET6, guest.HOST6, 5515, f"log.syslog=[{guest.HOST6}]:5515")):
        with socket.socket(family, socket.SOCK_DGRAM) as server:
            server.bind((address, port))
            server.settimeout(1)
            with net.start(arguments, f"arg=log net.hostname=logger.example {setting}") as machine:
                guest.check(machine.wait_for("my daemon: three 3", 20), f"{address}: the appliance's own log has the messages, too")
                machine.process.wait(20)
            compare(received(server), address)
    with net.start(arguments, "arg=log log.syslog=log.example:514") as machine:
        said = machine.wait_for(r"number 29", 20)
        complaints = machine.console().count("log.syslog=log.example:514 is not an address")
        guest.check(said and complaints == 1, f"no address: complaints: {complaints}")
guest.finish()
