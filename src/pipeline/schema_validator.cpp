#include <stook/pipeline/schema_validator.hpp>

#include <boost/json/value.hpp>

#include <stook/core/json.hpp>
#include <stook/core/schema.hpp>

#include "pipeline/model_answer.hpp"

namespace stook::detail {

void read_answer(std::string_view text, void* into, const type_desc& type, decode_report& report) {
  const json parsed = json_in_answer(text, report);
  if (report.ok()) decode(parsed, into, type, {}, report);
}

message repair_message(std::string_view text, const type_desc& type, const decode_report& report) {
  return ask_for_repair(text, report, dump_json(schema_of(type)));
}

}  // namespace stook::detail
