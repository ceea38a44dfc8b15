// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <pthread.h>
#include <semaphore.h>
#include <wick/memory.h>

#include <atomic>
#include <barrier>
#include <chrono>
#include <condition_variable>
#include <future>
#include <latch>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <vector>

#include "check.h"

using namespace std::chrono_literals;

namespace {

void mutexes_and_conditions() {
  std::mutex mutex;
  std::condition_variable changed;
  int turn = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; i++) {
    threads.emplace_back([&, i] {
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return turn == i; });
      turn++;
      changed.notify_all();
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(turn == 8);

  std::unique_lock lock(mutex);
  const auto before = std::chrono::steady_clock::now();
  CHECK(changed.wait_for(lock, 30ms) == std::cv_status::timeout);
  const auto waited = std::chrono::steady_clock::now() - before;
  CHECK(waited >= 30ms && waited < 300ms);
}

void futures() {
  std::future<int> answer = std::async(std::launch::async, [] {
    std::this_thread::sleep_for(5ms);
    return 42;
  });
  CHECK(answer.wait_for(1ms) == std::future_status::timeout);
  CHECK(answer.get() == 42);
  std::future<void> failing = std::async(std::launch::async, [] { throw 7; });
  int caught = 0;
  try {
    failing.get();
  } catch (int number) {
    caught = number;
  }
  CHECK(caught == 7);
}

void locks_of_other_kinds() {
  std::recursive_mutex again;
  again.lock();
  CHECK(again.try_lock());
  again.unlock();
  bool other_got_it = true;
  std::thread([&] { other_got_it = again.try_lock(); }).join();
  CHECK(!other_got_it);
  again.unlock();

  std::timed_mutex timed;
  timed.lock();
  bool in_time = true;
  std::thread([&] { in_time = timed.try_lock_for(10ms); }).join();
  CHECK(!in_time);
  timed.unlock();

  std::shared_mutex shared;
  shared.lock_shared();
  CHECK(shared.try_lock_shared());
  CHECK(!shared.try_lock());
  shared.unlock_shared();
  shared.unlock_shared();
  CHECK(shared.try_lock());
  shared.unlock();

  std::once_flag once;
  int calls = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; i++) threads.emplace_back([&] { std::call_once(once, [&] { calls++; }); });
  for (std::thread& thread : threads) thread.join();
  CHECK(calls == 1);

  std::barrier meeting(3);
  std::atomic<int> arrived = 0;
  threads.clear();
  for (int i = 0; i < 3; i++) {
    threads.emplace_back([&] {
      arrived++;
      meeting.arrive_and_wait();
      CHECK(arrived == 3);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

void* add_one(void* argument) {
  auto* semaphore = static_cast<sem_t*>(argument);
  sem_wait(semaphore);
  return semaphore;
}

void posix_threads() {
  sem_t semaphore;
  CHECK(sem_init(&semaphore, 0, 0) == 0);
  pthread_attr_t attributes;
  CHECK(pthread_attr_init(&attributes) == 0);
  CHECK(pthread_attr_setstacksize(&attributes, 100) == EINVAL);
  CHECK(pthread_attr_setstacksize(&attributes, std::size_t{1} << 30) == EINVAL);
  CHECK(pthread_attr_setstacksize(&attributes, 32 * 1024) == 0);
  pthread_t thread;
  CHECK(pthread_create(&thread, &attributes, add_one, &semaphore) == 0);
  CHECK(sem_post(&semaphore) == 0);
  void* result = nullptr;
  CHECK(pthread_join(thread, &result) == 0);
  CHECK(result == &semaphore);
  CHECK(sem_trywait(&semaphore) == -1 && errno == EAGAIN);
  CHECK(pthread_join(pthread_self(), nullptr) == EDEADLK);

  pthread_mutexattr_t kind;
  pthread_mutexattr_init(&kind);
  pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_ERRORCHECK);
  pthread_mutex_t mutex;
  pthread_mutex_init(&mutex, &kind);
  CHECK(pthread_mutex_lock(&mutex) == 0);
  CHECK(pthread_mutex_lock(&mutex) == EDEADLK);
  CHECK(pthread_mutex_unlock(&mutex) == 0);
  CHECK(pthread_mutex_unlock(&mutex) == EPERM);
}

// All of them live at once, however slow the machine is: their stacks are the most that are kept for others.
void crowd() {
  std::vector<std::thread> threads;
  std::latch together(50);
  for (int i = 0; i < 50; i++) threads.emplace_back([&] { together.arrive_and_wait(); });
  for (std::thread& thread : threads) thread.join();
  std::this_thread::yield();
}

void stacks_are_used_again() {
  crowd();
  const auto before = wick::memory::statistics().used;
  void* block = malloc(100'000);
  CHECK(wick::memory::statistics().used >= before + 100'000);
  free(block);
  CHECK(wick::memory::statistics().used == before);
  for (int i = 0; i < 1000; i++) std::thread([] {}).join();
  crowd();
  CHECK(wick::memory::statistics().used <= before + 1024);
}

}  // namespace

int main() {
  CHECK(std::thread::hardware_concurrency() == 1);
  mutexes_and_conditions();
  futures();
  locks_of_other_kinds();
  posix_threads();
  stacks_are_used_again();
  return success();
}
