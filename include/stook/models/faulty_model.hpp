#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <stook/chat/model.hpp>
#include <stook/chat/model_error.hpp>
#include <stook/core/clock.hpp>

namespace stook {

/// What goes wrong with one request. Nothing, by default.
struct model_fault {
  std::chrono::milliseconds delay{0};         ///< before all else
  std::optional<model_error> fails{};         ///< thrown instead of an answer
  std::optional<std::size_t> breaks_after{};  ///< bytes of text, behind which the stream breaks off

  /// What a server's status means to a client: 401 and 403 are model.auth, 408 is model.timeout, 409, 429 and
  /// all from 500 are model.overload, the rest is model.rejected.
  static model_fault status(int http_status, std::optional<std::chrono::milliseconds> retry_after = {});
  /// An error with a code of model_error.hpp.
  static model_fault error(std::string code, bool retryable = false);
  static model_fault truncated(std::size_t after_bytes = 0);
  static model_fault slow(std::chrono::milliseconds by);
};

/// Which requests go wrong.
struct fault_options {
  /// One a request, in the order of the requests; those behind the last are sound.
  std::vector<model_fault> script{};
  /// For requests behind the script: each has one of these with the probability `share`, by `seed` and its
  /// number alone.
  std::vector<model_fault> at_random{};
  double share = 0;  ///< 0 to 1
  std::uint64_t seed = 1;
  /// Of the delays; by default the system's. One that is not real makes them pass at once.
  std::shared_ptr<stook::clock> clock{};
};

/// A model whose requests go wrong as they are told to: for tests of what a program does then. Immediate if
/// `model` is and no delay takes real time. Thread-safe. Throws `error` (bad_faults) for no model or a share
/// out of range.
class faulty_model final : public chat_model {
 public:
  faulty_model(std::shared_ptr<chat_model> model, fault_options options);

  /// How many came, sound ones counted.
  int requests() const { return static_cast<int>(requests_.load()); }

  std::string name() const override { return model_->name(); }
  bool is_immediate() const override { return immediate_; }
  chat_reply generate(const chat_request& request, generation& context) override;
  task<chat_reply> async_generate(const chat_request& request, generation& context) override;

 private:
  model_fault next_fault();

  std::shared_ptr<chat_model> model_;
  fault_options options_;
  bool immediate_;
  std::atomic<std::uint64_t> requests_ = 0;
};

}  // namespace stook
