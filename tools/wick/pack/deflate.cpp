// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "pack/deflate.h"

#include <zlib.h>

#include <array>
#include <cstdlib>

namespace wick::tool {
namespace {

constexpr int kLevel = 6;       // zlib's default, by name, so that it stays
constexpr int kGzip = 16 + 15;  // the largest window, wrapped in gzip
constexpr int kMemory = 8;      // zlib's default
constexpr std::size_t kPiece = 64 << 10;

const Bytef* input(std::span<const std::byte> bytes) { return reinterpret_cast<const Bytef*>(bytes.data()); }

}  // namespace

std::vector<std::byte> deflated(std::span<const std::byte> bytes) {
  uLongf size = compressBound(bytes.size());
  std::vector<std::byte> out(size);
  // With room for the worst, it fails for want of memory alone.
  if (compress2(reinterpret_cast<Bytef*>(out.data()), &size, input(bytes), bytes.size(), kLevel) != Z_OK) std::abort();
  out.resize(size);
  return out;
}

std::string gzipped(std::string_view bytes) {
  z_stream stream = {};
  if (deflateInit2(&stream, kLevel, Z_DEFLATED, kGzip, kMemory, Z_DEFAULT_STRATEGY) != Z_OK) std::abort();
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  // With room for the worst, it ends at once.
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) std::abort();
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

struct GzipStream::State {
  z_stream stream = {};
  std::array<std::byte, kPiece> out;
};

GzipStream::GzipStream(OutputFile& to) : to_(to), state_(std::make_unique<State>()) {
  if (deflateInit2(&state_->stream, kLevel, Z_DEFLATED, kGzip, kMemory, Z_DEFAULT_STRATEGY) != Z_OK) std::abort();
}

GzipStream::~GzipStream() { deflateEnd(&state_->stream); }

bool GzipStream::run(std::span<const std::byte> bytes, bool last) {
  z_stream& stream = state_->stream;
  stream.next_in = const_cast<Bytef*>(input(bytes));
  stream.avail_in = static_cast<uInt>(bytes.size());
  do {
    stream.next_out = reinterpret_cast<Bytef*>(state_->out.data());
    stream.avail_out = kPiece;
    deflate(&stream, last ? Z_FINISH : Z_NO_FLUSH);
    if (!to_.append(std::span(state_->out).first(kPiece - stream.avail_out))) return false;
  } while (stream.avail_out == 0);
  return true;
}

bool GzipStream::append(std::span<const std::byte> bytes) { return run(bytes, false); }

bool GzipStream::end() { return run({}, true); }

}  // namespace wick::tool
