// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// wick volume …: volumes with files, as appliances have them, on the host.

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iostream>

#include "base/terminal.h"
#include "base/text.h"
#include "commands/commands.h"
#include "manifest/values.h"
#include "volume/copy.h"
#include "volume/database.h"
#include "wickfs/check/check.h"

namespace wick::tool {
namespace {

Result<std::uint64_t> size_of(const std::string& text) {
  const auto bytes = parse_size(text);
  if (!bytes) return fail(fmt::format("\"{}\" is no size.", text), "write it like 64M or 2G.");
  return *bytes;
}

Result<VolumePlace> place_of(const std::string& text) {
  if (auto place = parse_place(text)) return *place;
  return fail(fmt::format("{} names nothing within a volume.", text), "write FILE:/path.");
}

class Create final : public Command {
 public:
  std::string name() const override { return "volume create"; }
  std::string summary() const override { return "Make an empty volume of a file or block device"; }
  std::string example() const override { return "wick volume create data.img --size 64M"; }
  void describe(Syntax& syntax) override {
    syntax.argument("FILE", file_, "a new file, an empty one, or a block device");
    syntax.option("--size", size_, "of a new file, like 64M; else what FILE has", "SIZE");
    syntax.option("--label", label_, "a name for people, 32 bytes at most", "TEXT");
    syntax.flag("--force", force_, "also when FILE holds something, which is lost");
  }
  Result<int> run() override {
    std::uint64_t bytes = 0;
    if (!size_.empty()) {
      auto size = size_of(size_);
      if (!size) return std::unexpected(size.error());
      bytes = *size;
    }
    if (label_.size() > wickfs::kLabelBytes) return fail("The label has more than 32 bytes.");
    std::error_code error;
    const bool is_new = !fs::exists(file_, error);
    if (is_new && bytes == 0) return fail(fmt::format("{} does not exist.", file_), "--size makes it.");
    const int made = is_new ? open(file_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644) : -1;
    if (is_new && made < 0) return fail(fmt::format("{} can't be made: {}.", file_, std::strerror(errno)));
    if (made >= 0) close(made);
    auto done = fill(bytes);
    if (!done && is_new) fs::remove(file_, error);
    return done;
  }

 private:
  Result<int> fill(std::uint64_t bytes) {
    auto disk = ImageDisk::open(file_, Access::write);
    if (!disk) return std::unexpected(disk.error());
    const wickfs::Error found = wickfs::Volume::probe(**disk);
    if (!force_ && (*disk)->bytes() > 0 && found != wickfs::Error::empty)
      return fail(fmt::format("{} is not empty.", file_), "--force makes a volume of it all the same.");
    if (!(*disk)->lengthen(bytes))
      return fail(fmt::format("{} can't have that size: {}.", file_, std::strerror(errno)));
    wickfs::FormatOptions options{.identity = {}, .label = label_, .now = host_time()};
    if (getrandom(options.identity, sizeof options.identity, 0) != sizeof options.identity)
      return fail("The host has no random numbers.");
    const wickfs::Error wrong = wickfs::format(**disk, options);
    if (wrong == wickfs::Error::too_small)
      return fail(fmt::format("{} is too small for a volume.", file_), "it needs 1M.");
    if (!ok(wrong)) return fail(fmt::format("{} can't be made a volume: {}.", file_, wickfs::text_of(wrong)));
    return 0;
  }
  std::string file_, size_, label_;
  bool force_ = false;
};

class List final : public Command {
 public:
  std::string name() const override { return "volume ls"; }
  std::string summary() const override { return "List a folder of a volume"; }
  std::string example() const override { return "wick volume ls data.img:/logs"; }
  void describe(Syntax& syntax) override {
    syntax.argument("FILE[:/PATH]", place_, "the volume, and a folder or file on it");
  }
  Result<int> run() override {
    const VolumePlace place = parse_place(place_).value_or(VolumePlace{place_, "/"});
    auto image = Image::open(place.image, Access::read);
    if (!image) return std::unexpected(image.error());
    wickfs::Volume& volume = (*image)->volume();
    wickfs::Inode inode;
    wickfs::Status status;
    wickfs::Error wrong = volume.find(place.path, inode);
    if (ok(wrong)) wrong = volume.stat(inode, status);
    if (ok(wrong) && !wickfs::is_directory(status.mode)) line(status, place.path);
    wickfs::Entry entry;
    for (std::uint64_t position = 0; ok(wrong) && wickfs::is_directory(status.mode);) {
      wickfs::Status below;
      wrong = volume.next_entry(inode, position, entry);
      if (ok(wrong))
        wrong = volume.stat(entry.inode, below);
      else if (wrong == wickfs::Error::not_found)
        return 0;
      if (ok(wrong)) line(below, std::string(entry.name()));
    }
    if (!ok(wrong)) return fail(fmt::format("{}: {}.", place_, wickfs::text_of(wrong)));
    return 0;
  }

 private:
  static void line(const wickfs::Status& status, const std::string& name) {
    const auto seconds = static_cast<std::time_t>(status.modified / 1'000'000'000);
    print(fmt::format("{:>12} {:%Y-%m-%d %H:%M:%S} {}{}",
                      wickfs::is_directory(status.mode) ? "-" : fmt::to_string(status.size), fmt::gmtime(seconds), name,
                      wickfs::is_directory(status.mode) ? "/" : ""));
  }
  std::string place_;
};

class Cat final : public Command {
 public:
  std::string name() const override { return "volume cat"; }
  std::string summary() const override { return "Print a file of a volume"; }
  std::string example() const override { return "wick volume cat data.img:/config.json"; }
  void describe(Syntax& syntax) override { syntax.argument("FILE:/PATH", place_, "the volume and the file on it"); }
  Result<int> run() override {
    auto place = place_of(place_);
    if (!place) return std::unexpected(place.error());
    auto image = Image::open(place->image, Access::read);
    if (!image) return std::unexpected(image.error());
    auto done = read_from(**image, place->path, [](std::string_view bytes) -> Result<void> {
      if (std::cout.write(bytes.data(), static_cast<std::streamsize>(bytes.size()))) return {};
      return fail("Standard output can't be written.");
    });
    if (!done) return std::unexpected(done.error());
    if (!std::cout.flush()) return fail("Standard output can't be written.");
    return 0;
  }

 private:
  std::string place_;
};

class Copy final : public Command {
 public:
  std::string name() const override { return "volume cp"; }
  std::string summary() const override { return "Copy files onto a volume, or from one"; }
  std::string example() const override { return "wick volume cp -r site data.img:/"; }
  void describe(Syntax& syntax) override {
    syntax.argument("FROM", from_, "a file of the host, or FILE:/PATH on a volume");
    syntax.argument("TO", to_, "the other of these; a folder there is copied into");
    syntax.flag("-r,--recursive", folders_, "folders with everything below");
  }
  Result<int> run() override {
    const auto from = parse_place(from_), to = parse_place(to_);
    if (from.has_value() == to.has_value())
      return fail("One of FROM and TO has to be on a volume, the other on the host.",
                  "a volume's is written FILE:/path.");
    const fs::path volume = from ? from->image : to->image;
    auto disk = ImageDisk::open(volume, from ? Access::read : Access::write);
    if (!disk) return std::unexpected(disk.error());
    if (from && from->path == kDatabasePath && holds_database(**disk)) return copy_database(volume, **disk);
    auto image = Image::mount(volume, std::move(*disk));
    if (!image) return std::unexpected(image.error());
    auto done = from ? copy_out(**image, from->path, to_, folders_) : copy_in(from_, **image, to->path, folders_);
    auto closed = (*image)->close();
    if (!done) return std::unexpected(done.error());
    if (!closed) return std::unexpected(closed.error());
    return 0;
  }

 private:
  Result<int> copy_database(const fs::path& volume, ImageDisk& disk) {
    fs::path file = to_;
    std::error_code error;
    if (fs::is_directory(file, error)) file /= volume.stem().string() + ".sqlite";
    if (auto done = take_database(volume, disk, file); !done) return std::unexpected(done.error());
    return 0;
  }

  std::string from_, to_;
  bool folders_ = false;
};

class Check final : public Command {
 public:
  std::string name() const override { return "volume check"; }
  std::string summary() const override { return "Look a volume through, without changing it"; }
  std::string example() const override { return "wick volume check data.img"; }
  void describe(Syntax& syntax) override { syntax.argument("FILE", file_, "the volume"); }
  Result<int> run() override {
    auto image = Image::open(file_, Access::read);
    if (!image) return std::unexpected(image.error());
    const wickfs::CheckResult result = wickfs::Checker((*image)->volume()).run();
    for (const wickfs::Finding& finding : result.findings) {
      std::string where;
      if (finding.block != 0) where += fmt::format("block {}: ", finding.block);
      if (!finding.path.empty())
        where += fmt::format("{}: ", finding.path);
      else if (finding.inode != 0)
        where += fmt::format("inode {}: ", finding.inode);
      print(fmt::format("{}{}", where, finding.what));
    }
    if (!result.findings.empty())
      return fail(fmt::format("{} is damaged in {} place{}.", file_, result.findings.size(),
                              result.findings.size() == 1 ? "" : "s"));
    const wickfs::Statistics all = (*image)->volume().statistics();
    print(fmt::format("{}: all is well: {} files, {} folders, {} of {} free", file_, result.files, result.folders,
                      human_size(all.free * wickfs::kBlockBytes), human_size(all.blocks * wickfs::kBlockBytes)));
    return 0;
  }

 private:
  std::string file_;
};

class Resize final : public Command {
 public:
  std::string name() const override { return "volume resize"; }
  std::string summary() const override { return "Make a volume larger"; }
  std::string example() const override { return "wick volume resize data.img --size 1G"; }
  void describe(Syntax& syntax) override {
    syntax.argument("FILE", file_, "the volume");
    syntax.option("--size", size_, "the new size; without it what the file or device has", "SIZE");
  }
  Result<int> run() override {
    auto bytes = size_.empty() ? Result<std::uint64_t>(0) : size_of(size_);
    if (!bytes) return std::unexpected(bytes.error());
    auto image = Image::open(file_, Access::write);
    if (!image) return std::unexpected(image.error());
    ImageDisk& disk = (*image)->disk();
    if (*bytes != 0 && *bytes < disk.bytes())
      return fail(fmt::format("{} has {} already, and a volume can't become smaller.", file_, human_size(disk.bytes())),
                  "copy its files to a smaller one with `wick volume cp -r`.");
    if (!disk.lengthen(*bytes)) return fail(fmt::format("{} can't have that size: {}.", file_, std::strerror(errno)));
    if (const wickfs::Error wrong = (*image)->volume().grow(); !ok(wrong))
      return fail(fmt::format("{} can't be made larger: {}.", file_, wickfs::text_of(wrong)));
    if (auto done = (*image)->close(); !done) return std::unexpected(done.error());
    return 0;
  }

 private:
  std::string file_, size_;
};

}  // namespace

void add_volume_commands(Commands& list) {
  list.push_back(std::make_unique<Create>());
  list.push_back(std::make_unique<List>());
  list.push_back(std::make_unique<Cat>());
  list.push_back(std::make_unique<Copy>());
  list.push_back(std::make_unique<Check>());
  list.push_back(std::make_unique<Resize>());
}

}  // namespace wick::tool
