#pragma once

#include <string>
#include <string_view>

#include <boost/json/fwd.hpp>

// Programs that count text in units of UTF-16 cut it between the two halves of a pair, and write each half as
// an escape into the JSON of its piece. Neither piece is a text then, and both together are.

namespace stook::models {

/// JSON text with each escape of half a pair replaced by the three bytes that it would be as a character of
/// its own, which is no UTF-8. What is no such escape stays.
std::string halves_as_bytes(std::string_view json_text);

/// Puts halves together that stand side by side, as `halves_as_bytes` wrote them.
void join_halves(std::string& text);

/// Makes UTF-8 of a text: halves that stand side by side are joined, and what else is none is replaced.
void repair(std::string& text);
/// All texts in a value.
void repair(boost::json::value& all);

/// A piece of a text as it may be shown before the rest is there, which is UTF-8 also where the piece is not.
class heard_piece {
 public:
  explicit heard_piece(std::string_view piece);
  heard_piece(const heard_piece&) = delete;
  heard_piece& operator=(const heard_piece&) = delete;
  std::string_view text() const { return text_; }

 private:
  std::string repaired_;
  std::string_view text_;
};

}  // namespace stook::models
