#include <stook/pipeline/sub_pipeline.hpp>

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <stook/core/clock.hpp>
#include <stook/core/error.hpp>

namespace stook {
namespace {

class sub_pipeline_body final : public detail::component_body {
 public:
  sub_pipeline_body(pipeline inner, sub_pipeline_options options, sockets shown)
      : component_body(std::move(shown), "stook::sub_pipeline",
                       {.plain = true, .coroutine = has_coroutines(inner), .wants_context = true}),
        inner_(std::move(inner)),
        options_(std::move(options)) {}

  void call(detail::frame& f) override {
    const pipeline_run_options options = run_options_of(f);
    take_results(f, inner_.run(inputs_of(f), options));
  }

  task<void> async_call(detail::frame& f) override {
    const pipeline_run_options options = run_options_of(f);
    const run_inputs inputs = inputs_of(f);
    auto pending = inner_.async_run(inputs, options);
    const pipeline_result result = co_await std::move(pending);
    take_results(f, result);
  }

 private:
  static bool has_coroutines(const pipeline& p) {
    return std::any_of(p.components().begin(), p.components().end(),
                       [](const component& c) { return c.body().kind.coroutine; });
  }

  run_inputs inputs_of(const detail::frame& f) const {
    run_inputs inputs;
    for (std::size_t i = 0; i < declared.inputs.size(); ++i) {
      for (const any_value& value : f.at(i)) {
        for (const std::string& inside : options_.inputs.at(declared.inputs[i].name))
          inputs.set(inside, value);
      }
    }
    return inputs;
  }

  pipeline_run_options run_options_of(const detail::frame& f) const {
    pipeline_run_options options{.stop = f.context->stop(), .run_id = f.context->call_key()};
    for (const auto& [name, inside] : options_.outputs) {
      options.include_outputs_from.push_back(inside.substr(0, inside.find('.')));
    }
    if (const auto deadline = f.context->deadline()) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(*deadline - f.context->now());
      options.wall = std::max(left, std::chrono::milliseconds{0});
    }
    return options;
  }

  void take_results(detail::frame& f, const pipeline_result& result) const {
    for (std::size_t o = 0; o < declared.outputs.size(); ++o) {
      f.results[o] = result.find(options_.outputs.at(declared.outputs[o].name));
    }
  }

  pipeline inner_;
  sub_pipeline_options options_;
};

[[noreturn]] void refuse(const std::string& name, const std::string& why) {
  throw error("sub_pipeline", fmt::format("pipeline '{}' as a component: {}", name, why));
}

std::string socket_of(const std::string& path) { return path.substr(path.find('.') + 1); }

// The socket at `component.socket` inside.
template <typename Socket>
const Socket& find_inside(const pipeline& p, const std::string& path, const std::string& name,
                          const std::vector<Socket>& (component::*all)() const) {
  const auto dot = path.find('.');
  if (dot != std::string::npos) {
    const component& c = p.at(path.substr(0, dot));
    for (const Socket& s : (c.*all)()) {
      if (s.name == path.substr(dot + 1)) return s;
    }
  }
  refuse(name, fmt::format("there is no socket '{}' inside", path));
}

}  // namespace

component sub_pipeline(std::string name, pipeline inner, sub_pipeline_options options) {
  const sockets open = inner.open_sockets();
  if (options.inputs.empty()) {
    for (const input_socket& s : open.inputs) options.inputs[socket_of(s.name)].push_back(s.name);
    for (const auto& [shown, inside] : options.inputs) {
      if (inside.size() > 1)
        refuse(name, fmt::format("several inputs are named '{}': name them in the options", shown));
    }
  }
  if (options.outputs.empty()) {
    for (const output_socket& s : open.outputs) {
      if (options.outputs.emplace(socket_of(s.name), s.name).second) continue;
      refuse(name,
             fmt::format("several outputs are named '{}': name them in the options", socket_of(s.name)));
    }
  }
  sockets shown;
  for (const auto& [input, inside] : options.inputs) {
    input_socket made{.name = input, .mandatory = false};
    for (const std::string& path : inside) {
      const input_socket& s = find_inside(inner, path, name, &component::inputs);
      made.type = s.type;
      made.mandatory |= s.mandatory;
      if (s.joining == joining::lazy || s.joining == joining::concat) made.joining = s.joining;
    }
    shown.inputs.push_back(std::move(made));
  }
  for (const auto& [output, inside] : options.outputs) {
    shown.outputs.push_back({output, find_inside(inner, inside, name, &component::outputs).type});
  }
  std::shared_ptr<detail::component_body> body =
      std::make_shared<sub_pipeline_body>(std::move(inner), std::move(options), std::move(shown));
  return component(std::move(name), std::move(body));
}

}  // namespace stook
