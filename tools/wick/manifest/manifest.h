// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The manifest, wick.toml version 1, as every other part of the tool sees it: checked, paths absolute, defaults
// filled in. docs/manifest.md documents each key.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "abi/host/names.h"
#include "base/file.h"

namespace wick::tool {

/// Somebody else's sources, by a wrap: paths of the manifest that begin with "NAME:" lie in its folder.
struct Upstream {
  std::string name;  ///< the wrap's, without ".wrap"
  fs::path wrap;
  fs::path folder;  ///< where they are unpacked, below the toolkit's build/
};

/// A build system of somebody else's, run with the SDK's compilers; paths that begin with "build:" lie in its folder.
struct ForeignBuild {
  std::string system;  ///< "cmake", "meson", "autotools" or "make"
  fs::path source;     ///< where its CMakeLists.txt, meson.build, configure or Makefile is
  std::vector<std::string> options;
  std::vector<std::string> targets;
  std::vector<std::string> tools;  ///< programs of this machine that it needs besides
  fs::path folder;                 ///< where it builds, below the toolkit's build/
};

struct Application {
  std::vector<Upstream> upstream;
  std::optional<ForeignBuild> build;
  std::vector<fs::path> sources;  ///< C, C++ and assembly, in manifest order, globs expanded and sorted
  std::vector<fs::path> includes;
  std::vector<fs::path> libraries;  ///< prebuilt static libraries
  fs::path program;                 ///< what an SDK's compiler has linked, of any build system; empty: none
  bool program_is_cpp = false;
  std::vector<std::string> packages;  ///< libraries of subprojects/*.wrap, by the name that they provide
  std::vector<std::string> defines;
  std::vector<std::string> c_args;
  std::vector<std::string> cpp_args;
};

/// A file or folder of the embedded root file system. Folders have no source.
struct RomFile {
  std::string path;  ///< absolute in the appliance
  fs::path source;
};

struct Memory {
  std::uint64_t size = 0;          ///< the machine's memory
  std::uint64_t stack = 0;         ///< of the main thread
  std::uint64_t thread_stack = 0;  ///< of each other thread that asks for no size
  std::uint64_t heap = 0;          ///< the least that must remain; what is left over goes to the heap, too
  std::uint64_t dma = 0;           ///< rings and buffers that devices may write
};

struct Port {
  std::uint16_t number = 0;
  bool udp = false;
};

struct Network {
  std::string ipv4 = "dhcp";  ///< "dhcp", "off" or "A.B.C.D/len"
  std::string gateway;
  std::string ipv6 = "auto";  ///< "auto", "off" or "address/len"
  std::string gateway6;
  std::vector<std::string> dns;
  std::string hostname;
  std::uint32_t mtu = 1500;
  std::vector<Port> ports;       ///< served by the application; `wick run` forwards them
  std::string outgoing = "any";  ///< where the user-mode network lets it go: "any", "none", "host:port,host:port"
};

struct Volume {
  std::string serial;
  std::string mount;  ///< empty: the application opens the device itself
  std::string file_system;
  bool optional = false;            ///< a machine without it is fine
  std::string format = "never";     ///< of "wickfs": when the appliance makes one, never or on an empty disk
  std::uint64_t size = 0;           ///< of its partition on the disk that `wick pack` makes; 0: it has none there
  std::string on_error = "refuse";  ///< of "wickfs": what a damaged one is good for, "read-only" or nothing

  /// A folder of the host's, not a disk.
  bool is_share() const { return file_system == kSharedFolder; }
  static constexpr std::string_view kSharedFolder = "9p";
};

/// What hv does when the guest has died, times in milliseconds.
struct Restart {
  std::string policy = "halt";
  std::uint32_t most = 5;
  std::uint64_t window = 60'000;
  std::uint64_t delay = 0;
  std::uint64_t reserve = 0;         ///< bytes for a checkpoint
  std::string checkpoint = "first";  ///< which one counts: first, last
};

/// Where instance data comes from.
struct MetadataSource {
  std::string name;
  std::string kind;  ///< what it takes to look there: "disk", "family", "firmware", "service"
  /// The family of its name.
  bool takes_drivers() const;
};

/// What an appliance does on a disk with two slots.
struct Slots {
  std::uint64_t release = 0;     ///< of the slot's header
  std::uint64_t good_after = 0;  ///< milliseconds; 0: when the program says so
  bool update = false;           ///< it may write the idle slot
};

struct Manifest {
  fs::path file;
  fs::path directory;
  std::string name;
  std::string version;
  std::string profile;
  Wall wall = Wall::none;
  std::string image;  ///< file name: the appliance's, with the wall behind it when that isn't the manifest's own;
                      ///< NAME.appliance behind `hosted`, NAME-process.appliance behind `process`
  bool wall_required = false;  ///< a machine that can't have this one refuses, instead of taking a weaker one
  Restart restart;
  Application application;
  std::vector<RomFile> rom;         ///< sorted bytewise by path, "/" first
  std::vector<fs::path> rom_roots;  ///< what [files] names: to be watched for changes
  Memory memory;
  std::uint64_t slice = 10;  ///< milliseconds that a thread runs while others could; 0: until it waits
  std::optional<Network> network;
  std::string syslog;  ///< where syslog() sends its messages, "address" or "address:port"; empty: nowhere
  std::vector<Volume> volumes;
  std::optional<Slots> slots;
  std::vector<MetadataSource> metadata;  ///< of instance data, in the order in which they are asked
  bool metadata_required = false;        ///< without it the appliance does not start
  bool has_keys = false;                 ///< it has the key service
  std::vector<std::string> keys;         ///< of it, by name
  std::vector<std::string> arguments;
  std::uint64_t linger = 5000;  ///< milliseconds for what is still to be sent when the program ends
  std::vector<std::pair<std::string, std::string>> environment;
  std::vector<std::string> features;  ///< sorted
  std::vector<std::string> devices;   ///< classes of device that it wants, sorted: "network"
  std::vector<std::string> drivers;   ///< families; empty: all that aren't there for who names them only
  std::uint32_t ring_size = 256;
  std::uint64_t calls = 0;  ///< bitmap of wick::Call
  bool only_input = false;  ///< the console's device is there for reading: what is written goes to hv's

  bool has_feature(std::string_view feature) const;
  /// Whether a source of instance data is a disk.
  bool looks_at_disks() const;
};

inline constexpr std::string_view kManifestName = "wick.toml";

/// "folder@wall", or the folder alone where no wall is asked for.
fs::path behind_wall(const fs::path& directory, std::optional<Wall> wall);

/// The folder of "folder@wall".
fs::path project_folder(const fs::path& project);

/// What --wall says; nothing where it isn't given.
Result<std::optional<Wall>> asked_wall(std::string_view name);

/// Reads and checks the folder's wick.toml. The error is the first fault of the file, with its place.
/// @param project a folder, or "folder@wall" to build it behind another wall than its manifest's
/// @param profile overrides the manifest's unless empty
Result<Manifest> load_manifest(const fs::path& project, const std::string& profile = {});

/// What must be done before load_manifest finds all files: from the folder's wick.toml, whatever else is wrong with it.
struct Before {
  std::string name;
  std::string profile;
  std::vector<Upstream> upstream;
  std::vector<std::string> packages;
  std::optional<ForeignBuild> build;
};
Before needed_before(const fs::path& project, const std::string& profile = {});

/// As load_manifest, from text that stands for `directory`/wick.toml.
/// @param wall instead of the text's own
/// @param profile instead of the text's own unless empty
Result<Manifest> parse_manifest(const std::string& text, const fs::path& directory, std::optional<Wall> wall = {},
                                const std::string& profile = {});

std::string manifest_json(const Manifest& manifest);

}  // namespace wick::tool
