// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The parts of the UEFI interface (specification 2.10) that the stage uses, under the names that it has there. The
// compiler's target has UEFI's calling convention already (§2.3.4.2).

#include <stddef.h>
#include <stdint.h>

namespace wick::uefi {

using Handle = void*;

/// Appendix D: those that this stage gives back or asks for. Errors have the highest bit.
enum class Status : uint64_t {
  success = 0,
  load_error = 1ull << 63 | 1,
  invalid_parameter = 1ull << 63 | 2,
  unsupported = 1ull << 63 | 3,
  device_error = 1ull << 63 | 7,
  out_of_resources = 1ull << 63 | 9,
  volume_full = 1ull << 63 | 11,
};
constexpr bool ok(Status status) { return status == Status::success; }

struct Guid {
  uint32_t a;
  uint16_t b, c;
  uint8_t d[8];
  bool operator==(const Guid&) const = default;
};
static_assert(sizeof(Guid) == 16);

/// §10.3: a node; the next one follows. §10.3.5.1, §10.3.5.2, §10.3.4.13, §10.3.1
struct [[gnu::packed]] DevicePath {
  uint8_t type, subtype;
  uint16_t bytes;

  static constexpr uint8_t kEnd = 0x7f, kMessaging = 3, kUart = 14, kMedia = 4, kHardDrive = 1, kCdRom = 2;
  bool is_last() const { return type == kEnd && subtype == 0xff; }
  const DevicePath* next() const {
    return reinterpret_cast<const DevicePath*>(reinterpret_cast<const uint8_t*>(this) + bytes);
  }
};
static_assert(sizeof(DevicePath) == 4);
inline constexpr Guid kDevicePath = {0x09576e91, 0x6d3f, 0x11d2, {0x8e, 0x39, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b}};

/// §9.1
struct LoadedImage {
  uint32_t revision;
  Handle parent;
  struct SystemTable* system;
  Handle device;
};
static_assert(offsetof(LoadedImage, device) == 24);
inline constexpr Guid kLoadedImage = {0x5b1b31a1, 0x9562, 0x11d2, {0x8e, 0x3f, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b}};

/// §13.9
struct Media {
  uint32_t id;
  bool removable, present, partition, read_only, caches_writes;
  uint32_t block_bytes, alignment;
  uint64_t last_block;
};
static_assert(offsetof(Media, block_bytes) == 12 && offsetof(Media, last_block) == 24);

struct BlockIo {
  uint64_t revision;
  const Media* media;
  void* reset;
  Status (*read)(BlockIo*, uint32_t media, uint64_t first, uint64_t bytes, void* to);
  Status (*write)(BlockIo*, uint32_t media, uint64_t first, uint64_t bytes, const void* from);
  Status (*flush)(BlockIo*);
};
static_assert(offsetof(BlockIo, read) == 24 && offsetof(BlockIo, flush) == 40);
inline constexpr Guid kBlockIo = {0x964e5b21, 0x6459, 0x11d2, {0x8e, 0x39, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b}};

/// §12.4
struct TextOutput {
  void* reset;
  Status (*write)(TextOutput*, const char16_t* text);
};
static_assert(offsetof(TextOutput, write) == 8);

/// §7.2
enum class MemoryType : uint32_t {
  loader_code = 1,
  loader_data = 2,
  boot_code = 3,
  boot_data = 4,
  conventional = 7,
  unusable = 8,
  acpi_reclaim = 9,
  acpi_nvs = 10,
  persistent = 14,
};
inline constexpr uint64_t kPage = 4096, kWriteBack = 8, kSpecificPurpose = 0x40000;

struct MemoryDescriptor {
  MemoryType type;
  uint64_t start, virtual_start, pages, attributes;
};
static_assert(sizeof(MemoryDescriptor) == 40 && offsetof(MemoryDescriptor, start) == 8);

enum class Allocate : uint32_t { any, below, at };

struct TableHeader {
  uint64_t signature;
  uint32_t revision, bytes, checksum, reserved;
};
static_assert(sizeof(TableHeader) == 24);

/// §4.4
struct BootServices {
  TableHeader header;
  void* priorities[2];
  Status (*allocate_pages)(Allocate, MemoryType, uint64_t pages, uint64_t* address);
  Status (*free_pages)(uint64_t address, uint64_t pages);
  Status (*get_memory_map)(uint64_t* bytes, void* map, uint64_t* key, uint64_t* descriptor_bytes, uint32_t* version);
  void* pools_events_and_installing[11];
  Status (*handle_protocol)(Handle, const Guid*, void** interface);
  void* reserved_notify_and_locate_handle[3];
  Status (*locate_device_path)(const Guid*, const DevicePath** path, Handle*);
  void* tables_and_images[5];
  Status (*exit_boot_services)(Handle image, uint64_t key);
  void* waiting_drivers_and_protocols[10];
  Status (*locate_protocol)(const Guid*, void* registration, void** interface);
};
static_assert(offsetof(BootServices, allocate_pages) == 40 && offsetof(BootServices, get_memory_map) == 56 &&
              offsetof(BootServices, handle_protocol) == 152 && offsetof(BootServices, locate_device_path) == 184 &&
              offsetof(BootServices, exit_boot_services) == 232 && offsetof(BootServices, locate_protocol) == 320);

/// TCG EFI Protocol Specification, family 2.0, §6.4 and §6.6.
struct Tcg2Capability {
  uint8_t bytes;
  uint8_t structure_version[2], protocol_version[2];
  uint32_t hashes, logs;
  bool present;
  uint16_t most_command, most_response;
  uint32_t maker, banks, active_banks;
};
static_assert(sizeof(Tcg2Capability) == 36 && offsetof(Tcg2Capability, present) == 16);

struct [[gnu::packed]] Tcg2Event {
  uint32_t bytes;
  uint32_t header_bytes;
  uint16_t header_version;
  uint32_t pcr, type;
  char text[32];
};
static_assert(sizeof(Tcg2Event) == 50 && offsetof(Tcg2Event, text) == 18);

struct Tcg2 {
  Status (*get_capability)(Tcg2*, Tcg2Capability*);
  void* get_event_log;
  Status (*hash_log_extend_event)(Tcg2*, uint64_t flags, uint64_t data, uint64_t bytes, const Tcg2Event*);
};
static_assert(offsetof(Tcg2, hash_log_extend_event) == 16);
inline constexpr Guid kTcg2 = {0x607f766c, 0x7455, 0x42be, {0x93, 0x0b, 0xe4, 0xd7, 0x6d, 0xb2, 0x72, 0x0f}};

/// §4.5
struct RuntimeServices {
  TableHeader header;
  void* time_and_addresses[6];
  Status (*get_variable)(const char16_t* name, const Guid*, uint32_t* attributes, uint64_t* bytes, void* value);
};
static_assert(offsetof(RuntimeServices, get_variable) == 72);
/// Of the variables that the specification names (§3.3).
inline constexpr Guid kGlobal = {0x8be4df61, 0x93ca, 0x11d2, {0xaa, 0x0d, 0x00, 0xe0, 0x98, 0x03, 0x2b, 0x8c}};

/// §4.6
struct ConfigurationTable {
  Guid kind;
  uint64_t address;
};
static_assert(sizeof(ConfigurationTable) == 24);
inline constexpr Guid kAcpi2 = {0x8868e871, 0xe4f1, 0x11d3, {0xbc, 0x22, 0x00, 0x80, 0xc7, 0x3c, 0x88, 0x81}};
inline constexpr Guid kAcpi1 = {0xeb9d2d30, 0x2d88, 0x11d3, {0x9a, 0x16, 0x00, 0x90, 0x27, 0x3f, 0xc1, 0x4d}};

/// §4.3
struct SystemTable {
  TableHeader header;
  const char16_t* vendor;
  uint32_t revision;
  Handle input_handle;
  void* input;
  Handle output_handle;
  TextOutput* output;
  Handle error_handle;
  TextOutput* error;
  RuntimeServices* runtime;
  BootServices* boot;
  uint64_t table_count;
  const ConfigurationTable* tables;
};
static_assert(offsetof(SystemTable, output) == 64 && offsetof(SystemTable, boot) == 96 &&
              offsetof(SystemTable, tables) == 112 && sizeof(SystemTable) == 120);

}  // namespace wick::uefi
