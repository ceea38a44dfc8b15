// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See config.h. Every question reads the texts again: they are short, questions are few, and nothing needs a heap.

#include "boot/config.h"

#include "boot/config_text.h"
#include "boot/layers.h"

namespace wick::config {

namespace {

constexpr int kLayers = 3;

struct Layer {
  std::string_view text;
  Form form = Form::lines;
  Reader reader() const { return {text, form}; }
};

constinit Layer layers[kLayers];

bool find(int layer, std::string_view key, Setting& setting) {
  for (Reader reader = layers[layer].reader(); reader.next(setting);) {
    if (setting.key == key) return true;
  }
  return false;
}

bool hidden(int layer, std::string_view key) {
  Setting above;
  while (++layer < kLayers) {
    if (find(layer, key, above)) return true;
  }
  return false;
}

}  // namespace

const char* set_layers(std::string_view baked, std::string_view module, std::string_view command_line) {
  layers[0] = {baked, Form::lines};
  layers[1] = {module, Form::lines};
  layers[2] = {command_line, Form::words};
  Setting setting;
  for (Reader reader = layers[1].reader(); reader.next(setting);) {
    if (!known_key(setting.key)) return "the configuration block has a key that this image does not know";
  }
  return nullptr;
}

std::string_view get(std::string_view key) {
  Setting setting;
  for (int layer = kLayers - 1; layer >= 0; layer--) {
    if (find(layer, key, setting)) return setting.value;
  }
  return {};
}

std::uint64_t get_number(std::string_view key, std::uint64_t otherwise) {
  const std::string_view value = get(key);
  std::uint64_t number = 0;
  for (char c : value) {
    if (c < '0' || c > '9' || number > (~0ull - 9) / 10) return otherwise;
    number = number * 10 + static_cast<unsigned>(c - '0');
  }
  return value.empty() ? otherwise : number;
}

void for_each(std::string_view prefix, Visit visit, void* context) {
  Setting setting;
  for (int layer = 0; layer < kLayers; layer++) {
    for (Reader reader = layers[layer].reader(); reader.next(setting);) {
      if (starts_with(setting.key, prefix) && !hidden(layer, setting.key)) visit(context, setting.key, setting.value);
    }
  }
}

}  // namespace wick::config
