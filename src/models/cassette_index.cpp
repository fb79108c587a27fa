#include "models/cassette_index.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <stook/core/codec.hpp>
#include <stook/core/json.hpp>

namespace stook::detail {
namespace {

constexpr std::size_t before_difference = 40;
constexpr std::size_t most_shown = 120;

std::string excerpt(const std::string& text, std::size_t at) {
  const std::size_t from = at > before_difference ? at - before_difference : 0;
  const bool cut = from + most_shown < text.size();
  return fmt::format("{}{}{}", from ? "…" : "", to_valid_utf8(text.substr(from, most_shown)), cut ? "…" : "");
}

std::string difference(const canonical_message& recorded, const canonical_message& asked) {
  const std::string a = to_json_text(recorded);
  const std::string b = to_json_text(asked);
  const auto at =
      static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
  return fmt::format("recorded {}, asked {}", excerpt(a, at), excerpt(b, at));
}

// How the request differs from the recorded one, behind the messages that are the same.
std::string difference(const canonical_request& recorded, const canonical_request& asked, std::size_t same) {
  if (same < recorded.messages.size() && same < asked.messages.size()) {
    return fmt::format("message {} differs first: {}", same,
                       difference(recorded.messages[same], asked.messages[same]));
  }
  if (recorded.messages.size() != asked.messages.size()) {
    return fmt::format("{} messages were recorded and {} are asked; the first {} are the same",
                       recorded.messages.size(), asked.messages.size(), same);
  }
  if (recorded.tools != asked.tools) return "the messages are the same, and the tools differ";
  return fmt::format("messages and tools are the same, and the options differ: recorded {}, asked {}",
                     to_json_text(recorded.options), to_json_text(asked.options));
}

}  // namespace

cassette_index::cassette_index(std::string name, cassette_file all)
    : name_(std::move(name)), all_(std::move(all)) {
  for (std::size_t i = 0; i < all_.exchanges.size(); ++i) {
    by_request_[digest_of(request_of(all_, all_.exchanges[i]))].exchanges.push_back(i);
  }
}

const recorded_exchange* cassette_index::next(const canonical_request& request) {
  const std::string digest = digest_of(request);
  const std::lock_guard lock(mutex_);
  const auto it = by_request_.find(digest);
  if (it == by_request_.end() || it->second.played == it->second.exchanges.size()) return nullptr;
  return &all_.exchanges[it->second.exchanges[it->second.played++]];
}

model_error cassette_index::unrecorded(const canonical_request& request) const {
  const std::string hint = "record the cassette anew, or give the replay a model for what is not in it";
  if (const auto it = by_request_.find(digest_of(request)); it != by_request_.end()) {
    return model_error({"model.unrecorded",
                        fmt::format("{}: this request was recorded {} times and is made once more", name_,
                                    it->second.exchanges.size()),
                        hint});
  }
  std::vector<std::string> asked;
  for (const canonical_message& m : request.messages) asked.push_back(to_json_text(m));
  std::size_t nearest = 0, most_same = 0;
  for (std::size_t i = 0; i < all_.exchanges.size(); ++i) {
    const auto& numbers = all_.exchanges[i].messages;
    std::size_t same = 0;
    while (same < numbers.size() && same < asked.size() &&
           to_json_text(all_.messages[static_cast<std::size_t>(numbers[same])]) == asked[same]) {
      ++same;
    }
    // of two that share as much, the one that is as long
    const bool as_long =
        numbers.size() == asked.size() && all_.exchanges[nearest].messages.size() != asked.size();
    if (same > most_same || (same == most_same && as_long)) {
      nearest = i;
      most_same = same;
    }
  }
  if (all_.exchanges.empty()) {
    return model_error({"model.unrecorded", fmt::format("{}: the cassette is empty", name_), hint});
  }
  return model_error({"model.unrecorded",
                      fmt::format("{}: this request was not recorded; the nearest of {} is number {}: {}",
                                  name_, all_.exchanges.size(), nearest + 1,
                                  difference(request_of(all_, all_.exchanges[nearest]), request, most_same)),
                      hint});
}

}  // namespace stook::detail
