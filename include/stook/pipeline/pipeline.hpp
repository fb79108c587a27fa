#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <stook/core/fwd.hpp>
#include <stook/pipeline/component.hpp>
#include <stook/pipeline/detail/connect.hpp>
#include <stook/pipeline/options.hpp>
#include <stook/pipeline/run.hpp>

namespace stook {

namespace detail {
class graph_core;
}

/// The name of a component together with its C++ types: what `pipeline::add` returns.
template <typename In, typename Out>
struct component_ref {
  std::string name;
};

/// Components and the connections between their sockets. A graph may branch, join, loop and route.
///
///     stook::pipeline p;
///     auto search = p.add("search", retriever{index});
///     auto prompt = p.add("prompt", [](prompt_in in) { return fill(in); });
///     p.connect(search, &retriever::out::documents, prompt, &prompt_in::documents);   // checked by the
///     compiler p.connect("search.documents", "prompt.documents");                              // the same,
///     by name p.run({{"search.query", "pool exhausted"}}).at<std::string>("prompt.value");
///
/// What runs when is docs/pipelines.md. A cheap copy that shares its components; changing one copy leaves the
/// others as they are. Reading, and so running, is thread-safe.
class pipeline {
 public:
  explicit pipeline(pipeline_options options = {});

  /// A name is unique and has no dot. Throws `error` with code component_name.
  template <typename C>
  auto add(std::string name, C object) {
    using types = detail::reference_types<C>;
    component made{name, std::move(object)};
    add(std::move(made));
    return component_ref<typename types::in, typename types::out>{std::move(name)};
  }
  void add(component c);

  /// Connects `component.output` to `component.input`. Without socket names the one pair that fits is taken,
  /// or of several the one with equal names. Types are compared; text, message, and lists of one are
  /// converted. A list input with several senders takes all of their elements. Throws `error` with both
  /// sides' sockets and one of the codes connect_types, connect_ambiguous, connect_taken, connect_twice,
  /// connect_self, unknown_component, unknown_socket.
  pipeline& connect(std::string_view from, std::string_view to);

  template <typename In1, typename Out1, typename From, typename In2, typename Out2, typename To>
    requires(detail::passes<From, To>)
  pipeline& connect(const component_ref<In1, Out1>& from, From Out1::*output,
                    const component_ref<In2, Out2>& to, To In2::*input) {
    return connect(from.name + '.' + std::string(detail::member_name<Out1>(output)),
                   to.name + '.' + std::string(detail::member_name<In2>(input)));
  }

  /// Runs to the end, or to the pause. Throws `pipeline_error` where a component fails, a limit is reached or
  /// nothing can run at all, and `error` for inputs that do not fit.
  pipeline_result run(const run_inputs& inputs = {}, const pipeline_run_options& options = {}) const;
  task<pipeline_result> async_run(const run_inputs& inputs, const pipeline_run_options& options) const;
  task<pipeline_result> async_run(const run_inputs& inputs,
                                  const pipeline_run_options&& options) const = delete;

  /// A run that goes on one component at a time.
  pipeline_run start(const run_inputs& inputs = {}, const pipeline_run_options& options = {}) const;
  /// The same from a snapshot of a run of this pipeline or of one like it. Throws `error` with code snapshot
  /// if it does not fit. The snapshot may be used again.
  pipeline_run resume(const json& snapshot, const pipeline_run_options& options = {}) const;

  bool empty() const;
  const std::vector<component>& components() const;
  const pipeline_options& options() const;
  const component& at(std::string_view name) const;
  /// The inputs that no component feeds, and the outputs that none consumes; names are `component.socket`.
  stook::sockets open_sockets() const;
  struct connection {
    std::string sender, receiver;  ///< `component.socket`
    friend bool operator==(const connection&, const connection&) = default;
  };
  std::vector<connection> connections() const;

  /// A Mermaid flowchart, and a Graphviz graph; with a result, each component shows its visits, its time if
  /// it was measured, and whether it was skipped.
  std::string mermaid(const pipeline_result* run = nullptr) const;
  std::string dot(const pipeline_result* run = nullptr) const;

 private:
  detail::graph_core& edit();

  std::shared_ptr<detail::graph_core> core_;
};

/// A chain: each component is connected to the one before it, by the pair of sockets that fits.
pipeline operator|(component first, component second);
pipeline operator|(pipeline chain, component next);

}  // namespace stook
