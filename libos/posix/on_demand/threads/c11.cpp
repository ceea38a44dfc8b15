// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// <threads.h>: C11's names for POSIX threads.

#include <sched.h>
#include <threads.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>

namespace {

constexpr int answer(int error) {
  switch (error) {
    case 0:
      return thrd_success;
    case EBUSY:
      return thrd_busy;
    case ENOMEM:
      return thrd_nomem;
    case ETIMEDOUT:
      return thrd_timedout;
    default:
      return thrd_error;
  }
}

struct Start {
  thrd_start_t function;
  void* argument;
};

void* as_pointer(int result) { return reinterpret_cast<void*>(static_cast<std::intptr_t>(result)); }

void* run(void* argument) {
  const Start start = *static_cast<Start*>(argument);
  std::free(argument);
  return as_pointer(start.function(start.argument));
}

}  // namespace

extern "C" {

void call_once(once_flag* flag, void (*function)(void)) { (void)pthread_once(flag, function); }

int cnd_init(cnd_t* condition) { return answer(pthread_cond_init(condition, nullptr)); }
void cnd_destroy(cnd_t* condition) { (void)pthread_cond_destroy(condition); }
int cnd_signal(cnd_t* condition) { return answer(pthread_cond_signal(condition)); }
int cnd_broadcast(cnd_t* condition) { return answer(pthread_cond_broadcast(condition)); }
int cnd_wait(cnd_t* condition, mtx_t* mutex) { return answer(pthread_cond_wait(condition, mutex)); }
int cnd_timedwait(cnd_t* condition, mtx_t* mutex, const struct timespec* until) {
  return answer(pthread_cond_timedwait(condition, mutex, until));
}

int mtx_init(mtx_t* mutex, int kind) {
  pthread_mutexattr_t attributes;
  (void)pthread_mutexattr_init(&attributes);
  attributes.kind = kind & mtx_recursive ? PTHREAD_MUTEX_RECURSIVE : PTHREAD_MUTEX_NORMAL;
  return answer(pthread_mutex_init(mutex, &attributes));
}
void mtx_destroy(mtx_t* mutex) { (void)pthread_mutex_destroy(mutex); }
int mtx_lock(mtx_t* mutex) { return answer(pthread_mutex_lock(mutex)); }
int mtx_timedlock(mtx_t* mutex, const struct timespec* until) { return answer(pthread_mutex_timedlock(mutex, until)); }
int mtx_trylock(mtx_t* mutex) { return answer(pthread_mutex_trylock(mutex)); }
int mtx_unlock(mtx_t* mutex) { return answer(pthread_mutex_unlock(mutex)); }

int thrd_create(thrd_t* thread, thrd_start_t function, void* argument) {
  auto* start = static_cast<Start*>(std::malloc(sizeof(Start)));
  if (!start) return thrd_nomem;
  *start = {function, argument};
  const int wrong = pthread_create(thread, nullptr, run, start);
  if (wrong != 0) std::free(start);
  return wrong == EAGAIN ? thrd_nomem : answer(wrong);
}
thrd_t thrd_current(void) { return pthread_self(); }
int thrd_detach(thrd_t thread) { return answer(pthread_detach(thread)); }
int thrd_equal(thrd_t a, thrd_t b) { return pthread_equal(a, b); }
void thrd_exit(int result) { pthread_exit(as_pointer(result)); }
int thrd_join(thrd_t thread, int* result) {
  void* value = nullptr;
  const int wrong = pthread_join(thread, &value);
  if (wrong == 0 && result) *result = static_cast<int>(reinterpret_cast<std::intptr_t>(value));
  return answer(wrong);
}
int thrd_sleep(const struct timespec* duration, struct timespec* left) {
  if (nanosleep(duration, left) == 0) return 0;
  return errno == EINTR ? -1 : -2;
}
void thrd_yield(void) { (void)sched_yield(); }

int tss_create(tss_t* key, tss_dtor_t destructor) { return answer(pthread_key_create(key, destructor)); }
void tss_delete(tss_t key) { (void)pthread_key_delete(key); }
void* tss_get(tss_t key) { return pthread_getspecific(key); }
int tss_set(tss_t key, void* value) { return answer(pthread_setspecific(key, value)); }

}  // extern "C"
