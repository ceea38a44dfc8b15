// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See tree.h. Only this file knows libyaml.

#include "metadata/tree.h"

#include <yaml.h>

#include <cstdlib>
#include <cstring>
#include <new>

namespace wick::metadata {

namespace {
constexpr unsigned kMaxNodes = 1024, kMaxDepth = 12;
constexpr std::size_t kGrowth = 2;  ///< an escape of two characters becomes three bytes at most
}  // namespace

/// Makes nodes of events.
class Builder {
 public:
  Builder(Document& document, std::size_t text_bytes) : document_(document), texts_left_(kGrowth * text_bytes) {
    document.nodes_ = static_cast<Node*>(std::malloc(kMaxNodes * sizeof(Node)));
    document.texts_ = static_cast<char*>(std::malloc(texts_left_ + 1));
    next_text_ = document.texts_;
  }

  bool has_memory() const { return document_.nodes_ && document_.texts_; }

  /// @return what is wrong; the line is the event's
  const char* take(const yaml_event_t& event) {
    switch (event.type) {
      case YAML_SCALAR_EVENT: {
        const auto& scalar = event.data.scalar;
        if (scalar.anchor) return kAnchor;
        if (scalar.tag) return kTag;
        return take_scalar({reinterpret_cast<const char*>(scalar.value), scalar.length},
                           scalar.style != YAML_PLAIN_SCALAR_STYLE, line_of(event));
      }
      case YAML_SEQUENCE_START_EVENT:
        if (event.data.sequence_start.anchor) return kAnchor;
        if (event.data.sequence_start.tag) return kTag;
        return open(Kind::sequence, line_of(event));
      case YAML_MAPPING_START_EVENT:
        if (event.data.mapping_start.anchor) return kAnchor;
        if (event.data.mapping_start.tag) return kTag;
        return open(Kind::mapping, line_of(event));
      case YAML_SEQUENCE_END_EVENT:
      case YAML_MAPPING_END_EVENT:
        depth_--;
        return nullptr;
      case YAML_ALIAS_EVENT:
        return kAnchor;
      case YAML_DOCUMENT_START_EVENT:
        return documents_++ ? "has a second document" : nullptr;
      case YAML_NO_EVENT:
      case YAML_STREAM_START_EVENT:
      case YAML_STREAM_END_EVENT:
      case YAML_DOCUMENT_END_EVENT:
        break;
    }
    return nullptr;
  }

  static unsigned line_of(const yaml_event_t& event) { return static_cast<unsigned>(event.start_mark.line) + 1; }

 private:
  static constexpr const char* kAnchor = "has an anchor or an alias, which are not taken";
  static constexpr const char* kTag = "has a tag, which are not taken";

  /// What is open at a depth.
  struct Level {
    Node* node;
    Node* last;
    std::string_view key;
    unsigned key_line;
    bool has_key;
  };

  std::string_view keep(std::string_view text) {
    if (text.size() > texts_left_) return {};
    std::memcpy(next_text_, text.data(), text.size());
    const std::string_view kept(next_text_, text.size());
    next_text_ += text.size();
    texts_left_ -= text.size();
    return kept;
  }

  const char* take_scalar(std::string_view text, bool quoted, unsigned line) {
    if (text.size() > texts_left_) return "is too large";
    Level* const in = depth_ ? &levels_[depth_ - 1] : nullptr;
    if (in && in->node->kind == Kind::mapping && !in->has_key) {
      if (in->node->child(text)) return "has a key twice";
      in->key = keep(text);
      in->key_line = line;
      in->has_key = true;
      return nullptr;
    }
    Node* node;
    if (const char* wrong = add(Kind::scalar, line, node)) return wrong;
    node->text = keep(text);
    node->quoted = quoted;
    return nullptr;
  }

  const char* open(Kind kind, unsigned line) {
    if (depth_ == kMaxDepth) return "is nested too deeply";
    if (depth_ && levels_[depth_ - 1].node->kind == Kind::mapping && !levels_[depth_ - 1].has_key)
      return "has a key that is no text";
    Node* node;
    if (const char* wrong = add(kind, line, node)) return wrong;
    levels_[depth_++] = {node, nullptr, {}, 0, false};
    return nullptr;
  }

  const char* add(Kind kind, unsigned line, Node*& node) {
    if (document_.count_ == kMaxNodes) return "has more than 1024 values";
    node = new (&document_.nodes_[document_.count_++]) Node;
    node->kind = kind;
    node->line = line;
    if (!depth_) return nullptr;
    Level& in = levels_[depth_ - 1];
    node->key = in.key;
    if (in.has_key) node->line = in.key_line;
    in.has_key = false;
    (in.last ? in.last->next : in.node->first) = node;
    in.last = node;
    return nullptr;
  }

  Document& document_;
  char* next_text_;
  std::size_t texts_left_;
  Level levels_[kMaxDepth];
  unsigned depth_ = 0, documents_ = 0;
};

bool Node::is_null() const {
  return kind == Kind::scalar && !quoted && (text.empty() || text == "~" || text == "null");
}

const Node* Node::child(std::string_view wanted) const {
  if (kind != Kind::mapping) return nullptr;
  for (const Node* node = first; node; node = node->next)
    if (node->key == wanted) return node;
  return nullptr;
}

Document::~Document() {
  std::free(nodes_);
  std::free(texts_);
}

Fault Document::read(std::string_view text, const char* malformed) {
  if (text.size() > kMaxDocumentBytes) return {"is longer than 64 KiB"};
  if (text.empty()) return {};
  Builder builder(*this, text.size());
  yaml_parser_t parser;
  if (!builder.has_memory() || !yaml_parser_initialize(&parser)) return {"does not fit the heap"};
  yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(&parser, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  Fault fault;
  for (bool more = true; more && !fault;) {
    yaml_event_t event;
    if (yaml_parser_parse(&parser, &event)) {
      if (const char* what = builder.take(event)) fault = {what, Builder::line_of(event)};
      more = event.type != YAML_STREAM_END_EVENT;
      yaml_event_delete(&event);
    } else if (parser.error == YAML_MEMORY_ERROR) {
      fault = {"does not fit the heap"};
    } else {
      fault = {malformed, static_cast<unsigned>(parser.problem_mark.line) + 1};
    }
  }
  yaml_parser_delete(&parser);
  if (fault) count_ = 0;
  return fault;
}

}  // namespace wick::metadata
