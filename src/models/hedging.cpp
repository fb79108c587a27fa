#include <stook/models/hedging.hpp>

#include <fmt/format.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/this_coro.hpp>

#include "core/run_on.hpp"
#include "models/race.hpp"

namespace asio = boost::asio;

namespace stook {
namespace {

using namespace detail;

class hedging_model final : public waiting_model {
 public:
  hedging_model(model_ptr first, model_ptr second, hedging_options options)
      : first_(std::move(first)), second_(std::move(second)), options_(std::move(options)) {}

  std::string name() const override {
    return first_ == second_ ? first_->name() : first_->name() + " or " + second_->name();
  }

  task<chat_reply> async_generate(const chat_request& request, generation& context) override {
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    const race::strand on = asio::make_strand(executor);
    const auto both = std::make_shared<race>(first_, second_, request, context, on, options_.clock);
    auto running = both->run(options_.delay);
    auto pending = run_on(on, std::move(running));
    co_return co_await std::move(pending);
  }

 private:
  model_ptr first_, second_;
  hedging_options options_;
};

}  // namespace

std::shared_ptr<chat_model> with_hedging(std::shared_ptr<chat_model> first,
                                         std::shared_ptr<chat_model> second, hedging_options options) {
  require_model(first, "bad_hedging");
  require_model(second, "bad_hedging");
  if (options.delay.count() < 0) {
    throw error("bad_hedging",
                fmt::format("expected a delay of 0 or more, got {} ms", options.delay.count()));
  }
  if (!options.clock) options.clock = system_clock();
  return std::make_shared<hedging_model>(std::move(first), std::move(second), std::move(options));
}

std::shared_ptr<chat_model> with_hedging(std::shared_ptr<chat_model> model, hedging_options options) {
  auto same = model;
  return with_hedging(std::move(model), std::move(same), std::move(options));
}

}  // namespace stook
