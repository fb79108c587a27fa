#include <optional>
#include <utility>

#include <boost/asio/awaitable.hpp>

#include "http/client.hpp"
#include "http/connection.hpp"
#include "http/response_core.hpp"

namespace beast = boost::beast;

namespace stook::http {
response::response(std::unique_ptr<core> c) : core_(std::move(c)) {}
response::~response() = default;
response::response(response&&) noexcept = default;
response& response::operator=(response&&) noexcept = default;

unsigned response::status() const { return core_->reply->get().result_int(); }

std::string_view response::header(std::string_view name) const {
  const auto& fields = core_->reply->get();
  const auto found = fields.find(beast::string_view(name.data(), name.size()));
  return found == fields.end() ? std::string_view()
                               : std::string_view(found->value().data(), found->value().size());
}

task<std::string_view> response::async_read_some() {
  if (!core_->line || core_->is_shown) co_return std::string_view();
  std::optional<std::string_view> got = core_->take_buffered();
  if (!got) {
    auto more = core_->async_more();
    got = co_await std::move(more);
  }
  co_return *got;
}

// What was announced is gathered in the buffer and shown there; pieces have to be joined.
task<std::string_view> response::async_read_all(std::size_t most) {
  core& c = *core_;
  if (!c.line || c.is_shown) co_return std::string_view();
  if (const auto rest = c.rest_in_one()) {
    if (*rest > most) c.refuse_size(most);
    if (c.line->buffer().size() < *rest) {
      auto gathering = c.async_gather(*rest);
      co_await std::move(gathering);
    }
    const std::optional<std::string_view> got = c.take_buffered();
    c.is_shown = true;
    co_return *got;
  }
  c.joined.clear();
  for (;;) {
    auto pending = async_read_some();
    const std::string_view piece = co_await std::move(pending);
    if (piece.empty()) co_return std::string_view(c.joined);
    if (piece.size() > most - c.joined.size()) c.refuse_size(most);
    c.joined += piece;
  }
}

}  // namespace stook::http
