// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A source of instance data: one file in sources/ each, which registers itself by section. It looks where its kind of
// data is, and brings the documents that are there; what they mean, and what becomes of them, isn't its business.

#include <string_view>

#include "abi/device.h"
#include "class/registered.h"
#include "metadata/disk.h"
#include "metadata/documents.h"
#include "metadata/http/request.h"
#include "metadata/text.h"

namespace wick::metadata {

/// When a source can look: at once, when the machine's disks are there, or only over the network.
enum class Stage : std::uint64_t { firmware, disks, network };

/// What a source may look at. Played in tests.
class Surroundings {
 public:
  /// What hv has found on a bus that has no drivers. @return nullptr: nothing
  virtual const DeviceEntry* device(Bus) { return nullptr; }
  /// By number. @return nullptr: there are no more
  virtual Disk* disk(unsigned) { return nullptr; }
  /// Asks the service at the address that clouds have for it. @param to what it answers
  virtual http::Outcome ask(const http::Request&, Text&) {
    return {http::Outcome::Is::fault, "is not asked, as there is no network yet"};
  }

 protected:
  ~Surroundings() = default;
};

/// What a source brings.
struct Texts {
  Text meta_data, user_data, network_config, host_name;
  Form form = Form::cloud_init;

  Documents view() const { return {meta_data.view(), user_data.view(), network_config.view(), host_name.view(), form}; }
};

struct [[nodiscard]] Finding {
  bool here = false;         ///< the data is this source's, whole or not: no other one is asked
  const char* of = nullptr;  ///< what is at fault; nullptr: the sentence says it
  Fault fault;               ///< why the source isn't here, or what is wrong with its data
};

struct Source {
  std::string_view name;  ///< the manifest's
  Stage stage;
  Finding (*find)(Surroundings& around, Texts& to);
};
static_assert(drivers::kIsEntry<Source>);

}  // namespace wick::metadata
