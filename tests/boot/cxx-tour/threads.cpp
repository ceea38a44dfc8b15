// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Threads and what they meet at.
#include <barrier>
#include <condition_variable>
#include <future>
#include <latch>
#include <mutex>
#include <semaphore>
#include <shared_mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "check.h"
#include "parts.h"

using namespace std::chrono_literals;

void threads() {
  std::latch done(4);
  std::atomic<int> sum = 0;
  std::barrier meet(4, [&]() noexcept { sum += 100; });
  std::vector<std::thread> four;
  for (int i = 0; i < 4; i++) {
    four.emplace_back([&, i] {
      sum += i;
      meet.arrive_and_wait();
      done.count_down();
    });
  }
  done.wait();
  for (auto& thread : four) thread.join();
  CHECK(sum == 106);

  std::promise<int> promise;
  auto future = promise.get_future();
  std::latch waited(1);
  std::thread giver([&] {
    waited.wait();  // and not for a time, which this machine may sleep through
    promise.set_value(7);
  });
  CHECK(future.wait_for(1ms) == std::future_status::timeout);
  waited.count_down();
  CHECK(future.get() == 7);
  giver.join();
  auto failing = std::async(std::launch::async, []() -> int { throw std::runtime_error("no"); });
  bool thrown = false;
  try {
    (void)failing.get();
  } catch (const std::runtime_error&) {
    thrown = true;
  }
  CHECK(thrown);

  std::atomic<bool> ready = false;
  std::thread waiter([&] { ready.wait(false); });
  std::this_thread::sleep_for(2ms);
  ready = true;
  ready.notify_all();
  waiter.join();

  std::counting_semaphore<4> places(1);
  places.acquire();
  CHECK(!places.try_acquire_for(2ms));
  places.release();
  CHECK(places.try_acquire());

  std::timed_mutex timed;
  std::shared_mutex shared;
  timed.lock();
  std::shared_lock first(shared), second(shared);
  std::thread other([&] { CHECK(!timed.try_lock_for(2ms) && !shared.try_lock()); });
  other.join();
  timed.unlock();
  std::mutex mutex;
  std::condition_variable changed;
  std::unique_lock lock(mutex);
  CHECK(changed.wait_for(lock, 2ms) == std::cv_status::timeout);

  std::condition_variable_any any;
  std::atomic<bool> stopped = false;
  {
    std::jthread worker([&](std::stop_token token) {
      std::mutex own;
      std::unique_lock held(own);
      any.wait(held, token, [] { return false; });
      stopped = token.stop_requested();
    });
  }
  CHECK(stopped);
}
