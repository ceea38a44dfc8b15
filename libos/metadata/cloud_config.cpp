// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See cloud_config.h.

#include "metadata/cloud_config.h"

#include <cstring>

#include "fs/path.h"
#include "metadata/address.h"
#include "metadata/base64.h"

namespace wick::metadata {

namespace {

constexpr std::uint32_t kUsualMode = 0644;  ///< cloud-init's

/// Up to four octal digits that are rights and nothing else.
bool read_mode(std::string_view text, std::uint32_t& mode) {
  if (text.starts_with("0o")) text = text.substr(2);
  if (text.empty() || text.size() > 4) return false;
  mode = 0;
  for (const char c : text) {
    if (c < '0' || c > '7') return false;
    mode = mode * 8 + static_cast<std::uint32_t>(c - '0');
  }
  return mode <= 0777;
}

bool is_normal(std::string_view text) {
  if (text.size() < 2 || text[0] != '/' || text.find('\0') != text.npos) return false;
  fs::Path path;
  if (path.set("/", text) != 0 || path.view() != text) return false;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t slash = rest.find('/', 1);
    if (rest.substr(1, slash - 1).size() > fs::kNameBytes) return false;
    rest = slash == rest.npos ? std::string_view() : rest.substr(slash);
  }
  return true;
}

enum class Encoding { unknown, plain, base64 };

Encoding encoding_of(const Node* node) {
  if (!node || node->is_null() || node->text == "text/plain") return Encoding::plain;
  return node->text == "b64" || node->text == "base64" ? Encoding::base64 : Encoding::unknown;
}

bool is_file_key(std::string_view key) {
  return key == "path" || key == "content" || key == "permissions" || key == "encoding" || key == "owner" ||
         key == "defer";
}

Fault write_file(const Node& entry, Instance& to) {
  if (entry.kind != Kind::mapping) return {"writes a file that is no mapping", entry.line};
  for (const Node* node = entry.first; node; node = node->next) {
    if (!is_file_key(node->key)) return {"writes a file with a key that is not known", node->line};
    if (node->kind != Kind::scalar) return {"writes a file with a value that is no text", node->line};
  }
  const Node* const path = entry.child("path");
  if (!path || !is_normal(path->text)) return {"writes a file without a path from the root", entry.line};
  std::uint32_t mode = kUsualMode;
  const Node* const permissions = entry.child("permissions");
  if (permissions && !read_mode(permissions->text, mode))
    return {"writes a file with permissions that are none", permissions->line};
  const Node* const content = entry.child("content");
  const std::string_view text = content ? content->text : std::string_view();
  const Encoding encoding = encoding_of(entry.child("encoding"));
  if (encoding == Encoding::unknown) return {"writes a file with an encoding that is not known", entry.line};
  char* bytes;
  if (const char* wrong = to.add_file(path->text, mode, text.size(), bytes)) return {wrong, entry.line};
  std::size_t length = text.size();
  if (encoding == Encoding::base64) {
    if (!decode_base64(text, bytes, length)) return {"writes a file whose Base64 is none", content->line};
  } else if (length) {
    std::memcpy(bytes, text.data(), length);
  }
  to.end_file(length);
  return {};
}

Fault write_files(const Node& list, Instance& to) {
  if (list.kind != Kind::sequence) return {"has write_files that are no list", list.line};
  for (const Node* entry = list.first; entry; entry = entry->next)
    if (Fault fault = write_file(*entry, to)) return fault;
  return {};
}

Fault read_arguments(const Node& list, Instance& to) {
  if (list.kind != Kind::sequence) return {"has arguments that are no list", list.line};
  for (const Node* node = list.first; node; node = node->next) {
    if (node->kind != Kind::scalar) return {"has an argument that is no text", node->line};
    if (const char* wrong = to.set("arg", node->text)) return {wrong, node->line};
  }
  return {};
}

bool is_variable(std::string_view name) {
  for (const char c : name) {
    const bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
    if (!letter && c != '_' && (c < '0' || c > '9')) return false;
  }
  return !name.empty() && (name[0] < '0' || name[0] > '9') && name.size() <= 128;
}

Fault read_environment(const Node& table, Instance& to) {
  if (table.kind != Kind::mapping) return {"has an environment that is no mapping", table.line};
  for (const Node* node = table.first; node; node = node->next) {
    if (!is_variable(node->key)) return {"has an environment variable whose name is none", node->line};
    if (node->kind != Kind::scalar) return {"has an environment variable that is no text", node->line};
    char key[4 + 128] = "env.";
    const std::size_t length = 4 + node->key.copy(key + 4, sizeof key - 4);
    if (const char* wrong = to.set({key, length}, node->text)) return {wrong, node->line};
  }
  return {};
}

Fault read_wick(const Node& section, Instance& to) {
  if (section.kind != Kind::mapping) return {"has a key wick that is no mapping", section.line};
  for (const Node* node = section.first; node; node = node->next) {
    Fault fault{"has a key below wick that is not known", node->line};
    if (node->key == "arguments") fault = read_arguments(*node, to);
    if (node->key == "environment") fault = read_environment(*node, to);
    if (fault) return fault;
  }
  return {};
}

Fault read_host_name(const Node& root, std::string_view key, std::string_view otherwise, Instance& to) {
  const Node* name = root.child(key);
  if (!name) name = root.child(otherwise);
  if (!name || name->is_null()) return {};
  if (!is_host_name(name->text)) return {"has a host name that is none", name->line};
  return {to.set("net.hostname", name->text), name->line};
}

}  // namespace

bool is_cloud_config(std::string_view text) {
  constexpr std::string_view kHead = "#cloud-config";
  return text.starts_with(kHead) &&
         (text.size() == kHead.size() || text.find_first_of("\r\n \t", kHead.size()) == kHead.size());
}

Fault read_cloud_config(const Node& root, Instance& to) {
  if (root.is_null()) return {};
  if (root.kind != Kind::mapping) return {"is no mapping", root.line};
  for (const Node* node = root.first; node; node = node->next) {
    Fault fault;
    if (node->key == "write_files")
      fault = write_files(*node, to);
    else if (node->key == "wick")
      fault = read_wick(*node, to);
    else if (node->key != "hostname" && node->key != "fqdn")
      to.pass_over(node->key, node->line);
    if (fault) return fault;
  }
  return read_host_name(root, "hostname", "fqdn", to);
}

Fault read_meta_data(const Node& root, Instance& to) {
  if (root.is_null()) return {};
  if (root.kind != Kind::mapping) return {"is no mapping", root.line};
  return read_host_name(root, "local-hostname", "hostname", to);
}

Fault read_given_name(std::string_view name, Instance& to) {
  if (name.ends_with('\n')) name.remove_suffix(1);
  if (name.empty()) return {};
  const std::string_view host = name.substr(0, name.find('.'));
  return is_host_name(host) ? Fault{to.set("net.hostname", host)} : Fault{"is none"};
}

Fault read_openstack_data(const Node& root, Instance& to) {
  if (root.kind != Kind::mapping) return {"is no mapping", root.line};
  const Node* const name = root.child("hostname");
  if (!name || name->is_null() || !read_given_name(name->text, to)) return {};
  return {"has a host name that is none", name->line};
}

}  // namespace wick::metadata
