#include <stook/models/cassette.hpp>

#include <mutex>

#include <boost/asio/awaitable.hpp>

#include "models/cassette_index.hpp"
#include "models/wrapping_model.hpp"

namespace stook {
namespace {

using namespace detail;

class recording_model final : public wrapping_model {
 public:
  recording_model(model_ptr model, std::filesystem::path file, const cassette_options& options)
      : wrapping_model(model->is_immediate()),
        model_(std::move(model)),
        file_(std::move(file)),
        secrets_({.secrets = options.secrets}) {
    tape_.write(file_);  // a name that cannot be written to is found out before the work
  }

  std::string name() const override { return model_->name(); }

  task<chat_reply> async_generate(const chat_request& request, generation& context) override {
    auto pending = ending_of(*model_, request, context);
    model_ending end = co_await std::move(pending);
    if (end.reply) {
      keep(request, {.reply = recorded(*end.reply, secrets_)});
      co_return std::move(*end.reply);
    }
    if (!end.cancelled) keep(request, {.failure = recorded(*end.failed, secrets_)});
    throw model_error(*end.failed);
  }

 private:
  chat_reply answer_now(const chat_request& request, generation& context) override {
    std::optional<chat_reply> reply;
    try {
      reply = model_->generate(request, context);
    } catch (...) {
      const auto failed = current_model_error();
      if (failed && !context.stop().stop_requested()) keep(request, {.failure = recorded(*failed, secrets_)});
      throw;
    }
    keep(request, {.reply = recorded(*reply, secrets_)});
    return std::move(*reply);
  }

  void keep(const chat_request& request, recorded_exchange outcome) {
    const canonical_request asked = canonical(request, &secrets_);
    const std::lock_guard lock(mutex_);
    tape_.add(asked, std::move(outcome));
    tape_.write(file_);
  }

  model_ptr model_;
  std::filesystem::path file_;
  redactor secrets_;
  std::mutex mutex_;
  cassette_writer tape_;
};

class replaying_model final : public wrapping_model {
 public:
  replaying_model(const std::filesystem::path& file, const cassette_options& options)
      : wrapping_model(!options.otherwise || options.otherwise->is_immediate()),
        secrets_({.secrets = options.secrets}),
        otherwise_(options.otherwise),
        index_(file.string(), read_cassette(file, options.most_bytes)) {}

  std::string name() const override { return "replay"; }

  task<chat_reply> async_generate(const chat_request& request, generation& context) override {
    std::optional<chat_reply> reply = recall(request, context);
    if (reply) co_return std::move(*reply);
    auto pending = otherwise_->async_generate(request, context);
    co_return co_await std::move(pending);
  }

 private:
  chat_reply answer_now(const chat_request& request, generation& context) override {
    std::optional<chat_reply> reply = recall(request, context);
    return reply ? std::move(*reply) : otherwise_->generate(request, context);
  }

  // Nothing where the other model has to answer.
  std::optional<chat_reply> recall(const chat_request& request, generation& context) {
    const canonical_request asked = canonical(request, &secrets_);
    const recorded_exchange* found = index_.next(asked);
    if (!found) {
      if (otherwise_) return std::nullopt;
      throw index_.unrecorded(asked);
    }
    if (found->failure) throw error_of(*found->failure);
    chat_reply reply = reply_of(*found->reply);
    if (!reply.answer.text().empty()) context.text_delta(reply.answer.text());
    return reply;
  }

  redactor secrets_;
  model_ptr otherwise_;
  cassette_index index_;
};

}  // namespace

std::shared_ptr<chat_model> record_cassette(std::shared_ptr<chat_model> model, std::filesystem::path file,
                                            cassette_options options) {
  require_model(model, "bad_cassette");
  return std::make_shared<recording_model>(std::move(model), std::move(file), options);
}

std::shared_ptr<chat_model> replay_cassette(const std::filesystem::path& file, cassette_options options) {
  return std::make_shared<replaying_model>(file, options);
}

}  // namespace stook
