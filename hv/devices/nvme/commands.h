// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What goes through an NVMe controller's queues (NVM Express 1.4).

#include "abi/types.h"

namespace wick::hv::nvme {

/// §5: admin commands.
enum class AdminCommand : std::uint8_t {
  create_submission_queue = 0x01,
  create_completion_queue = 0x05,
  identify = 0x06,
  set_features = 0x09,
};

/// §6: NVM commands.
enum class IoCommand : std::uint8_t { flush = 0x00, write = 0x01, read = 0x02, dataset_management = 0x09 };

/// §4.2: a submission queue entry.
struct Command {
  std::uint8_t opcode, flags;
  std::uint16_t id;
  std::uint32_t name_space;
  std::uint64_t reserved, metadata;
  std::uint64_t data, more_data;  ///< PRP entries 1 and 2 (§4.3)
  std::uint32_t word10, word11, word12, word13, word14, word15;
};
static_assert(sizeof(Command) == 64);
static_assert(offsetof(Command, data) == 24);
static_assert(offsetof(Command, word10) == 40);

/// §4.6: a completion queue entry. Bit 0 of `status` is the phase, the rest 0 when all went well.
struct Completion {
  std::uint32_t result, reserved;
  std::uint16_t submission_head, submission_queue;
  std::uint16_t id, status;
};
static_assert(sizeof(Completion) == 16);

/// §6.7: one range of a dataset management command.
struct Range {
  std::uint32_t attributes, blocks;
  std::uint64_t start;
};
static_assert(sizeof(Range) == 16);
inline constexpr std::uint32_t kDeallocate = 1u << 2;  // §6.7, word 11

// §5.15.1: what to identify.
inline constexpr std::uint32_t kIdentifyNamespace = 0, kIdentifyController = 1, kIdentifyActive = 2;
inline constexpr std::uint32_t kFeatureQueueCount = 7;                       // §5.21.1.7
inline constexpr std::uint32_t kContiguous = 1, kInterruptEnable = 1u << 1;  // §5.3, §5.4: word 11

/// §5.15.2.2
struct ControllerIdentity {
  std::uint16_t vendor, subsystem_vendor;
  char serial[20];  ///< filled up with spaces
  std::uint8_t rest1[53];
  std::uint8_t most_data;  ///< log2 of the pages that one command may move; 0: any number
  std::uint8_t rest2[442];
  std::uint16_t optional_commands;
  std::uint16_t fused, format;
  std::uint8_t rest3[3570];
};
static_assert(offsetof(ControllerIdentity, serial) == 4);
static_assert(offsetof(ControllerIdentity, most_data) == 77);
static_assert(offsetof(ControllerIdentity, optional_commands) == 520);
static_assert(sizeof(ControllerIdentity) == 4096);
inline constexpr std::uint16_t kHasDatasetManagement = 1u << 2;

struct BlockFormat {
  std::uint16_t metadata_bytes;
  std::uint8_t block_shift, performance;
};
static_assert(sizeof(BlockFormat) == 4);

/// §5.15.2.1
struct NamespaceIdentity {
  std::uint64_t blocks;
  std::uint8_t rest1[18];
  std::uint8_t format;  ///< bits 3 to 0: index into `formats`
  std::uint8_t rest2[72];
  std::uint8_t attributes;
  std::uint8_t rest3[28];
  BlockFormat formats[16];
  std::uint8_t rest4[3904];
};
static_assert(offsetof(NamespaceIdentity, format) == 26);
static_assert(offsetof(NamespaceIdentity, attributes) == 99);
static_assert(offsetof(NamespaceIdentity, formats) == 128);
static_assert(sizeof(NamespaceIdentity) == 4096);
inline constexpr std::uint8_t kFormatMask = 0xf, kWriteProtected = 1;

}  // namespace wick::hv::nvme
