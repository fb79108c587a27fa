#include <stook/tool/tool.hpp>

#include <algorithm>

#include <fmt/format.h>
#include <boost/asio/awaitable.hpp>

#include <stook/core/json.hpp>
#include <stook/core/schema.hpp>

#include "tool/tool_core.hpp"
#include "tool/tool_invocation.hpp"

namespace stook {
namespace detail {

void tool_body::call(invocation& inv) const {
  inv.fail({"tool_not_plain", "this tool is a coroutine: it runs inside an agent, not by call()"});
}

task<void> tool_body::async_call(invocation& inv) const {
  call(inv);
  co_return;
}

namespace {

[[noreturn]] void refuse(const tool_core& core, std::string what) {
  throw error("bad_tool", fmt::format("tool \"{}\": {}", core.name, what));
}

void check_name(const tool_core& core) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  if (core.name.empty() || core.name.size() > 64 ||
      !std::all_of(core.name.begin(), core.name.end(), allowed)) {
    refuse(core, "a name has 1 to 64 letters, digits, _ or -");
  }
}

void check_options(const tool_core& core, const function_desc& function) {
  const tool_options& o = core.options;
  if (o.retries < 0 || o.timeout.count() < 0) refuse(core, "retries and timeout cannot be negative");
  if (o.retries > 0 && o.effect != effect::pure && o.effect != effect::read) {
    refuse(core, fmt::format("retries are for pure and read tools, this one is {}", to_string(o.effect)));
  }
  if (o.max_result < 64) refuse(core, "max_result must be at least 64 bytes");
  if (function.kind == body_kind::coroutine && o.blocking) {
    refuse(core, "a coroutine does not block: leave `blocking` out");
  }
  if (core.on_pool && function.takes_state) {
    refuse(core, "a function that takes stook::state& cannot run on the pool: use state inputs and outputs");
  }
}

// Named parameters become the fields of an object whose storage is the tuple that the body calls with.
void take_parameters(tool_core& core, const function_desc& function) {
  const auto& named = core.options.parameters;
  if (named.size() != function.parameter_count) {
    refuse(core,
           fmt::format("its function takes {} parameters from the model, tool_options::parameters names {}",
                       function.parameter_count, named.size()));
  }
  for (std::size_t i = 0; i < named.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (named[i].name == named[j].name)
        refuse(core, fmt::format("parameter \"{}\" is named twice", named[i].name));
    }
    const bool optional = function.parameter_types[i]().kind == type_kind::optional;
    if (named[i].rules.defaulted && !optional) {
      refuse(core, fmt::format("parameter \"{}\" is defaulted and must be a std::optional", named[i].name));
    }
    core.fields.push_back(
        {named[i].name, function.parameter_types[i], function.parameter_places[i], named[i].rules});
  }
  core.arguments.fields = core.fields.data();
  core.arguments.count = core.fields.size();
}

const field_desc* find_field(const type_desc& type, std::string_view name) {
  if (type.kind != type_kind::object) return nullptr;
  for (std::size_t i = 0; i < type.count; ++i) {
    if (type.fields[i].name == name) return &type.fields[i];
  }
  return nullptr;
}

void bind_state(tool_core& core) {
  for (const state_input& in : core.options.inputs) {
    const field_desc* field = find_field(core.arguments, in.field);
    if (!field) refuse(core, fmt::format("state input: its arguments have no field \"{}\"", in.field));
    if (!field->type().assign) refuse(core, fmt::format("state input: \"{}\" cannot be copied", in.field));
    core.inputs.push_back({in.key, field});
    core.hidden.push_back(in.field);
  }
  for (const state_output& out : core.options.outputs) {
    if (out.field.empty()) {
      core.outputs.push_back({out.key, nullptr, core.result});
      continue;
    }
    const field_desc* field = find_field(*core.result, out.field);
    if (!field) refuse(core, fmt::format("state output: its result has no field \"{}\"", out.field));
    core.outputs.push_back({out.key, field, &field->type()});
  }
}

}  // namespace
}  // namespace detail

tool::tool(std::string name, std::string description, tool_options options,
           const detail::function_desc& function, std::unique_ptr<detail::tool_body> body) {
  using namespace detail;
  auto core = std::make_shared<tool_core>();
  core->name = std::move(name);
  core->description = std::move(description);
  core->options = std::move(options);
  core->result = function.result;
  core->kind = function.kind;
  core->takes_state = function.takes_state;
  core->on_pool =
      function.kind == body_kind::plain && (core->options.blocking || core->options.timeout.count() > 0);
  check_name(*core);
  check_options(*core, function);
  if (function.arguments) {
    if (!core->options.parameters.empty()) {
      refuse(*core, "its function takes a described struct, which names its own fields");
    }
    core->arguments = *function.arguments;
    core->make_arguments = function.arguments->make;
  } else {
    take_parameters(*core, function);
    core->make_arguments = function.make_tuple;
  }
  bind_state(*core);
  core->wants_value = !core->outputs.empty() || core->options.to_text;
  core->patterns = pattern_set(core->arguments);
  core->schema = schema_of(core->arguments, core->hidden);
  core->schema_text = dump_json(core->schema);
  core->body = std::move(body);
  core_ = std::move(core);
}

const std::string& tool::name() const { return core_->name; }
const std::string& tool::description() const { return core_->description; }
const tool_options& tool::options() const { return core_->options; }
const json& tool::parameters() const { return core_->schema; }
std::string_view tool::parameters_text() const { return core_->schema_text; }

tool_result tool::call(std::string_view arguments) const {
  tool_result result;
  detail::tool_invocation(*core_, arguments, nullptr, nullptr, result).run();
  return result;
}

std::string_view to_string(effect e) {
  switch (e) {
    case effect::pure:
      return "pure";
    case effect::read:
      return "read";
    case effect::keyed:
      return "keyed";
    case effect::once:
      return "once";
  }
  return "once";
}

}  // namespace stook
