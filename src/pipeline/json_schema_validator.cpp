#include <stook/pipeline/json_schema_validator.hpp>

#include <utility>

#include <boost/json/value.hpp>

#include <stook/core/json.hpp>

#include "pipeline/compiled_schema.hpp"
#include "pipeline/model_answer.hpp"

namespace stook {

sockets json_schema_validator::declare() const {
  const detail::compiled_schema usable(schema);
  return {{{.name = "value", .type = socket_type::of<message>()}},
          {{"valid", socket_type::of<json>()}, {"invalid", socket_type::of<message>()}}};
}

void json_schema_validator::run(const socket_values& in, socket_results& out) const {
  detail::decode_report report;
  const std::string& text = in.as<message>("value").text();
  json value = detail::json_in_answer(text, report);
  if (report.ok()) detail::compiled_schema(schema).check(value, report);
  if (report.ok()) {
    out.set("valid", any_value::of(std::move(value)));
  } else {
    out.set("invalid", any_value::of(detail::ask_for_repair(text, report, schema)));
  }
}

}  // namespace stook
