// Reads streams from standard input, one a line as `SEED HEX`, feeds each to sse_reader in pieces cut by the
// seed, and writes an event a line as `HEX-TYPE HEX-DATA HEX-ID RETRY`, with a `.` after each stream. The
// other half of sse_differential.mjs.
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <optional>
#include <random>
#include <string>

#include "http/sse.hpp"

namespace {

std::string from_hex(const std::string& text) {
  std::string bytes;
  for (std::size_t at = 0; at + 1 < text.size(); at += 2) {
    bytes += static_cast<char>(std::stoi(text.substr(at, 2), nullptr, 16));
  }
  return bytes;
}

std::string to_hex(std::string_view bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text = "x";  // so that nothing is not an empty word
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += digits[byte / 16];
    text += digits[byte % 16];
  }
  return text;
}

// No event of the generated streams is named "message", so that is one without a name.
void print(const stook::http::sse_event& e, std::optional<std::chrono::milliseconds> retry) {
  std::cout << to_hex(e.type == "message" ? std::string_view() : e.type) << ' ' << to_hex(e.data) << ' '
            << to_hex(e.id) << ' ' << (retry ? retry->count() : -1) << '\n';
}

}  // namespace

int main() {
  unsigned seed = 0;
  std::string hex;
  while (std::cin >> seed >> hex) {
    const std::string stream = from_hex(hex.substr(1));
    std::mt19937 random(seed);
    const std::size_t longest = 1 + random() % 40;
    stook::http::sse_reader reader;
    stook::http::sse_event event;
    for (std::size_t at = 0; at < stream.size();) {
      const std::string piece = stream.substr(at, 1 + random() % longest);
      at += piece.size();
      reader.feed(piece);
      while (reader.next(event)) print(event, reader.retry());
    }
    std::cout << ".\n";
  }
}
