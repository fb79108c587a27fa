#include <stook/pipeline/run.hpp>

#include <utility>

#include <fmt/format.h>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <core/run_on.hpp>
#include <pipeline/message_form.hpp>
#include <pipeline/run_core.hpp>
#include <pipeline/run_loop.hpp>

#include <stook/core/clock.hpp>

namespace stook {
namespace detail {

run_core::run_core(std::shared_ptr<const plan> p, const pipeline_run_options& o)
    : steps(std::move(p)), options(o) {
  for (const std::string& name : options.include_outputs_from) {
    steps.include_outputs_of(steps.layout().find(name));
  }
  steps.pause_before(options.pause_before);
  if (options.wall) {
    deadline = std::chrono::steady_clock::now() + *options.wall;
    deadline_time = system_clock()->now() + std::chrono::duration_cast<timestamp::duration>(*options.wall);
  }
  const bool stops = options.wall || options.stop.stop_possible();
  needs_loop = options.parallel > 1 || steps.layout().has_coroutines || (stops && steps.layout().may_await);
  if (needs_loop || stops || steps.layout().wants_context) stop = std::stop_source();
  if (options.stop.stop_possible()) {
    chained_stop.emplace(options.stop, [source = stop]() mutable { source.request_stop(); });
  }
}

run_core::~run_core() = default;

void run_core::give(const run_inputs& inputs) {
  const plan& p = steps.layout();
  for (const run_inputs::entry& e : inputs.entries()) {
    const auto dot = e.socket.find('.');
    if (dot == std::string::npos) {
      throw error("unknown_socket",
                  fmt::format("input '{}': expected 'component.input', or '*.input' for every "
                              "free input of that name",
                              e.socket));
    }
    const std::string_view component = std::string_view(e.socket).substr(0, dot);
    const std::string_view socket = std::string_view(e.socket).substr(dot + 1);
    if (component != "*") {
      give_one(p.find_input(component, socket), e.value);
      continue;
    }
    bool taken = false;
    for (std::uint32_t i = 0; i < p.inputs.size(); ++i) {
      if (p.inputs[i].socket->name != socket) continue;
      if (p.inputs[i].senders > 0 && p.inputs[i].joining == joining::none) continue;
      give_one(i, e.value);
      taken = true;
    }
    if (!taken) throw error("unknown_socket", fmt::format("no component has a free input '{}'", socket));
  }
  for (const std::uint32_t i : p.demands) {
    if (steps.holds(i)) continue;
    throw error("input_missing", fmt::format("{} is mandatory, no component feeds it, and the run was not "
                                             "given it",
                                             p.input_name(i)));
  }
}

void run_core::give_one(std::uint32_t input, const any_value& value) {
  try {
    steps.give(input, value);
  } catch (const error& why) {
    if (why.code() == "input_taken") throw;
    throw error("input_type", fmt::format("input {}: expected {}: {}", steps.layout().input_name(input),
                                          steps.layout().inputs[input].socket->type.text(), why.what()));
  }
}

void run_core::prepare(step& s) const {
  const plan::node& n = steps.layout().nodes[s.node];
  if (!n.body->kind.wants_context) return;
  s.io.context.emplace(
      run_context::fields{.run_id = options.run_id,
                          .call_id = fmt::format("{}#{}", n.name, s.visit),
                          .call_key = fmt::format("{}/{}/{}", options.run_id, n.name, s.visit),
                          .deadline = deadline_time,
                          .stop = stop.get_token()});
}

void run_core::call(step& s) const {
  const auto begin =
      options.measure ? std::chrono::steady_clock::now() : std::chrono::steady_clock::time_point{};
  try {
    steps.layout().nodes[s.node].body->call(s.io);
  } catch (...) {
    s.failure = std::current_exception();
  }
  if (options.measure) s.took = std::chrono::steady_clock::now() - begin;
}

void run_core::end(turn why) {
  if (why == turn::paused) {
    status = pipeline_status::paused;
  } else {
    status =
        steps.gave_anything() || steps.waiting().empty() ? pipeline_status::done : pipeline_status::stuck;
  }
}

void run_core::throw_over(bool cancelled) const {
  if (cancelled || options.stop.stop_requested()) throw error("pipeline_cancelled", "the run was stopped");
  throw error(
      {"pipeline_deadline",
       fmt::format("the run took longer than its limit of {} ms", options.wall ? options.wall->count() : 0),
       "raise pipeline_run_options::wall", true});
}

void run_core::rethrow(const std::string& component) {
  try {
    throw;
  } catch (const error& why) {
    failure f = why.what_failed();
    if (!component.empty()) f.message = fmt::format("component '{}': {}", component, f.message);
    throw pipeline_error(std::move(f), component, shared_from_this());
  } catch (const std::exception& why) {
    throw pipeline_error({"component_failed", fmt::format("component '{}': {}", component, why.what())},
                         component, shared_from_this());
  }
}

bool run_core::advance() {
  try {
    if (needs_loop) {
      if (!loop) loop = std::make_shared<run_loop>(*this);
      return loop->advance_here();
    }
    if (deadline || stop.stop_possible()) {
      if (options.stop.stop_requested() || (deadline && std::chrono::steady_clock::now() >= *deadline))
        throw_over(false);
    }
    step* s = nullptr;
    const turn what = steps.next(s);
    if (what != turn::step) {
      end(what);
      return false;
    }
    if (!s->finished) {
      if (steps.layout().wants_context) prepare(*s);
      call(*s);
      s->finished = true;
    }
    return steps.deliver();
  } catch (...) {
    rethrow(steps.failed_component());
  }
}

}  // namespace detail

pipeline_run::pipeline_run(std::shared_ptr<detail::run_core> core) : core_(std::move(core)) {}
pipeline_run::pipeline_run(pipeline_run&&) noexcept = default;
pipeline_run& pipeline_run::operator=(pipeline_run&& other) noexcept {
  std::swap(core_, other.core_);
  return *this;
}
pipeline_run::~pipeline_run() {
  if (core_ && core_->loop) core_->loop->abandon();
}

bool pipeline_run::advance() {
  core_->status = pipeline_status::running;
  return core_->advance();
}

task<bool> pipeline_run::async_advance() {
  const std::shared_ptr<detail::run_core> core = core_;
  core->status = pipeline_status::running;
  if (!core->needs_loop && !core->options.pool) co_return core->advance();
  if (!core->loop) {
    const auto executor = co_await boost::asio::this_coro::executor;
    core->loop = std::make_shared<detail::run_loop>(*core, executor);
  }
  const boost::asio::cancellation_state state = co_await boost::asio::this_coro::cancellation_state;
  if (state.cancelled() != boost::asio::cancellation_type::none) core->loop->cancel();
  try {
    auto work = core->loop->advance();
    auto pending = detail::run_on(core->loop->strand(), std::move(work));
    const bool more = co_await std::move(pending);
    co_return more;
  } catch (...) {
    core->rethrow(core->steps.failed_component());
  }
}

namespace {

partial_output last_output(const detail::run_core& core) {
  const detail::step& s = core.steps.last();
  const detail::plan& p = core.steps.layout();
  partial_output out{.component = p.nodes[s.node].name, .visit = s.visit};
  for (std::uint32_t o = 0; o < s.io.results.size(); ++o) {
    if (!s.io.results[o].has_value()) continue;
    out.outputs.emplace_back(p.outputs[p.nodes[s.node].first_output + o].socket->name, s.io.results[o]);
  }
  return out;
}

}  // namespace

std::optional<partial_output> pipeline_run::next() {
  core_->steps.read_results();
  if (!advance()) return std::nullopt;
  return last_output(*core_);
}

task<std::optional<partial_output>> pipeline_run::async_next() {
  core_->steps.read_results();
  auto pending = async_advance();
  const bool more = co_await std::move(pending);
  std::optional<partial_output> out;
  if (more) out = last_output(*core_);
  co_return out;
}

pipeline_result pipeline_run::result() const { return pipeline_result(core_); }

void pipeline_run::pause_before(std::optional<component_visit> where) {
  core_->steps.pause_before(std::move(where));
}

pipeline_status pipeline_result::status() const { return core_->status; }

const any_value& pipeline_result::held(std::string_view output) const {
  const detail::plan& p = core_->steps.layout();
  const auto dot = output.find('.');
  const detail::plan::node& n = p.nodes[p.find(output.substr(0, dot))];
  for (std::uint32_t o = n.first_output; dot != std::string_view::npos && o < n.end_output; ++o) {
    if (p.outputs[o].socket->name == output.substr(dot + 1)) return core_->steps.outputs()[o];
  }
  throw error("unknown_socket", fmt::format("no output '{}': expected 'component.output'", output));
}

json pipeline_result::to_json() const {
  const detail::plan& p = core_->steps.layout();
  boost::json::object all;
  for (const detail::plan::node& n : p.nodes) {
    boost::json::object one;
    for (std::uint32_t o = n.first_output; o < n.end_output; ++o) {
      const any_value& value = core_->steps.outputs()[o];
      if (value.has_value()) one.emplace(p.outputs[o].socket->name, detail::json_of(value));
    }
    if (!one.empty()) all.emplace(n.name, std::move(one));
  }
  return all;
}

std::vector<std::string> pipeline_result::waiting() const { return core_->steps.waiting(); }
unsigned pipeline_result::visits(std::string_view component) const {
  return core_->steps.visits(core_->steps.layout().find(component));
}
std::chrono::nanoseconds pipeline_result::time_in(std::string_view component) const {
  return core_->steps.took(core_->steps.layout().find(component));
}
json pipeline_result::snapshot() const { return detail::write_snapshot(*core_); }

void pipeline_result::refuse(std::string_view output, const any_value& value,
                             const detail::type_desc& wanted) const {
  if (!value.has_value()) {
    std::string why;
    for (const std::string& line : waiting()) why += "\n  " + line;
    throw error("no_output", fmt::format("{} gave nothing to the outside{}", output, why));
  }
  throw error("socket_type", fmt::format("{} is {}, not {}", output, socket_type::of(*value.type()).text(),
                                         socket_type::of(wanted).text()));
}

}  // namespace stook
