// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Dynamic linking: an appliance is one program, so each library fails to load with a sentence, as one that isn't there.

#include <dlfcn.h>

namespace {

constinit const char* failure = nullptr;

void fail() { failure = "there is no dynamic linking in an appliance"; }

}  // namespace

extern "C" {

void* dlopen(const char*, int) { return fail(), nullptr; }
void* dlsym(void*, const char*) { return fail(), nullptr; }
int dlclose(void*) { return fail(), -1; }
int dladdr(const void*, Dl_info*) { return 0; }

char* dlerror(void) {
  const char* text = failure;
  failure = nullptr;
  return const_cast<char*>(text);
}

}  // extern "C"
