// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The parts of this test, a file each.

void epoll(void);
void events(void);
void unix_sockets(void);
void options(void);
void locks(void);
void interfaces(void);
void signal_files(void);

// A TCP connection over loopback: ends[0] has connected, ends[1] was accepted.
void connect_pair(int ends[2]);
