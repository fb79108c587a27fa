#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include <boost/asio/awaitable.hpp>

#include "core/run_on.hpp"
#include "http/client.hpp"
#include "http/connection.hpp"
#include "http/response_core.hpp"

namespace asio = boost::asio;
namespace beast = boost::beast;

namespace stook::http {
namespace {

// A length that a server announces is no reason to take that much memory.
constexpr std::size_t most_reserved = 256U << 10U;

}  // namespace

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
  if (!core_->line) co_return std::string_view();
  std::optional<std::string_view> got = core_->take_buffered();
  if (!got) {
    const asio::any_io_executor strand = core_->line->strand();
    auto more = core_->async_more();
    auto pending = detail::run_on(strand, std::move(more));
    got = co_await std::move(pending);
  }
  co_return *got;
}

task<std::string> response::async_read_all() {
  std::string all;
  if (const auto length = core_->reply->content_length()) {
    all.reserve(std::min<std::uint64_t>(*length, std::min(core_->options->max_body_bytes, most_reserved)));
  }
  for (;;) {
    auto pending = async_read_some();
    const std::string_view piece = co_await std::move(pending);
    if (piece.empty()) co_return all;
    all += piece;
  }
}

}  // namespace stook::http
