// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See format.h.

#include "trace/format.h"

#include <cstdint>
#include <cstring>

namespace wick::trace {

namespace {

struct Output {
  char* to;
  std::size_t room;  ///< without the NUL
  std::size_t used = 0;

  void put(char c) {
    if (used < room) to[used++] = c;
  }
};

struct Conversion {
  bool left = false, zeros = false;
  int width = 0, precision = -1;
  int longs = 0;
};

void put_padded(Output& out, const Conversion& how, const char* text, std::size_t length) {
  const std::size_t width = how.width > 0 ? static_cast<std::size_t>(how.width) : 0;
  const std::size_t padding = width > length ? width - length : 0;
  if (!how.left) {
    for (std::size_t i = 0; i < padding; i++) out.put(how.zeros ? '0' : ' ');
  }
  for (std::size_t i = 0; i < length; i++) out.put(text[i]);
  if (how.left) {
    for (std::size_t i = 0; i < padding; i++) out.put(' ');
  }
}

void put_number(Output& out, Conversion how, std::uint64_t value, unsigned base, bool negative) {
  char digits[24];
  char* const end = digits + sizeof(digits);
  char* start = end;
  do {
    *--start = "0123456789abcdef"[value % base];
    value /= base;
  } while (value);
  if (negative && how.zeros) {
    out.put('-');
    how.width--;
  } else if (negative) {
    *--start = '-';
  }
  put_padded(out, how, start, static_cast<std::size_t>(end - start));
}

int read_digits(const char*& at) {
  int value = 0;
  while (*at >= '0' && *at <= '9') value = value * 10 + (*at++ - '0');
  return value;
}

}  // namespace

std::size_t format_list(char* to, std::size_t capacity, const char* format, std::va_list arguments) {
  if (capacity == 0) return 0;
  Output out{to, capacity - 1};
  for (const char* at = format; *at; at++) {
    if (*at != '%') {
      out.put(*at);
      continue;
    }
    Conversion how;
    for (at++; *at == '-' || *at == '0'; at++) (*at == '-' ? how.left : how.zeros) = true;
    how.width = read_digits(at);
    if (*at == '.') {
      const bool given = *++at == '*';
      if (given) at++;
      how.precision = given ? va_arg(arguments, int) : read_digits(at);
    }
    for (; *at == 'l' || *at == 'z'; at++) how.longs++;
    switch (*at) {
      case '%':
        out.put('%');
        break;
      case 'c':
        out.put(static_cast<char>(va_arg(arguments, int)));
        break;
      case 's': {
        const char* text = va_arg(arguments, const char*);
        if (!text) text = "(null)";
        put_padded(out, how, text,
                   how.precision >= 0 ? strnlen(text, static_cast<std::size_t>(how.precision)) : std::strlen(text));
        break;
      }
      case 'd': {
        const std::int64_t value = how.longs ? va_arg(arguments, long) : va_arg(arguments, int);
        put_number(out, how, value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value), 10,
                   value < 0);
        break;
      }
      case 'u':
      case 'x':
        put_number(out, how, how.longs ? va_arg(arguments, unsigned long) : va_arg(arguments, unsigned),
                   *at == 'u' ? 10 : 16, false);
        break;
      case 'p':
        out.put('0');
        out.put('x');
        put_number(out, how, reinterpret_cast<std::uintptr_t>(va_arg(arguments, void*)), 16, false);
        break;
      default:
        out.put('%');
        out.put('?');
        to[out.used] = '\0';
        return out.used;
    }
  }
  to[out.used] = '\0';
  return out.used;
}

std::size_t format(char* to, std::size_t capacity, const char* format, ...) {
  std::va_list arguments;
  va_start(arguments, format);
  const std::size_t written = format_list(to, capacity, format, arguments);
  va_end(arguments);
  return written;
}

}  // namespace wick::trace
