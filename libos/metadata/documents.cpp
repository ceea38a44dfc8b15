// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See documents.h. One document is a tree at a time.

#include "metadata/documents.h"

#include "metadata/cloud_config.h"
#include "metadata/tree.h"

namespace wick::metadata {

namespace {

template <typename Read>
Fault read_one(std::string_view text, Read read) {
  Document document;
  if (Fault fault = document.read(text)) return fault;
  return document.root() ? read(*document.root()) : Fault{};
}

}  // namespace

Fault read_documents(const Documents& documents, const HardwareAddress* own, Instance& to, const char*& of) {
  of = "user-data";
  if (!documents.user_data.empty()) {
    if (!is_cloud_config(documents.user_data)) return {"does not begin with #cloud-config", 1};
    if (Fault fault = read_one(documents.user_data, [&](const Node& root) { return read_cloud_config(root, to); }))
      return fault;
  }
  of = "meta-data";
  if (Fault fault = read_one(documents.meta_data, [&](const Node& root) { return read_meta_data(root, to); }))
    return fault;
  of = "network-config";
  if (!own) return {};
  return read_one(documents.network_config, [&](const Node& root) { return read_network_config(root, *own, to); });
}

}  // namespace wick::metadata
