#include <stook/models/concurrency_limit.hpp>

#include <fmt/format.h>
#include <boost/asio/awaitable.hpp>

#include "models/gate.hpp"
#include "models/wrapping_model.hpp"

namespace stook {
namespace {

using namespace detail;

class limited_model final : public waiting_model {
 public:
  limited_model(model_ptr model, int at_most)
      : model_(std::move(model)), gate_(std::make_shared<gate>(at_most)) {}

  std::string name() const override { return model_->name(); }

  task<chat_reply> async_generate(const chat_request& request, generation& context) override {
    auto entering = gate_->enter(context.stop(), context.time_left());
    const gate::place mine = co_await std::move(entering);
    auto pending = model_->async_generate(request, context);
    co_return co_await std::move(pending);
  }

 private:
  model_ptr model_;
  std::shared_ptr<gate> gate_;
};

}  // namespace

std::shared_ptr<chat_model> with_concurrency_limit(std::shared_ptr<chat_model> model, int at_most) {
  require_model(model, "bad_concurrency_limit");
  if (at_most < 1) {
    throw error("bad_concurrency_limit", fmt::format("expected a limit of at least 1, got {}", at_most));
  }
  return std::make_shared<limited_model>(std::move(model), at_most);
}

}  // namespace stook
