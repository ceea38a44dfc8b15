// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Order of steps: NVM Express 1.4, §7.6.1.

#include "devices/nvme/controller.h"

namespace wick::hv::nvme {
namespace {

constexpr std::uint32_t kFewestEntries = 4;
constexpr std::uint32_t kSectorShift = 9, kMaxShift = 12;
constexpr std::uint16_t kIoQueue = 1;

// Waits are counted in register reads, which take a round trip on the bus of some 0.3 µs at least. Admin commands of
// the kinds used here take milliseconds.
constexpr std::uint64_t kReadsInHalfSecond = 1'500'000;
constexpr std::uint64_t kMaxAdminReads = 10 * kReadsInHalfSecond;

Command admin(AdminCommand what, Gpa data, std::uint32_t word10, std::uint32_t word11 = 0) {
  Command command{};
  command.opcode = static_cast<std::uint8_t>(what);
  command.data = raw(data);
  command.word10 = word10;
  command.word11 = word11;
  return command;
}

std::uint64_t doorbell(std::uint16_t queue, std::uint32_t stride) {
  return static_cast<std::uint32_t>(Register::doorbells) + std::uint64_t{2} * queue * stride;
}

}  // namespace

Status Controller::start(const Access& access, std::uint32_t entries, QueuePair& io, const char*& trouble) {
  registers_ = NamedRegisters<Register>(access.device.windows[0]);
  if (!registers_.covers(0, static_cast<std::uint32_t>(Register::doorbells)))
    return explain(trouble, Status::bad_argument, "the NVMe controller shows too few registers");
  const std::uint64_t low = registers_.read(Register::capabilities);
  capabilities_.value = low | std::uint64_t{registers_.read(Register::capabilities_high)} << 32;
  const std::uint32_t stride = capabilities_.doorbell_stride();
  if (!registers_.covers(doorbell(kIoQueue + 1, stride), 0) || !capabilities_.has_nvm_commands() ||
      !capabilities_.has_4k_pages())
    return explain(trouble, Status::unsupported, "the NVMe controller lacks the NVM command set or pages of 4 KiB");
  if (entries > capabilities_.most_entries()) entries = capabilities_.most_entries();
  while (entries & (entries - 1)) entries &= entries - 1;
  if (entries < kFewestEntries || capabilities_.most_entries() < kAdminEntries)
    return explain(trouble, Status::unsupported, "the NVMe controller's queues are too short");
  if (!stop()) return explain(trouble, Status::io_error, "the NVMe controller does not stop");

  answer_ = access.pool.take(kPage, kPage);
  if (!answer_ || !ok(admin_.place(access.pool, kAdminEntries)) || !ok(io.place(access.pool, entries)))
    return explain(trouble, Status::no_memory, "the DMA pool is too small for the NVMe controller");
  admin_.connect(registers_, doorbell(0, stride), stride);
  io.connect(registers_, doorbell(kIoQueue, stride), stride);

  registers_.write(Register::admin_queue_sizes, (kAdminEntries - 1) << 16 | (kAdminEntries - 1));
  registers_.write_address(Register::admin_submission_queue, admin_.submissions());
  registers_.write_address(Register::admin_completion_queue, admin_.completions());
  registers_.write(Register::configuration, kEntrySizes | kEnable);
  if (!wait_for_ready(true)) return explain(trouble, Status::io_error, "the NVMe controller does not start");
  if (!read_identity() || !read_namespace())
    return explain(trouble, Status::unsupported, "the NVMe controller has no namespace of blocks of 512 or 4096 bytes");
  if (!create_queues(io)) return explain(trouble, Status::io_error, "the NVMe controller does not take its queues");
  return Status::ok;
}

bool Controller::wait_for_ready(bool on) const {
  const std::uint64_t max_reads = (capabilities_.half_seconds() + 1) * kReadsInHalfSecond;
  for (std::uint64_t i = 0; i < max_reads; ++i) {
    const std::uint32_t status = registers_.read(Register::status);
    if (on && (status & kFatal)) return false;
    if (((status & kReady) != 0) == on) return true;
  }
  return false;
}

// Firmware may have left it running. §3.1.5: `enable` may be taken away only when the controller is ready.
bool Controller::stop() const {
  const std::uint32_t configuration = registers_.read(Register::configuration);
  if ((configuration & kEnable) && !wait_for_ready(true) && !failed()) return false;
  registers_.write(Register::configuration, configuration & ~kEnable);
  return wait_for_ready(false);
}

/// One admin command, to its end.
bool Controller::run(Command command) {
  admin_.put(command);
  admin_.ring();
  for (std::uint64_t i = 0; i < kMaxAdminReads; ++i) {
    if (!admin_.ready()) {
      if (failed()) return false;
      continue;
    }
    const auto completion = admin_.take();
    admin_.acknowledge();
    return completion.status >> 1 == 0;
  }
  return false;
}

bool Controller::identify(std::uint32_t what, std::uint32_t name_space) {
  auto command = admin(AdminCommand::identify, device_address(answer_), what);
  command.name_space = name_space;
  return run(command);
}

bool Controller::read_identity() {
  if (!identify(kIdentifyController, 0)) return false;
  const auto& identity = *static_cast<const ControllerIdentity*>(answer_);
  unsigned length = sizeof identity.serial;
  __builtin_memcpy(info_.serial, identity.serial, length);
  while (length > 0 && info_.serial[length - 1] == ' ') --length;
  info_.serial[length] = '\0';
  info_.can_flush = true;  // mandatory; without a volatile cache it does nothing
  info_.can_discard = (identity.optional_commands & kHasDatasetManagement) != 0;
  info_.most_bytes = identity.most_data - 1u < 4 ? std::uint32_t{kPage} << identity.most_data : kMaxTransfer;
  return true;
}

bool Controller::read_namespace() {
  if (!identify(kIdentifyActive, 0)) return false;  // the list of those above 0
  name_space_ = *static_cast<const std::uint32_t*>(answer_);
  if (name_space_ == 0 || !identify(kIdentifyNamespace, name_space_)) return false;
  const auto& identity = *static_cast<const NamespaceIdentity*>(answer_);
  const BlockFormat format = identity.formats[identity.format & kFormatMask];
  if (format.block_shift < kSectorShift || format.block_shift > kMaxShift || format.metadata_bytes != 0) return false;
  info_.block_size = 1u << format.block_shift;
  info_.sectors = identity.blocks << (format.block_shift - kSectorShift);
  info_.read_only = (identity.attributes & kWriteProtected) != 0;
  if (info_.can_discard) info_.most_discard = ~0u & ~(info_.block_size - 1);
  return identity.blocks <= ~0ull / info_.block_size;
}

bool Controller::create_queues(const QueuePair& io) {
  const std::uint32_t queue = (io.entries() - 1) << 16 | kIoQueue;
  return run(admin(AdminCommand::set_features, {}, kFeatureQueueCount)) &&  // one of each: word 11 counts from 0
         run(admin(AdminCommand::create_completion_queue, io.completions(), queue,
                   kContiguous | kInterruptEnable)) &&  // interrupt vector 0
         run(admin(AdminCommand::create_submission_queue, io.submissions(), queue, kContiguous | kIoQueue << 16));
}

}  // namespace wick::hv::nvme
