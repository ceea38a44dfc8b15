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

int ioctl(int descriptor, unsigned long request, ...);

#ifdef __cplusplus
}
#endif
