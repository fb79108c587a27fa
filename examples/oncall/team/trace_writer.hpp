#pragma once

#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <stook/agent/events.hpp>
#include <stook/core/redact.hpp>

namespace stook::sre {

/// Writes every event of a run as one JSON object a line:
/// `{"at","run","parent","depth","agent","event",...}` with what the event carries. Texts from models and
/// tools are whole, so the trace shows what each agent saw, except for secrets, which are masked. With a
/// manual clock and a seed the same run is the same bytes. Thread-safe.
class trace_writer final : public run_listener {
 public:
  explicit trace_writer(redactor masks = redactor()) : masks_(std::move(masks)) {}
  void on_event(const event& e) override;
  /// All lines so far.
  std::string text() const;

 private:
  redactor masks_;
  mutable std::mutex mutex_;
  std::string lines_;
};

/// Hands each event to several listeners, in order.
class listener_list final : public run_listener {
 public:
  explicit listener_list(std::vector<run_listener*> to) : to_(std::move(to)) {}
  void on_event(const event& e) override {
    for (run_listener* listener : to_) listener->on_event(e);
  }

 private:
  std::vector<run_listener*> to_;
};

}  // namespace stook::sre
