// Lines of JSON: the same lines however the stream is cut, and each is read or refused.

#include <string>

#include <boost/json/value.hpp>
#include <stook/core/error.hpp>
#include <stook/core/json.hpp>

#include "http/line_reader.hpp"

#include "pieces.hpp"

namespace {

constexpr std::size_t longest_line = 1000;

std::string read_lines(std::string_view text, std::uint8_t seed) {
  stook::http::line_reader reader(longest_line);
  std::string_view line;
  std::string out;
  const auto add = [&] {
    fuzz::require(line.size() <= longest_line);
    fuzz::require(line.find_first_of("\r\n") == std::string_view::npos);
    out += std::to_string(line.size()) + ":";
    try {
      const std::string again = stook::dump_json(stook::parse_json(line));
      fuzz::require(stook::dump_json(stook::parse_json(again)) == again);
      out += again;
    } catch (const stook::error& e) {
      fuzz::require(e.code().starts_with("json_"));
      out += e.code();
    }
  };
  try {
    const auto take = [&](std::string_view piece) {
      reader.feed(piece);
      while (reader.next(line)) add();
    };
    fuzz::in_pieces(text, seed, take);
    if (reader.finish(line)) add();
  } catch (const stook::error& e) {
    fuzz::require(e.code() == "http.too_large");
    out += "too large";
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return fuzz::require_same_however_cut(data, size, read_lines);
}
