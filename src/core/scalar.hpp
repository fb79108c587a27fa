#pragma once

#include <cstdint>
#include <cstring>
#include <limits>

#include <stook/core/type_desc.hpp>

namespace stook::detail {

/// The integer or enumeration of any width at `object`; an unsigned 64-bit one by its bits.
inline std::int64_t read_integer(const void* object, const type_desc& type) {
  const auto read = [object](auto width) {
    std::memcpy(&width, object, sizeof width);
    return static_cast<std::int64_t>(width);
  };
  switch (type.size) {
    case 1:
      return type.is_signed ? read(std::int8_t{}) : read(std::uint8_t{});
    case 2:
      return type.is_signed ? read(std::int16_t{}) : read(std::uint16_t{});
    case 4:
      return type.is_signed ? read(std::int32_t{}) : read(std::uint32_t{});
    default:
      return read(std::int64_t{});
  }
}

/// The inverse; the value must fit, little- and big-endian alike.
inline void write_integer(void* object, const type_desc& type, std::int64_t value) {
  const auto write = [&](auto width) {
    width = static_cast<decltype(width)>(value);
    std::memcpy(object, &width, sizeof width);
  };
  switch (type.size) {
    case 1:
      write(std::uint8_t{});
      break;
    case 2:
      write(std::uint16_t{});
      break;
    case 4:
      write(std::uint32_t{});
      break;
    default:
      write(std::uint64_t{});
      break;
  }
}

struct integer_range {
  std::int64_t low;
  std::uint64_t high;
};
inline integer_range range_of(const type_desc& type) {
  const int bits = type.size * 8;
  if (!type.is_signed) {
    return {0, bits == 64 ? std::numeric_limits<std::uint64_t>::max() : (std::uint64_t{1} << bits) - 1};
  }
  return {bits == 64 ? std::numeric_limits<std::int64_t>::min() : -(std::int64_t{1} << (bits - 1)),
          bits == 64 ? static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())
                     : (std::uint64_t{1} << (bits - 1)) - 1};
}

}  // namespace stook::detail
