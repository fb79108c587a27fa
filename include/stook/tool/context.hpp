#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include <stook/core/time.hpp>

namespace stook {

/// What a tool may know of the run that calls it. A tool function asks for it by taking a
/// `const stook::run_context&`; the model neither sees nor sets any of it. A cheap copy; thread-safe.
class run_context {
 public:
  /// What a run provides; everything outlives the call.
  class source {
   public:
    virtual ~source() = default;
    virtual void on_progress(std::string_view call_id, std::string_view message, double fraction) = 0;
    virtual timestamp now() const = 0;
  };
  struct fields {
    std::string run_id{};
    std::string agent{};
    std::string call_id{};
    std::string call_key{};
    std::optional<timestamp> deadline{};
    std::stop_token stop{};
    std::shared_ptr<source> from{};
  };

  run_context();
  explicit run_context(fields f);

  const std::string& run_id() const { return fields_->run_id; }
  /// Name of the agent that calls.
  const std::string& agent() const { return fields_->agent; }
  /// The id that the call has in the transcript.
  const std::string& call_id() const { return fields_->call_id; }
  /// `run/step/index`: the same for a repeated attempt of one call, and for no other. What a `keyed` tool
  /// gives to its target as idempotency key.
  const std::string& call_key() const { return fields_->call_key; }
  /// When the call must be over, if its run or the tool has a time limit.
  std::optional<timestamp> deadline() const { return fields_->deadline; }
  /// True once the run was cancelled or the call timed out: return soon.
  bool cancelled() const { return fields_->stop.stop_requested(); }
  const std::stop_token& stop() const { return fields_->stop; }
  /// The run's clock.
  timestamp now() const;
  /// Tells the run's listener; `fraction` from 0 to 1, or less than 0 if unknown.
  void progress(std::string_view message, double fraction = -1) const;

 private:
  std::shared_ptr<const fields> fields_;
};

}  // namespace stook
