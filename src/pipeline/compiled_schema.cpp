#include "pipeline/compiled_schema.hpp"

#include <exception>
#include <string>

#include <boost/json/value.hpp>
// without it the library ends the process on a schema it cannot read
#define VALIJSON_USE_EXCEPTIONS 1
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>

#include <stook/core/json.hpp>

#include "pipeline/schema_keywords.hpp"

namespace stook::detail {

compiled_schema::compiled_schema(const std::string& text) {
  try {
    json parsed = parse_json(text);
    remove_formats(parsed);
    matches_ = has_pattern(parsed);
    if (!parsed.is_object() && !parsed.is_bool())
      throw error("json_invalid", "expected an object or a boolean");
    auto made = std::make_shared<valijson::Schema>();
    valijson::SchemaParser(valijson::SchemaParser::kDraft7)
        .populateSchema(valijson::adapters::BoostJsonAdapter(parsed), *made);
    schema_ = std::move(made);
  } catch (const std::exception& why) {
    throw error("bad_schema", std::string("not a JSON Schema of draft 7: ") + why.what());
  }
}

}  // namespace stook::detail
