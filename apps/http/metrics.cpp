// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics.h"

#include <time.h>
#include <wick/crash.h>
#include <wick/memory.h>
#include <wick/net.h>

#include <cstdlib>

#include "text.h"

namespace http {
namespace {

constexpr std::size_t kRoom = 8192;

void write_requests(Text& page, const Counters& counters) {
  page << "# HELP http_requests_total Answered requests by class of status.\n# TYPE http_requests_total counter\n";
  for (std::uint64_t kind = 2; kind <= 5; ++kind) {
    page << "http_requests_total{class=\"" << kind << "xx\"} " << counters.by_class[kind] << "\n";
  }
  metric(page, "http_body_bytes_total", "counter", "Bytes of answered bodies.", counters.body_bytes);
  metric(page, "http_head_bytes_total", "counter", "Bytes of answered heads.", counters.head_bytes);
  metric(page, "http_connections_accepted_total", "counter", "Connections taken.", counters.accepted);
  metric(page, "http_connections_refused_total", "counter", "Connections refused for want of room.", counters.refused);
  metric(page, "http_connections_timed_out_total", "counter", "Connections closed for silence or slowness.",
         counters.timed_out);
  metric(page, "http_connections_displaced_total", "counter", "Idle connections closed in favour of new ones.",
         counters.displaced);
  metric(page, "http_connections_open", "gauge", "Open connections.", counters.open);
}

void write_memory(Text& page) {
  wick::memory::Statistics heap = wick::memory::statistics();
  metric(page, "wick_heap_bytes", "gauge", "Heap that the manifest gives.", heap.total);
  metric(page, "wick_heap_used_bytes", "gauge", "Heap in allocated blocks.", heap.used);
  metric(page, "wick_heap_grown_bytes", "gauge", "Heap that the allocator has taken.", heap.grown);
}

void write_restarts(Text& page) {
  metric(page, "wick_restarts_total", "counter", "Restarts after crashes since power-on.", wick_restarts());
  page << "# HELP wick_last_crash Why the guest before this one died.\n# TYPE wick_last_crash gauge\n"
       << "wick_last_crash{cause=\"" << wick_last_crash_cause() << "\"} 1\n";
}

void write_network(Text& page) {
  wick::net::Statistics net = wick::net::statistics();
  metric(page, "wick_net_received_frames_total", "counter", "Frames received.", net.received_frames);
  metric(page, "wick_net_received_bytes_total", "counter", "Bytes received.", net.received_bytes);
  metric(page, "wick_net_sent_frames_total", "counter", "Frames sent.", net.sent_frames);
  metric(page, "wick_net_sent_bytes_total", "counter", "Bytes sent.", net.sent_bytes);
  metric(page, "wick_net_dropped_frames_total", "counter", "Frames dropped for want of room.", net.dropped_frames);
  metric(page, "wick_net_flushes_total", "counter", "Batches handed to a device: at most so many doorbells.",
         net.flushes);
  metric(page, "wick_net_waits_total", "counter", "Times that the network waited for an event.", net.waits);
  metric(page, "wick_tcp_connections", "gauge", "TCP connections, TIME_WAIT included.", net.connections);
  metric(page, "wick_tcp_connections_limit", "gauge", "TCP connections that memory allows.", net.connection_limit);
  metric(page, "wick_net_exhausted_total", "counter", "Times that the stack's memory had nothing to give.",
         net.exhausted);
  metric(page, "wick_net_pool_bytes", "gauge", "Heap taken by the stack at start.", net.pool_bytes);
}

}  // namespace

void metric(Text& page, std::string_view name, std::string_view type, std::string_view help, std::uint64_t value) {
  page << "# HELP " << name << " " << help << "\n# TYPE " << name << " " << type << "\n"
       << name << " " << value << "\n";
}

std::string_view write_metrics(const Server& server) {
  auto* room = static_cast<char*>(std::malloc(kRoom));
  if (!room) return {};
  Text page({room, kRoom});
  write_requests(page, server.counters);
  write_memory(page);
  write_network(page);
  write_restarts(page);
  timespec up{};
  clock_gettime(CLOCK_MONOTONIC, &up);
  metric(page, "wick_uptime_seconds", "gauge", "Seconds since the appliance started.",
         static_cast<std::uint64_t>(up.tv_sec));
  if (server.more_metrics) server.more_metrics(page);
  return page.view();
}

}  // namespace http
