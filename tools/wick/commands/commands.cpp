// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "commands/commands.h"

namespace wick::tool {

Commands all_commands() {
  Commands list;
  list.push_back(make_new());
  list.push_back(make_build());
  list.push_back(make_run());
  list.push_back(make_serve());
  list.push_back(make_ps());
  list.push_back(make_logs());
  list.push_back(make_snapshot());
  list.push_back(make_stop());
  list.push_back(make_inspect());
  list.push_back(make_pack());
  list.push_back(make_update());
  list.push_back(make_keygen());
  list.push_back(make_verify());
  list.push_back(make_manifest());
  add_volume_commands(list);
  list.push_back(make_sdk());
  list.push_back(make_crash());
  list.push_back(make_test());
  list.push_back(make_bench());
  list.push_back(make_doctor());
  list.push_back(make_clean());
  list.push_back(make_completion(list));
  list.push_back(make_plan());
  list.push_back(make_generate());
  list.push_back(make_compose());
  list.push_back(make_explain());
  return list;
}

}  // namespace wick::tool
