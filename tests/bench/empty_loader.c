// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// A loader for UEFI that ends the machine at once: what was executed until then is the firmware's alone.

enum { kExitPort = 0x501 };  // tests/support/qemu.py

unsigned long long efi_main(void) {
  __asm__ volatile("outb %0, %1" ::"a"((unsigned char)0), "Nd"((unsigned short)kExitPort));
  for (;;) __asm__ volatile("hlt");
}
