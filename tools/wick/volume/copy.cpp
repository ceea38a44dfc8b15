// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "volume/copy.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace wick::tool {
namespace {

constexpr std::size_t kPiece = 1 << 20;

std::unexpected<Error> wrong_in(Image& image, const std::string& path, wickfs::Error error) {
  return fail(fmt::format("{}:{}: {}.", image.path().string(), path, wickfs::text_of(error)));
}
std::unexpected<Error> wrong_at(const fs::path& path) {
  return fail(fmt::format("{}: {}.", path.string(), std::strerror(errno)));
}

std::string below(const std::string& folder, const std::string& name) {
  return folder.ends_with('/') ? folder + name : folder + "/" + name;
}

std::pair<std::string, std::string> parent_and_name(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  const std::size_t slash = path.rfind('/');
  return {path.substr(0, slash), path.substr(slash + 1)};
}

wickfs::Error status_of(Image& image, const std::string& path, wickfs::Status& status) {
  wickfs::Inode inode;
  const wickfs::Error wrong = image.volume().find(path, inode);
  return ok(wrong) ? image.volume().stat(inode, status) : wrong;
}

/// The file or folder of that name, made when it isn't there.
wickfs::Error make(Image& image, const std::string& path, std::uint32_t mode, wickfs::Inode& made) {
  const auto [folder, name] = parent_and_name(path);
  wickfs::Inode above;
  if (const wickfs::Error wrong = image.volume().find(folder, above); !ok(wrong)) return wrong;
  const wickfs::Error outcome = image.volume().create(above, name, mode, made);
  if (outcome != wickfs::Error::exists) return outcome;
  wickfs::Status status;
  if (const wickfs::Error wrong = status_of(image, path, status); !ok(wrong)) return wrong;
  made = status.inode;
  if (wickfs::is_directory(mode) == wickfs::is_directory(status.mode)) return wickfs::Error::none;
  return wickfs::is_directory(mode) ? wickfs::Error::not_directory : wickfs::Error::is_directory;
}

Result<void> file_in(const fs::path& from, Image& image, const std::string& to, const struct stat& host) {
  std::ifstream source(from, std::ios::binary);
  if (!source) return wrong_at(from);
  wickfs::Volume& volume = image.volume();
  wickfs::Inode inode;
  wickfs::Error wrong = make(image, to, wickfs::kModeFile | (host.st_mode & 0777), inode);
  if (ok(wrong)) wrong = volume.truncate(inode, 0);
  std::string piece(kPiece, '\0');
  for (std::uint64_t offset = 0; ok(wrong) && source; offset += static_cast<std::uint64_t>(source.gcount())) {
    source.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    const auto count = static_cast<std::size_t>(source.gcount());
    std::size_t put = 0;
    if (count > 0) wrong = volume.write(inode, offset, piece.data(), count, put);
    if (ok(wrong) && put < count) wrong = wickfs::Error::no_space;
  }
  if (source.bad()) return wrong_at(from);
  const auto modified = static_cast<std::uint64_t>(host.st_mtim.tv_sec) * 1'000'000'000 +
                        static_cast<std::uint64_t>(host.st_mtim.tv_nsec);
  if (ok(wrong)) wrong = volume.set_time(inode, modified);
  if (ok(wrong)) return {};
  // Half a file would look like a whole one.
  const auto [folder, name] = parent_and_name(to);
  if (wickfs::Inode above; wrong == wickfs::Error::no_space && ok(volume.find(folder, above)))
    (void)ok(volume.remove(above, name, false));
  return wrong_in(image, to, wrong);
}

Result<void> any_in(const fs::path& from, Image& image, const std::string& to, bool folders) {
  struct stat host{};
  if (stat(from.c_str(), &host) != 0) return wrong_at(from);
  if (S_ISREG(host.st_mode)) return file_in(from, image, to, host);
  if (!S_ISDIR(host.st_mode)) return fail(fmt::format("{} is neither a file nor a folder.", from.string()));
  if (!folders) return fail(fmt::format("{} is a folder.", from.string()), "-r copies it with everything below.");
  wickfs::Inode inode;
  if (to != "/") {
    const wickfs::Error wrong = make(image, to, wickfs::kModeDirectory | (host.st_mode & 0777), inode);
    if (!ok(wrong)) return wrong_in(image, to, wrong);
  }
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(from, error)) {
    if (auto done = any_in(entry.path(), image, below(to, entry.path().filename()), folders); !done) return done;
  }
  return error ? Result<void>(fail(fmt::format("{}: {}.", from.string(), error.message()))) : Result<void>{};
}

Result<void> any_out(Image& image, const std::string& from, const fs::path& to, bool folders) {
  wickfs::Status status;
  if (const wickfs::Error wrong = status_of(image, from, status); !ok(wrong)) return wrong_in(image, from, wrong);
  std::error_code error;
  if (!wickfs::is_directory(status.mode)) {
    std::ofstream target(to, std::ios::binary | std::ios::trunc);
    auto done = read_from(image, from, [&](std::string_view bytes) -> Result<void> {
      target.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
      return target ? Result<void>{} : wrong_at(to);
    });
    target.close();
    if (done && !target) return wrong_at(to);
    fs::permissions(to, static_cast<fs::perms>(status.mode & 0777), error);
    return done;
  }
  if (!folders)
    return fail(fmt::format("{}:{} is a folder.", image.path().string(), from), "-r copies it with everything below.");
  fs::create_directory(to, error);
  if (error) return fail(fmt::format("{}: {}.", to.string(), error.message()));
  wickfs::Entry entry;
  wickfs::Error outcome;
  for (std::uint64_t position = 0; ok(outcome = image.volume().next_entry(status.inode, position, entry));) {
    const std::string name(entry.name());
    if (auto done = any_out(image, below(from, name), to / name, folders); !done) return done;
  }
  return outcome == wickfs::Error::not_found ? Result<void>{} : wrong_in(image, from, outcome);
}

}  // namespace

Result<void> read_from(Image& image, const std::string& path,
                       const std::function<Result<void>(std::string_view)>& take) {
  wickfs::Inode inode;
  if (const wickfs::Error wrong = image.volume().find(path, inode); !ok(wrong)) return wrong_in(image, path, wrong);
  std::string piece(kPiece, '\0');
  std::size_t got = 0;
  for (std::uint64_t offset = 0;; offset += got) {
    const wickfs::Error wrong = image.volume().read(inode, offset, piece.data(), piece.size(), got);
    if (!ok(wrong)) return wrong_in(image, path, wrong);
    if (got == 0) return {};
    if (auto done = take({piece.data(), got}); !done) return done;
  }
}

Result<void> copy_in(const fs::path& from, Image& image, const std::string& to, bool folders) {
  wickfs::Status status;
  const bool into = ok(status_of(image, to, status)) && wickfs::is_directory(status.mode);
  const fs::path name = from.has_filename() ? from.filename() : from.parent_path().filename();
  return any_in(from, image, into ? below(to, name) : to, folders);
}

Result<void> copy_out(Image& image, const std::string& from, const fs::path& to, bool folders) {
  std::error_code error;
  const std::string name = parent_and_name(from).second;
  return any_out(image, from, fs::is_directory(to, error) && !name.empty() ? to / name : to, folders);
}

}  // namespace wick::tool
