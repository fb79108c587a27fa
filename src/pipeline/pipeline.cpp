#include <stook/pipeline/pipeline.hpp>

#include <exception>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/json/value.hpp>

#include <pipeline/message_form.hpp>
#include <pipeline/plan.hpp>
#include <pipeline/run_core.hpp>

#include <stook/core/error.hpp>

namespace stook {

pipeline::pipeline(pipeline_options options) {
  detail::graph g;
  g.options = std::move(options);
  g.options.text_types.push_back(detail::message_text_type());
  core_ = std::make_shared<detail::graph_core>(std::move(g));
}

// A core is shared with copies of the pipeline and, once compiled, with runs: only one that is neither is
// changed in place.
detail::graph_core& pipeline::edit() {
  if (core_.use_count() > 1 || core_->is_compiled())
    core_ = std::make_shared<detail::graph_core>(core_->parts);
  return *core_;
}

void pipeline::add(component c) { edit().parts.add(std::move(c)); }

pipeline& pipeline::connect(std::string_view from, std::string_view to) {
  edit().parts.connect(from, to);
  return *this;
}

pipeline_run pipeline::start(const run_inputs& inputs, const pipeline_run_options& options) const {
  auto run = std::make_shared<detail::run_core>(core_->compiled(), options);
  run->give(inputs);
  return pipeline_run(std::move(run));
}

pipeline_run pipeline::resume(const json& snapshot, const pipeline_run_options& options) const {
  auto run = std::make_shared<detail::run_core>(core_->compiled(), options);
  detail::read_snapshot(*run, snapshot);
  return pipeline_run(std::move(run));
}

pipeline_result pipeline::run(const run_inputs& inputs, const pipeline_run_options& options) const {
  pipeline_run r = start(inputs, options);
  while (r.advance()) continue;
  return r.result();
}

task<pipeline_result> pipeline::async_run(const run_inputs& inputs,
                                          const pipeline_run_options& options) const {
  pipeline_run r = start(inputs, options);
  // a cancellation ends the run with the error that carries its state, also where it comes between two steps
  const bool throws = co_await boost::asio::this_coro::throw_if_cancelled();
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  std::exception_ptr failed;
  try {
    bool more = true;
    while (more) {
      auto step = r.async_advance();
      more = co_await std::move(step);
    }
  } catch (...) {
    failed = std::current_exception();
  }
  co_await boost::asio::this_coro::throw_if_cancelled(throws);
  if (failed) std::rethrow_exception(failed);
  co_return r.result();
}

bool pipeline::empty() const { return core_->parts.components.empty(); }
const std::vector<component>& pipeline::components() const { return core_->parts.components; }
const pipeline_options& pipeline::options() const { return core_->parts.options; }

const component& pipeline::at(std::string_view name) const {
  for (const component& c : core_->parts.components) {
    if (c.name() == name) return c;
  }
  throw error("unknown_component", "no component named '" + std::string(name) + "' in this pipeline");
}

sockets pipeline::open_sockets() const {
  const detail::plan& p = *core_->compiled();
  sockets out;
  for (std::uint32_t i = 0; i < p.inputs.size(); ++i) {
    if (p.inputs[i].senders > 0) continue;
    input_socket s = *p.inputs[i].socket;
    s.name = p.input_name(i);
    out.inputs.push_back(std::move(s));
  }
  for (std::uint32_t o = 0; o < p.outputs.size(); ++o) {
    if (!p.outputs[o].consumed) out.outputs.push_back({p.output_name(o), p.outputs[o].socket->type});
  }
  return out;
}

std::vector<pipeline::connection> pipeline::connections() const {
  const detail::graph& g = core_->parts;
  std::vector<connection> out;
  for (const detail::graph::edge& e : g.edges) {
    out.push_back({g.components[e.from].name() + '.' + g.components[e.from].outputs()[e.output].name,
                   g.components[e.to].name() + '.' + g.components[e.to].inputs()[e.input].name});
  }
  return out;
}

pipeline operator|(component first, component second) {
  pipeline chain;
  chain.add(std::move(first));
  return std::move(chain) | std::move(second);
}

pipeline operator|(pipeline chain, component next) {
  if (chain.empty()) {
    chain.add(std::move(next));
    return chain;
  }
  const std::string from = chain.components().back().name();
  const std::string to = next.name();
  chain.add(std::move(next));
  chain.connect(from, to);
  return chain;
}

}  // namespace stook
