// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// SipHash-2-4 (Aumasson, Bernstein 2012) of a name, keyed by the volume's identity: nobody who may choose names can
// choose many with one hash.

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace wick::wickfs {

class SipHash {
 public:
  static std::uint64_t of(std::string_view text, const std::uint64_t (&key)[2]) {
    SipHash hash(key);
    std::uint64_t word;
    std::size_t at = 0;
    for (; at + sizeof word <= text.size(); at += sizeof word) {
      std::memcpy(&word, text.data() + at, sizeof word);
      hash.add(word);
    }
    word = 0;
    if (at < text.size()) std::memcpy(&word, text.data() + at, text.size() - at);
    hash.add(word | std::uint64_t{text.size()} << 56);
    return hash.end();
  }

 private:
  explicit SipHash(const std::uint64_t (&key)[2])
      : v_{key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d, key[0] ^ 0x6c7967656e657261,
           key[1] ^ 0x7465646279746573} {}

  void add(std::uint64_t word) {
    v_[3] ^= word;
    rounds(2);
    v_[0] ^= word;
  }
  std::uint64_t end() {
    v_[2] ^= 0xff;
    rounds(4);
    return v_[0] ^ v_[1] ^ v_[2] ^ v_[3];
  }
  void rounds(int count) {
    for (; count > 0; count--) {
      half(v_[0], v_[1], v_[2], v_[3], 13, 16);
      half(v_[2], v_[1], v_[0], v_[3], 17, 21);
    }
  }
  /// @param a, b, c, d as they stand in the paper's figure
  static void half(std::uint64_t& a, std::uint64_t& b, std::uint64_t& c, std::uint64_t& d, int left, int right) {
    a += b;
    b = std::rotl(b, left) ^ a;
    a = std::rotl(a, 32);
    c += d;
    d = std::rotl(d, right) ^ c;
  }

  std::uint64_t v_[4];
};

}  // namespace wick::wickfs
