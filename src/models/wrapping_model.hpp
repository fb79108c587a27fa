#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <stook/chat/model.hpp>
#include <stook/chat/model_error.hpp>

namespace stook::detail {

using model_ptr = std::shared_ptr<chat_model>;

/// A model made of others. Where none of them waits, and it need not either, it is immediate and answers by
/// `answer_now`; else, and wherever it is awaited, by `async_generate`.
class wrapping_model : public chat_model {
 public:
  bool is_immediate() const final { return immediate_; }
  chat_reply generate(const chat_request& request, generation& context) final;

 protected:
  explicit wrapping_model(bool immediate) : immediate_(immediate) {}

 private:
  virtual chat_reply answer_now(const chat_request& request, generation& context) = 0;

  bool immediate_;
};

/// Passes everything on: a wrapper overrides what it wants to see.
class passing_generation : public generation {
 public:
  explicit passing_generation(generation& caller) : caller_(caller) {}

  void text_delta(std::string_view piece) override { caller_.text_delta(piece); }
  void reasoning_delta(std::string_view piece) override { caller_.reasoning_delta(piece); }
  void call_delta(std::size_t index, std::string_view tool, std::string_view piece) override {
    caller_.call_delta(index, tool, piece);
  }
  bool listens() const override { return caller_.listens(); }
  std::stop_token stop() const override { return caller_.stop(); }
  std::optional<std::chrono::nanoseconds> time_left() const override { return caller_.time_left(); }

 protected:
  generation& caller() const { return caller_; }

 private:
  generation& caller_;
};

/// Knows whether somebody heard text that cannot be taken back.
class told_generation final : public passing_generation {
 public:
  using passing_generation::passing_generation;

  void text_delta(std::string_view piece) override {
    if (!piece.empty() && caller().listens()) told_ = true;
    caller().text_delta(piece);
  }

  bool told() const { return told_; }

 private:
  bool told_ = false;
};

/// How a model that was awaited ended: with a reply or an error of stook.
struct model_ending {
  std::optional<chat_reply> reply;
  std::optional<model_error> failed;
  bool cancelled = false;  ///< it failed because the caller was cancelled, or just before
};

/// Awaits the model. Throws what is no error of stook, and whatever comes once a stop is requested.
task<model_ending> ending_of(chat_model& model, const chat_request& request, generation& context);

/// The exception that is being handled, if it is an error of stook.
std::optional<model_error> current_model_error();

/// The same error with more to say.
model_error with_more(const model_error& e, std::string_view more);
/// The same, for a stream of which the caller has heard a part: it must not be asked for again.
model_error after_part_was_told(const model_error& e);

/// Throws `error` with this code if there is no model.
void require_model(const model_ptr& model, const char* code);

}  // namespace stook::detail
