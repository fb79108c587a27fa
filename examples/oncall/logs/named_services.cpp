#include <oncall/logs/named_services.hpp>

#include <algorithm>
#include <set>
#include <utility>

#include <oncall/screen/clean_text.hpp>
#include <stook/core/ascii.hpp>

namespace stook::sre {
namespace {

constexpr std::size_t most_rows = 500;
constexpr std::size_t most_text = 512;
constexpr std::size_t most_named = 3;
constexpr double least_share = 0.2;

bool is_word(char c) { return ascii::is_alnum(c) || c == '-' || c == '_'; }

template <typename Found>
void each_word(std::string_view text, Found found) {
  text = text.substr(0, most_text);
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && is_word(text[i])) continue;
    if (i > begin) found(text.substr(begin, i - begin));
    begin = i + 1;
  }
}

}  // namespace

named_services::named_services(const log_table& logs) : logs_(logs) {
  for (std::uint32_t id = 0; id < logs.service.names(); ++id) {
    std::string name = ascii::to_lower(logs.service.name(id));
    if (name.size() < 2 || name.size() > name_bytes) continue;
    sizes_.set(name.size());
    ids_.emplace(std::move(name), id);
  }
}

std::optional<std::uint32_t> named_services::find(std::string_view word) const {
  if (word.size() > name_bytes || !sizes_.test(word.size())) return std::nullopt;
  const auto known = ids_.find(ascii::to_lower(word));
  return known == ids_.end() ? std::nullopt : std::optional(known->second);
}

std::vector<named_share> named_services::in(std::span<const std::uint32_t> rows) const {
  const std::size_t stride = std::max<std::size_t>(1, (rows.size() + most_rows - 1) / most_rows);
  std::map<std::uint32_t, std::size_t> lines;
  std::set<std::uint32_t> of_line;
  std::size_t read = 0;
  for (std::size_t i = 0; i < rows.size(); i += stride, ++read) {
    of_line.clear();
    each_word(logs_.message[rows[i]], [&](std::string_view word) {
      const auto id = find(word);
      if (id && *id != logs_.service.ids()[rows[i]]) of_line.insert(*id);
    });
    for (const std::uint32_t id : of_line) ++lines[id];
  }
  std::vector<named_share> out;
  for (const auto& [id, count] : lines) {
    const double share = static_cast<double>(count) / static_cast<double>(read);
    if (share >= least_share)
      out.push_back({.service = clean_text(logs_.service.name(id), name_bytes), .share = share});
  }
  std::ranges::sort(out, [](const named_share& a, const named_share& b) {
    return std::pair{-a.share, a.service} < std::pair{-b.share, b.service};
  });
  if (out.size() > most_named) out.resize(most_named);
  return out;
}

}  // namespace stook::sre
