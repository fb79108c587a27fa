#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include <pipeline/engine.hpp>

#include <stook/core/time.hpp>
#include <stook/pipeline/run.hpp>

namespace stook::detail {

class run_loop;

/// One run: the scheduler, the options, and the Asio side where one is needed.
struct run_core : std::enable_shared_from_this<run_core> {
  run_core(std::shared_ptr<const plan> p, const pipeline_run_options& o);
  ~run_core();

  void give(const run_inputs& inputs);
  void give_one(std::uint32_t input, const any_value& value);
  /// True after one more component has finished.
  bool advance();

  /// Fills in the context of a step whose component asks for it.
  void prepare(step& s) const;
  /// Calls a plain component. What it throws becomes the step's failure.
  void call(step& s) const;
  /// Notes why there is no next step.
  void end(turn why);
  /// Says that the run was stopped or took too long.
  [[noreturn]] void throw_over(bool cancelled) const;
  /// Throws what is being handled as `pipeline_error`.
  [[noreturn]] void rethrow(const std::string& component);

  engine steps;
  pipeline_run_options options;
  std::optional<std::chrono::steady_clock::time_point> deadline;
  std::optional<timestamp> deadline_time;
  std::stop_source stop{std::nostopstate};  // made when something may ask for it
  std::optional<std::stop_callback<std::function<void()>>> chained_stop;
  pipeline_status status = pipeline_status::running;
  bool needs_loop = false;  // some component is a coroutine, or several may be at work
  std::shared_ptr<run_loop> loop;
};

/// The run as JSON, and back.
json write_snapshot(const run_core& run);
void read_snapshot(run_core& run, const json& snapshot);

}  // namespace stook::detail
