# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""What the steps of a machine of KVM's take, and how often each sleeps. The first memory, which nobody can be using yet, always
does: the kernel's own threads must have ended a grace period (synchronize_srcu_expedited() in kvm_main.c), and on a busy host
they come late. To be run as `chrt -r 5 python3 tests/bench/kvm_steps.py`, so that it never waits for a processor itself."""

import ctypes
import fcntl
import mmap
import os
import resource
import struct
import time

CREATE_VM, CREATE_VCPU, SET_MEMORY = 0xAE01, 0xAE41, 0x4020AE46
LENGTH, MACHINES = 16 << 20, 300
memory = mmap.mmap(-1, LENGTH, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
took = {"machine": [], "first memory": [], "vCPU": []}
slept = dict.fromkeys(took, 0)


def step(name, file, request, argument):
    switches, begin = resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw, time.monotonic()
    result = fcntl.ioctl(file, request, argument)
    took[name].append((time.monotonic() - begin) * 1e6)
    slept[name] += resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw > switches
    return result


device = os.open("/dev/kvm", os.O_RDWR)
for _ in range(MACHINES):
    machine = step("machine", device, CREATE_VM, 0)
    step("first memory", machine, SET_MEMORY, struct.pack("<IIQQQ", 0, 0, 1 << 20, LENGTH, address))
    os.close(step("vCPU", machine, CREATE_VCPU, 0))
    os.close(machine)
for name, times in took.items():
    times.sort()
    print(f"{name}: {times[MACHINES // 2]:.0f} us, 99 of 100 {times[MACHINES * 99 // 100]:.0f} us, worst {times[-1]:.0f} us; "
          f"{slept[name]} of {MACHINES} slept")
