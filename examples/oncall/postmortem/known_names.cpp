#include <oncall/postmortem/known_names.hpp>

#include <algorithm>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include <stook/core/ascii.hpp>

#include <oncall/causes/named_peer.hpp>

namespace stook::sre {
namespace {

constexpr std::size_t shortest = 2;
constexpr std::size_t most_of_a_column = 2'000;  // columns with more hold no names

using ascii::is_letter;
using ascii::is_upper;

/// Letters only, and no capital inside: "Failure", not "PoolTimeout" nor "v2" nor "db-proxy".
bool is_plain_word(std::string_view name) {
  return std::ranges::all_of(name, is_letter) && std::ranges::none_of(name.substr(1), is_upper);
}

/// "504" and "1.2", which a sentence may say of milliseconds.
bool is_number(std::string_view name) {
  return std::ranges::all_of(name, [](char c) { return ascii::is_digit(c) || c == '.'; }) &&
         std::ranges::count(name, '.') <= 1;
}

}  // namespace

known_names::known_names(const log_table& logs, std::span<const call_edge> topology,
                         std::span<const change_event> events) {
  const auto add_column = [&](std::string_view what, const interned_column& column) {
    if (column.names() > most_of_a_column) return;
    for (std::uint32_t id = 0; id < column.names(); ++id) add(what, column.name(id));
  };
  add_column("service", logs.service);
  add_column("kind", logs.error_kind);
  add_column("region", logs.region);
  add_column("endpoint", logs.endpoint);
  for (const extra_column& column : logs.extra) {
    if (!names(column.name, "version") && !names(column.name, "release")) continue;
    std::set<std::string_view> seen;
    for (std::size_t i = 0; i < column.values.size() && seen.size() <= most_of_a_column; ++i)
      seen.insert(column.values[i]);
    if (seen.size() > most_of_a_column) continue;
    for (const std::string_view value : seen) add("version", value);
  }
  for (const call_edge& call : topology) {
    add("service", call.caller);
    add("service", call.callee);
  }
  for (const change_event& event : events) add("service", event.service);
  const auto key = [](const entry& e) { return std::tie(e.what, e.name); };
  std::ranges::sort(entries_, {}, key);
  const auto rest = std::ranges::unique(entries_, {}, key);
  entries_.erase(rest.begin(), rest.end());
}

void known_names::add(std::string_view what, std::string_view name) {
  if (name.size() < shortest) return;
  entries_.push_back({what, std::string(name), is_plain_word(name) || is_number(name)});
}

std::optional<std::string> known_names::unsupported(std::string_view text, const cited_values& cited) const {
  for (const entry& e : entries_) {
    const bool said = e.plain ? names(text, fmt::format("{} {}", e.what, e.name)) ||
                                    names(text, fmt::format("{} {}", e.name, e.what))
                              : names(text, e.name);
    if (said && !cited.has_name(e.name)) return fmt::format("the {} {}", e.what, e.name);
  }
  return std::nullopt;
}

}  // namespace stook::sre
