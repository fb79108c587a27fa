#include <stook/pipeline/tool_adapter.hpp>

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <boost/json/value.hpp>

#include <pipeline/message_form.hpp>

#include <stook/chat/message.hpp>
#include <stook/core/error.hpp>
#include <stook/core/json.hpp>

namespace stook::detail {
namespace {

[[noreturn]] void refuse_tool(const std::string& why) {
  throw error("pipeline_tool", "pipeline as a tool: " + why);
}

template <typename Socket>
bool has(const std::vector<Socket>& all, std::string_view name) {
  return std::any_of(all.begin(), all.end(), [&](const Socket& s) { return s.name == name; });
}

const field_desc* field_named(const type_desc& type, std::string_view name) {
  const field_desc* end = type.fields + type.count;
  const field_desc* found =
      std::find_if(type.fields, end, [&](const field_desc& f) { return f.name == name; });
  return found == end ? nullptr : found;
}

bool feeds(const pipeline_tool_options& options, const std::string& input) {
  return std::any_of(options.inputs.begin(), options.inputs.end(), [&](const auto& mapping) {
    return std::find(mapping.second.begin(), mapping.second.end(), input) != mapping.second.end();
  });
}

}  // namespace

void check_pipeline_tool(const pipeline& p, const pipeline_tool_options& options,
                         const type_desc& arguments) {
  for (const auto& [field, inputs] : options.inputs) {
    if (!field_named(arguments, field)) refuse_tool(fmt::format("the arguments have no field '{}'", field));
    for (const std::string& input : inputs) {
      const auto dot = input.find('.');
      if (dot == std::string::npos || !has(p.at(input.substr(0, dot)).inputs(), input.substr(dot + 1))) {
        refuse_tool(fmt::format("there is no input '{}'", input));
      }
    }
  }
  const auto dot = options.output.find('.');
  if (dot == std::string::npos ||
      !has(p.at(options.output.substr(0, dot)).outputs(), options.output.substr(dot + 1))) {
    refuse_tool(fmt::format("there is no output '{}'", options.output));
  }
  const sockets open = p.open_sockets();
  for (const input_socket& s : open.inputs) {
    if (s.mandatory && !feeds(options, s.name))
      refuse_tool(fmt::format("nothing feeds the mandatory input '{}'", s.name));
  }
}

run_inputs pipeline_tool_inputs(const pipeline_tool_options& options, std::shared_ptr<const void> arguments,
                                const type_desc& type) {
  run_inputs out;
  for (const auto& [name, inputs] : options.inputs) {
    const field_desc* field = field_named(type, name);
    const void* place = field->in(arguments.get());
    const type_desc* carried = &field->type();
    if (carried->kind == type_kind::optional) {  // not given, or given as it is
      if (carried->length(place) == 0) continue;
      place = carried->at(place, 0);
      carried = &carried->element();
    }
    const any_value value = any_value::share(std::shared_ptr<const void>(arguments, place), *carried);
    for (const std::string& input : inputs) out.set(input, value);
  }
  return out;
}

std::string run_pipeline_tool(const pipeline& p, const run_inputs& inputs, const std::string& output,
                              const run_context& context) {
  pipeline_run_options options{.include_outputs_from = {output.substr(0, output.find('.'))},
                               .stop = context.stop(),
                               .run_id = context.call_key()};
  if (const auto deadline = context.deadline()) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(*deadline - context.now());
    options.wall = std::max(left, std::chrono::milliseconds{0});
  }
  const pipeline_result result = p.run(inputs, options);
  const any_value value = result.find(output);
  if (!value.has_value()) {
    std::string why = fmt::format("the pipeline gave nothing at '{}'", output);
    for (const std::string& line : result.waiting()) why += "; " + line;
    throw error("no_output", why);
  }
  if (const std::string* text = value.get_if<std::string>()) return *text;
  if (const message* m = value.get_if<message>()) return m->text();
  return dump_json(json_of(value));
}

}  // namespace stook::detail
