// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See documents.h. One document is a tree at a time.

#include "metadata/documents.h"

#include "metadata/cloud_config.h"
#include "metadata/json.h"
#include "metadata/network_data.h"
#include "metadata/tree.h"

namespace wick::metadata {

namespace {

template <typename Read>
Fault read_one(std::string_view text, Form form, Read read) {
  Document document;
  if (Fault fault = form == Form::openstack ? read_json(document, text) : document.read(text)) return fault;
  return document.root() ? read(*document.root()) : Fault{};
}

Fault read_user_data(std::string_view text, Instance& to) {
  if (text.empty()) return {};
  if (!is_cloud_config(text)) return {"does not begin with #cloud-config", 1};
  return read_one(text, Form::cloud_init, [&](const Node& root) { return read_cloud_config(root, to); });
}

}  // namespace

Fault read_documents(const Documents& documents, const HardwareAddress* own, Instance& to, const char*& of) {
  const bool openstack = documents.form == Form::openstack;
  of = "user-data";
  if (Fault fault = read_user_data(documents.user_data, to)) return fault;
  of = "the host name that the cloud gives";
  if (Fault fault = read_given_name(documents.host_name, to)) return fault;
  of = openstack ? "meta_data.json" : "meta-data";
  if (Fault fault = read_one(documents.meta_data, documents.form, [&](const Node& root) {
        return openstack ? read_openstack_data(root, to) : read_meta_data(root, to);
      }))
    return fault;
  of = openstack ? "network_data.json" : "network-config";
  if (!own) return {};
  return read_one(documents.network_config, documents.form, [&](const Node& root) {
    return openstack ? read_network_data(root, *own, to) : read_network_config(root, *own, to);
  });
}

}  // namespace wick::metadata
