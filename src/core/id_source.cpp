#include <stook/core/id_source.hpp>

#include <atomic>
#include <random>

namespace stook {
namespace {

std::uint64_t fresh_seed() {
  static std::atomic<std::uint64_t> next = [] {
    std::random_device device;
    return (std::uint64_t{device()} << 32) | device();
  }();
  return next.fetch_add(0x9e3779b97f4a7c15, std::memory_order_relaxed);
}

}  // namespace

id_source::id_source() : state_(fresh_seed()) { state_ = draw(); }

std::uint64_t id_source::draw() {
  state_ += 0x9e3779b97f4a7c15;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

std::string id_source::next(std::string_view prefix) {
  std::string out;
  out.reserve(prefix.size() + 16);
  out = prefix;
  const std::uint64_t number = draw();
  for (int shift = 60; shift >= 0; shift -= 4) out += "0123456789abcdef"[(number >> shift) & 15];
  return out;
}

}  // namespace stook
