// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// <sys/ioctl.h>, which picolibc lacks: the requests that descriptors of this library OS understand.

#ifdef __cplusplus
extern "C" {
#endif

#define TIOCOUTQ 0x5411
#define SIOCOUTQ TIOCOUTQ
#define FIONREAD 0x541B
#define SIOCINQ FIONREAD
#define FIONBIO 0x5421
#define FIOASYNC 0x5452 /* no file here sends SIGIO: ENOTTY */

#define TIOCGWINSZ 0x5413        /* the console doesn't tell its size: ENOTTY */
#ifndef __DEFINED_struct_winsize /* <termios.h> has it, too */
#define __DEFINED_struct_winsize
struct winsize {
  unsigned short ws_row, ws_col, ws_xpixel, ws_ypixel;
};
#endif

// About an interface, by any socket of the Internet: struct ifreq of <net/if.h>.
#define SIOCGIFNAME 0x8910
#define SIOCGIFCONF 0x8912
#define SIOCGIFFLAGS 0x8913
#define SIOCGIFADDR 0x8915
#define SIOCGIFBRDADDR 0x8919
#define SIOCGIFNETMASK 0x891B
#define SIOCGIFMTU 0x8921
#define SIOCGIFHWADDR 0x8927
#define SIOCGIFINDEX 0x8933

int ioctl(int descriptor, unsigned long request, ...);

#ifdef __cplusplus
}
#endif
