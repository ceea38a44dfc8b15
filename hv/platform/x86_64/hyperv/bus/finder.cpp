// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Finds what the host offers on VMBus. Networks and disks go to their drivers (drivers-pv/hyperv), each with an event
// and a number; the services that tell of the machine's life and end are answered here, on the interrupt.

#include "devices/finder.h"

#include "abi/event.h"
#include "arch/cpu.h"
#include "arch/event_routing.h"
#include "arch/instructions.h"
#include "class/driver.h"
#include "hyperv/services.h"
#include "platform/clock.h"
#include "platform/platform.h"
#include "platform/print.h"
#include "platform/x86_64/hyperv/bus/synic.h"
#include "platform/x86_64/hyperv/date.h"

namespace wick::hv::hyperv {
namespace {

using drivers::hyperv::Channel;
using drivers::hyperv::Facts;
using drivers::hyperv::Guid;
using drivers::hyperv::kFirstSignal;
using drivers::hyperv::Mailbox;
using drivers::hyperv::MessageType;
using drivers::hyperv::OfChannel;
using drivers::hyperv::Offer;
using drivers::hyperv::Service;
using drivers::hyperv::ServiceKind;

constexpr Nanoseconds kWait{10'000'000};
constexpr unsigned kMostChannels = 12;
constexpr unsigned kMostNews = 64;  ///< a look: a host may never stop to talk

struct Class {
  Guid type;
  DeviceKind kind;
  bool ide;
};
constexpr Class kClasses[] = {{drivers::hyperv::kNetworkType, DeviceKind::network, false},
                              {drivers::hyperv::kScsiType, DeviceKind::block, false},
                              {drivers::hyperv::kIdeType, DeviceKind::block, true}};
struct ServiceClass {
  Guid type;
  ServiceKind kind;
};
constexpr ServiceClass kServices[] = {{drivers::hyperv::kHeartbeatType, ServiceKind::heartbeat},
                                      {drivers::hyperv::kShutdownType, ServiceKind::shutdown},
                                      {drivers::hyperv::kTimeType, ServiceKind::time}};
constexpr unsigned kServiceCount = sizeof kServices / sizeof kServices[0];
constexpr std::uint32_t kServiceRing = kPage;
using ServiceRings = std::uint8_t[Channel::ring_bytes(kServiceRing)];

struct Listener {
  Facts facts;
  std::uint32_t connection;
  std::uint8_t event;
  Service* service;  ///< answered here; else the event's device has a driver
};

Mailbox mailbox;
Listener listeners[kMostChannels];
unsigned listener_count;
Service services[kServiceCount];
Boot* found;  // while devices are looked for
bool signalled;
[[gnu::section(".bss.hv.own")]] alignas(kPage) ServiceRings service_rings[kServiceCount];
[[gnu::section(".bss.hv.own")]] alignas(kPage) std::uint8_t service_room[Service::kRoom];

/// The host has taken a device away: its driver hears of it by the facts, at its event.
void take_back(std::uint32_t channel) {
  for (unsigned i = 0; i < listener_count; ++i) {
    Listener& listener = listeners[i];
    if (listener.facts.channel != channel || listener.facts.gone) continue;
    listener.facts.gone = 1;
    if (listener.service) continue;  // who would ask has gone
    __atomic_or_fetch(&this_cpu().events.pending, 1ull << listener.event, __ATOMIC_RELAXED);
    print_line(print, "[wick] the host has taken a device away, that of VMBus' channel ", channel);
  }
}

/// What the host says unasked: that an offer is taken back, or, once they were listed, that there is another one, which
/// is passed over. Interrupts are off.
void take_news() {
  alignas(8) static std::uint8_t news[drivers::hyperv::kMostMessage];
  for (unsigned i = 0; i < kMostNews; ++i) {
    const MessageType type{waiting_message()};
    if (type != MessageType::rescind && (type != MessageType::offer || found)) return;
    const auto length = take_message(news);
    if (type == MessageType::rescind && length >= sizeof(OfChannel))
      take_back(reinterpret_cast<const OfChannel*>(news)->channel);
  }
}

/// Interrupts are off.
void take_signals() {
  take_news();
  auto& pending = this_cpu().events.pending;
  for (unsigned i = 0; i < listener_count; ++i) {
    const Listener& listener = listeners[i];
    if (listener.facts.gone || !take_signal(listener.facts.channel)) continue;
    signalled = true;
    const bool ends = listener.service && listener.service->serve(service_room);
    if (const auto date = listener.service ? listener.service->take_date() : 0) told_epoch = date - raw(clock_now());
    const unsigned event = ends ? static_cast<unsigned>(Event::shutdown) : listener.event;
    if (ends || !listener.service) __atomic_or_fetch(&pending, 1ull << event, __ATOMIC_RELAXED);
  }
}

/// @return whether there was something before the time was over
bool wait(bool (*something)()) {
  const Nanoseconds end = clock_now() + kWait;
  do {
    if (something()) return true;
    asm volatile("pause");
  } while (clock_now() < end);
  return false;
}

[[gnu::cold]] Status notify(std::uint32_t number) {
  switch (number) {
    case drivers::hyperv::kPost:
      return post(mailbox.connection, {mailbox.out, mailbox.out_length}) ? Status::ok : Status::io_error;
    case drivers::hyperv::kWaitMessage:
      (void)wait([] {
        take_news();
        return (mailbox.in_length = take_message(mailbox.in)) != 0;
      });
      return Status::ok;
    case drivers::hyperv::kWaitSignal:
      (void)wait([] {
        take_signals();
        return signalled;
      });
      signalled = false;
      return Status::ok;
  }
  if (number - kFirstSignal >= listener_count) return Status::unsupported;
  signal(listeners[number - kFirstSignal].connection);
  return Status::ok;
}

[[gnu::cold]] void add_device(const Class& of, Listener& listener) {
  DeviceEntry device{};
  device.bus = drivers::hyperv::kBus;
  device.kind = of.kind;
  device.event_count = 1;
  device.events[0] = listener.event = static_cast<std::uint8_t>(allocate_event());
  device.number = kFirstSignal + listener_count;
  device.windows[0] = {gpa_of(&mailbox), sizeof mailbox};
  device.windows[1] = {gpa_of(&listener.facts), sizeof listener.facts};
  found->add(device);
}

/// Notes an offer that somebody is for. What the host says of numbers is within bounds, but may be said twice.
[[gnu::cold]] void take(const Offer& offer) {
  const Class* device = nullptr;
  Service* service = nullptr;
  for (const Class& of : kClasses) {
    DeviceEntry entry{};
    entry.bus = drivers::hyperv::kBus;
    entry.kind = of.kind;
    if (of.type == offer.type && drivers::driver_for(entry)) device = &of;
  }
  for (unsigned i = 0; i < kServiceCount; ++i)
    if (kServices[i].type == offer.type) service = &services[i];
  if ((!device && !service) || offer.sub_channel != 0) return;
  for (unsigned i = 0; i < listener_count; ++i)
    if (listeners[i].facts.channel == offer.channel || (service && listeners[i].service == service)) return;
  if (!(offer.dedicated & 1) || listener_count == kMostChannels) {
    print_line(print, "[wick] an offer of VMBus stays unused: hv has room for 12 channels, each with a signal");
    return;
  }
  Listener& listener = listeners[listener_count];
  listener.facts.channel = offer.channel;
  listener.connection = offer.connection;
  listener.service = service;
  if (device) {
    listener.facts.ide = device->ide;
    listener.facts.path = device->ide ? offer.instance.bytes[0] : std::uint8_t{0};
    listener.facts.target = device->ide ? offer.instance.bytes[4] : std::uint8_t{0};
    add_device(*device, listener);
  }
  ++listener_count;
}

[[gnu::cold]] void open_services(const drivers::hyperv::Vmbus& bus) {
  for (unsigned i = 0; i < listener_count; ++i) {
    Service* const service = listeners[i].service;
    if (!service) continue;
    const auto which = service - services;
    Channel channel;
    const drivers::Doorbell doorbell(notify, kFirstSignal + i);
    if (ok(channel.open(bus, listeners[i].facts.channel, doorbell, service_rings[which], kServiceRing)))
      *service = Service(channel, kServices[which].kind);
    else
      listeners[i].facts.gone = 1;
  }
}

[[gnu::cold]] void find(Boot& boot) {
  if (platform->id != Hypervisor::hyperv || !start_synic(take_signals)) return;
  found = &boot;
  drivers::hyperv::Vmbus bus(mailbox, notify);
  if (!ok(bus.connect(monitor_pages())) || !ok(bus.list_offers(take))) {
    print_line(print, "[wick] the host speaks no VMBus that hv knows");
    return;
  }
  boot.use(Interface::vmbus);
  open_services(bus);
  found = nullptr;
}

WICK_REGISTERED("finders") constexpr Finder finder = {find, notify};

}  // namespace
}  // namespace wick::hv::hyperv
