#include "models/dialect.hpp"

#include <algorithm>

namespace stook::models {

std::size_t count_systems(std::span<const message> messages) {
  const auto other = std::find_if(messages.begin(), messages.end(),
                                  [](const message& m) { return m.from() != role::system; });
  return static_cast<std::size_t>(other - messages.begin());
}

std::string write_request(const dialect& to, const chat_request& request) {
  const std::size_t systems = count_systems(request.messages);
  std::string out;
  open_turn turn;
  to.write_head(out, request, request.messages.first(systems));
  for (const message& m : request.messages.subspan(systems)) to.write_message(out, m, turn);
  to.write_tail(out, turn);
  return out;
}

}  // namespace stook::models
