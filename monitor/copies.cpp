// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/copies.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace wick::monitor {

Outcome Copies::open(const GuestImage& image, const std::string& snapshot_name, int asked_for_file) {
  asked_for.file = asked_for_file;
  if (!snapshot_name.empty()) {
    if (auto done = snapshot_file.open(snapshot_name); !done) return done;
    snapshot.file = snapshot_file.file();
  }
  const auto& restart = image.notes.restart;
  const bool restores = may_checkpoint(image) && restart.policy == RestartPolicy::restore;
  const unsigned kept = !restores ? 0 : restart.checkpoint == CheckpointPolicy::last ? 2 : 1;
  for (unsigned i = 0; i < kept; ++i)
    if ((checkpoints[i].file = memfd_create("wick-checkpoint", MFD_CLOEXEC)) < 0)
      return sentence("there is no memory for a checkpoint: %s", std::strerror(errno));
  return wanted() ? open_page_map(page_map) : Outcome{};
}

Outcome Copies::size(std::uint64_t length) {
  for (auto* file : {&snapshot, &asked_for}) {
    file->offset = memory_offset(length);
    if (file->file >= 0) file->sums.make(length / kPage);
  }
  for (auto* copy : {&snapshot, &checkpoints[0], &checkpoints[1]}) {
    if (copy->file < 0) continue;
    copy->pages.make(length / kPage);
    if (ftruncate(copy->file, static_cast<off_t>(copy->offset + length)) != 0)
      return sentence("the copy of memory can't be made: %s", std::strerror(errno));
  }
  return {};
}

void Copies::permit(Permissions& permissions) const {
  permissions.read.push_back(snapshot_file.keeper());
  permissions.write.push_back(snapshot_file.keeper());
  permissions.pread.push_back(page_map);
  permissions.pwrite.push_back(snapshot_file.file());
  permissions.close.push_back(snapshot_file.file());
  permissions.pwrite.push_back(asked_for.file);
  permissions.copies_itself = asked_for.file >= 0;
  permissions.map_memory = wanted();
  permissions.move_aside = sweeper.on();
  permissions.threads |= sweeper.on();
  for (const auto& checkpoint : checkpoints) {
    if (checkpoint.file < 0) continue;
    permissions.map.push_back(checkpoint.file);
    permissions.pwrite.push_back(checkpoint.file);
  }
}

}  // namespace wick::monitor
