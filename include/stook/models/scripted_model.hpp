#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include <stook/chat/model.hpp>

namespace stook {

/// A request as a scripted model kept it.
struct recorded_request {
  std::vector<message> messages;
  std::vector<std::string> tools;  ///< names
  tool_choice choice;
};

/// A model that answers from a script, in the order of the calls, or by a function of the request: the ground
/// of tests. Thread-safe.
class scripted_model final : public immediate_model {
 public:
  /// What to do when the script is over.
  enum class at_end : unsigned char { fail, repeat_last, cycle };
  using function = std::function<chat_reply(const chat_request&)>;

  /// Answers in the order of the calls; after the last one a call fails with model.script_over unless `then`
  /// says otherwise.
  explicit scripted_model(std::vector<chat_reply> replies, at_end then = at_end::fail);
  /// Computes each answer. The function may be called from several threads.
  explicit scripted_model(function compute);

  /// Keeps what it is asked, from now on.
  void record(bool on = true);
  std::vector<recorded_request> requests() const;

  std::string name() const override { return "scripted"; }
  chat_reply generate(const chat_request& request, generation& context) override;

  /// Replies for scripts.
  static chat_reply says(std::string text, usage used = {});
  static chat_reply calls(std::string tool, std::string arguments, std::string id = "");
  static chat_reply calls(std::vector<tool_call> calls, usage used = {});

 private:
  void keep(const chat_request& request);
  chat_reply next_reply(const chat_request& request);

  mutable std::mutex mutex_;
  std::vector<chat_reply> replies_;
  at_end then_ = at_end::fail;
  function compute_;
  std::size_t next_ = 0;
  std::atomic<bool> recording_ = false;
  std::vector<recorded_request> requests_;
};

}  // namespace stook
