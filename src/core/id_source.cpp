#include <stook/core/id_source.hpp>

#include <fmt/format.h>

namespace stook {

id_source::id_source() {
  std::random_device device;
  random_.seed((std::uint64_t{device()} << 32) | device());
}

std::string id_source::next(std::string_view prefix) { return fmt::format("{}{:016x}", prefix, random_()); }

}  // namespace stook
