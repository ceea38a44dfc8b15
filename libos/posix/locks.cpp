// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// picolibc's locks, of its heap above all. Its critical sections are short, call nothing of the program's and never
// wait: they are guards of libos (sched/lock.h), which need no object and may be nested.

#include <sys/lock.h>

#include "sched/lock.h"

struct __lock {};

constinit __lock __lock___libc_recursive_mutex;

extern "C" {

void __retarget_lock_init(_LOCK_T* lock) { *lock = &__lock___libc_recursive_mutex; }
void __retarget_lock_init_recursive(_LOCK_T* lock) { __retarget_lock_init(lock); }
void __retarget_lock_close(_LOCK_T) {}
void __retarget_lock_close_recursive(_LOCK_T) {}
void __retarget_lock_acquire(_LOCK_T) { wick::sched::hold(wick::sched::State::heap); }
void __retarget_lock_acquire_recursive(_LOCK_T) { wick::sched::hold(wick::sched::State::heap); }
void __retarget_lock_release(_LOCK_T) { wick::sched::release(wick::sched::State::heap); }
void __retarget_lock_release_recursive(_LOCK_T) { wick::sched::release(wick::sched::State::heap); }

}  // extern "C"
