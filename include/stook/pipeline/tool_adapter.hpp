#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <stook/core/any_value.hpp>
#include <stook/pipeline/pipeline.hpp>
#include <stook/tool/tool.hpp>

namespace stook {

/// How a pipeline serves as a tool.
struct pipeline_tool_options {
  /// Field of the arguments, and the pipeline inputs that it feeds.
  std::map<std::string, std::vector<std::string>> inputs{};
  /// The output that the model reads: a text or a message as it is, anything else as JSON.
  std::string output{};
  tool_options tool{};
};

namespace detail {
/// Checks the names; throws `error` with code pipeline_tool.
void check_pipeline_tool(const pipeline& p, const pipeline_tool_options& options, const type_desc& arguments);
run_inputs pipeline_tool_inputs(const pipeline_tool_options& options, std::shared_ptr<const void> arguments,
                                const type_desc& type);
std::string run_pipeline_tool(const pipeline& p, const run_inputs& inputs, const std::string& output,
                              const run_context& context);
}  // namespace detail

/// A pipeline as a tool: the model fills in a described struct, whose fields go to the pipeline's inputs.
///
///     auto ask = stook::pipeline_tool<question>("ask_docs", "Answers from the runbooks.", p,
///         {.inputs = {{"text", {"search.query"}}}, .output = "writer.text"});
///
/// The call's deadline and stop hold inside. Throws `error` with code pipeline_tool for a field, input or
/// output that is not there, and for a mandatory input that nothing feeds.
template <detail::described_struct Arguments>
tool pipeline_tool(std::string name, std::string description, pipeline p, pipeline_tool_options options) {
  detail::check_pipeline_tool(p, options, detail::type_of<Arguments>());
  tool_options how = options.tool;
  auto body = [p = std::move(p), options = std::move(options)](Arguments a, const run_context& context) {
    const auto arguments = std::make_shared<const Arguments>(std::move(a));
    const run_inputs inputs = detail::pipeline_tool_inputs(options, arguments, detail::type_of<Arguments>());
    return detail::run_pipeline_tool(p, inputs, options.output, context);
  };
  return tool(std::move(name), std::move(description), std::move(how), std::move(body));
}

/// A component as a tool: its described input struct is what the model fills in, its output what it reads.
template <typename C>
tool component_tool(std::string name, std::string description, C component, tool_options options = {}) {
  using in = typename detail::component_types<C>::in;
  static_assert(!std::is_void_v<in> && describable<in>,
                "a component is a tool if its input is a described struct without variadic or greedy fields");
  auto body = [component = std::move(component)](in a, const run_context& context) mutable {
    return detail::invoke_component(component, &context, std::move(a));
  };
  return tool(std::move(name), std::move(description), std::move(options), std::move(body));
}

}  // namespace stook
