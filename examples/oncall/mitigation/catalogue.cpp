#include <oncall/mitigation/catalogue.hpp>

#include <fstream>
#include <iterator>
#include <set>

#include <fmt/format.h>
#include <boost/json/value.hpp>

#include <stook/core/codec.hpp>
#include <stook/core/error.hpp>
#include <stook/core/json.hpp>

namespace stook::sre {
namespace {

constexpr std::size_t max_file_bytes = 4 * 1024 * 1024;

std::string read_file(const std::filesystem::path& file, const char* code) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw error(code, fmt::format("{} cannot be opened: check the path", file.string()));
  std::string text(max_file_bytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > max_file_bytes) {
    throw error(code, fmt::format("{} is longer than {} bytes", file.string(), max_file_bytes));
  }
  return text;
}

void check_entry(const mitigation& entry, std::size_t place, std::set<std::string_view>& known) {
  const auto refuse = [&](std::string why) {
    throw error("catalogue", fmt::format("entries[{}] ({}): {}", place, entry.id, why));
  };
  if (!known.insert(entry.id).second) refuse("there is another entry of this id; ids are unique");
  if (entry.risk != action_risk::read_only && entry.approval == action_approval::none) {
    refuse("it changes something, so \"approval\" is expected to be on_call or incident_commander, not none");
  }
  if (entry.risk == action_risk::destructive && entry.approval != action_approval::incident_commander) {
    refuse("its risk is destructive, so \"approval\" is expected to be incident_commander");
  }
}

}  // namespace

catalogue parse_catalogue(std::string_view json_text) {
  catalogue out;
  try {
    out = from_json<catalogue>(parse_json(json_text, {.bytes = max_file_bytes}));
  } catch (const error& e) {
    throw error("catalogue", fmt::format("not a catalogue of mitigations: {}", e.what()));
  }
  std::set<std::string_view> known;
  for (std::size_t i = 0; i < out.entries.size(); ++i) check_entry(out.entries[i], i, known);
  return out;
}

catalogue load_catalogue(const std::filesystem::path& file) {
  const std::string text = read_file(file, "catalogue");
  try {
    return parse_catalogue(text);
  } catch (const error& e) {
    throw error("catalogue", fmt::format("{}: {}", file.string(), e.what()));
  }
}

service_owners load_owners(const std::filesystem::path& file) {
  const std::string text = read_file(file, "service_owners");
  try {
    return from_json<service_owners>(parse_json(text, {.bytes = max_file_bytes}));
  } catch (const error& e) {
    throw error("service_owners", fmt::format("{}: {}", file.string(), e.what()));
  }
}

std::string owner_of(const service_owners& owners, std::string_view service) {
  const auto at = owners.teams.find(std::string(service));
  return at == owners.teams.end() || at->second.empty() ? "UNASSIGNED" : at->second;
}

}  // namespace stook::sre
