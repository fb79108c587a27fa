#include <fstream>

#include <fmt/format.h>
#include <boost/json/value.hpp>

#include <oncall/postmortem/citations.hpp>
#include <oncall/verify/verify.hpp>
#include <stook/core/codec.hpp>
#include <stook/core/error.hpp>
#include <stook/core/json.hpp>

namespace stook::sre {
namespace {

constexpr std::size_t max_bytes = 16 * 1024 * 1024;
constexpr std::size_t max_citations = 20'000;  // each costs a walk over the result that it names
constexpr evidence_limits limits;

[[noreturn]] void refuse(std::string_view name, std::string_view why) {
  throw error(failure{.code = "input_document",
                      .message = fmt::format("{}: not a postmortem.json that can be verified: {}", name, why),
                      .hint = "expected is what `oncall investigate` writes; its form is "
                              "docs/schema/postmortem.schema.json"});
}

bool is_list_of_ids(std::string_view member, const json& value) {
  return value.is_array() && (member == "evidence" || member == "verified_by") &&
         (value.get_array().empty() || value.get_array()[0].is_string());
}

std::size_t count_citations(const json& value) {
  std::size_t out = 0;
  if (const auto* array = value.if_array()) {
    for (const json& item : *array) out += count_citations(item);
  } else if (const auto* object = value.if_object()) {
    for (const auto& [key, item] : *object)
      out += is_list_of_ids(key, item) ? item.get_array().size() : count_citations(item);
  }
  return out;
}

void check_bounds(const postmortem& document, const json& parsed, std::string_view name) {
  if (document.schema_version != "1") {
    refuse(name,
           fmt::format("schema_version is \"{}\", expected \"1\"", one_line(document.schema_version, 40)));
  }
  if (document.evidence.size() > limits.items) {
    refuse(name, fmt::format("it has {} pieces of evidence, expected at most {}", document.evidence.size(),
                             limits.items));
  }
  if (const std::size_t count = count_citations(parsed); count > max_citations)
    refuse(name, fmt::format("it has {} citations, expected at most {}", count, max_citations));
  for (std::size_t i = 0; i < document.evidence.size(); ++i) {
    const evidence_item& item = document.evidence[i];
    if (item.query.size() > limits.query_bytes) {
      refuse(name, fmt::format("evidence[{}].query has {} bytes, expected at most {}", i, item.query.size(),
                               limits.query_bytes));
    }
    if (const std::size_t size = dump_json(item.result).size(); size > limits.result_bytes) {
      refuse(name, fmt::format("evidence[{}].result has {} bytes, expected an excerpt of at most {}", i, size,
                               limits.result_bytes));
    }
  }
  for (std::size_t i = 0; i < document.incidents.size(); ++i) {
    if (!document.incidents[i].blameless)
      refuse(name, fmt::format("incidents[{}].blameless is false, expected true", i));
  }
}

}  // namespace

postmortem read_document_text(std::string_view text, std::string_view name) {
  try {
    const json parsed = parse_json(text, {.bytes = max_bytes});
    postmortem out = from_json<postmortem>(parsed);
    check_bounds(out, parsed, name);
    return out;
  } catch (const error& e) {
    if (e.code() == "input_document") throw;
    refuse(name, e.what());
  }
}

postmortem read_document(const std::filesystem::path& file) {
  std::error_code unknown;
  std::ifstream in(file, std::ios::binary);
  if (!in || std::filesystem::is_directory(file, unknown))
    throw error("input_open", fmt::format("{}: expected a postmortem.json that can be read", file.string()));
  std::string text;
  constexpr std::size_t piece = 64 * 1024;
  while (in && text.size() <= max_bytes) {
    const std::size_t before = text.size();
    text.resize(before + piece);
    in.read(text.data() + before, piece);
    text.resize(before + static_cast<std::size_t>(in.gcount()));
  }
  if (in.bad()) throw error("input_open", fmt::format("{}: the file cannot be read", file.string()));
  return read_document_text(text, file.string());
}

}  // namespace stook::sre
