// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See config.h. The texts are read once, at boot, into a table of views; questions then only compare.

#include "boot/config.h"

#include <cstring>

#include "abi/settings.h"
#include "boot/config_text.h"
#include "boot/layers.h"

namespace wick::config {

namespace {

enum Layer { manifest, instance, block, command, kLayers };

constexpr const char* kTooMany = "the configuration has more than 128 settings";

constinit Setting settings[kMaxBakedSettings + kMaxGivenSettings];
constinit unsigned layer_start[kLayers + 1];  // settings[layer_start[n]] is the first one of layer n

const Setting* find(int layer, std::string_view key) {
  for (unsigned i = layer_start[layer]; i < layer_start[layer + 1]; i++) {
    if (settings[i].key == key) return &settings[i];
  }
  return nullptr;
}

bool hidden(int layer, std::string_view key) {
  while (++layer < kLayers) {
    if (find(layer, key)) return true;
  }
  return false;
}

/// What was given at boot begins at this place from now on.
void move_given(unsigned start) {
  const unsigned before = layer_start[block], count = layer_start[kLayers] - before;
  std::memmove(&settings[start], &settings[before], count * sizeof(Setting));
  for (int layer = block; layer <= kLayers; layer++) layer_start[layer] += start - before;
}

}  // namespace

const char* set_instance_layer(std::string_view text) {
  Setting found[kMaxGivenSettings];
  const unsigned most = kMaxGivenSettings - (layer_start[kLayers] - layer_start[block]);
  unsigned count = 0;
  Reader reader(text, Form::lines);
  for (Setting setting; reader.next(setting); found[count++] = setting)
    if (count == most) return kTooMany;
  move_given(layer_start[instance] + count);
  for (unsigned i = 0; i < count; i++) settings[layer_start[instance] + i] = found[i];
  return nullptr;
}

const char* set_layers(std::string_view baked, std::string_view module, std::string_view command_line) {
  const Reader readers[kLayers] = {
      {baked, Form::lines}, {{}, Form::lines}, {module, Form::lines}, {command_line, Form::words}};
  unsigned used = 0;
  for (int layer = 0; layer < kLayers; layer++) {
    layer_start[layer] = used;
    Reader reader = readers[layer];
    for (Setting setting; reader.next(setting);) {
      if (layer > manifest && !known_key(setting.key)) {
        if (layer == block) return "the configuration block has a key that this image does not know";
        continue;  // the command line belongs to the loader and hv, too
      }
      const unsigned room = layer == manifest ? kMaxBakedSettings : layer_start[instance] + kMaxGivenSettings;
      if (used == room) return kTooMany;
      settings[used++] = setting;
    }
  }
  layer_start[kLayers] = used;
  return nullptr;
}

std::string_view get(std::string_view key) {
  for (int layer = kLayers - 1; layer >= 0; layer--) {
    if (const Setting* setting = find(layer, key)) return setting->value;
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
  for (int layer = 0; layer < kLayers; layer++) {
    for (unsigned i = layer_start[layer]; i < layer_start[layer + 1]; i++) {
      const auto& [key, value] = settings[i];
      if (starts_with(key, prefix) && !hidden(layer, key)) visit(context, key, value);
    }
  }
}

}  // namespace wick::config
