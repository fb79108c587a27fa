#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <vector>

#include <boost/asio/execution_context.hpp>

#include "http/connection.hpp"

namespace stook::http {

/// The connections of an execution context that wait for their next request. As a service of the context it
/// closes them before the context is gone, and no other context can come by them. Thread-safe.
class idle_connections final : public boost::asio::execution_context::service {
 public:
  using key_type = idle_connections;
  static boost::asio::execution_context::id id;

  explicit idle_connections(boost::asio::execution_context& owner) : service(owner) {}

  /// The one to this server that `owner` kept last and that is still quiet; null if there is none.
  std::unique_ptr<connection> take(const void* owner, const url& to);
  /// Keeps one more for as long as `owner` lives, and closes the oldest where there are more than `most`.
  void keep(const std::shared_ptr<const void>& owner, const url& to, std::unique_ptr<connection> c,
            std::size_t most);

 private:
  using server = std::tuple<const void*, bool, std::string, std::uint16_t>;
  struct waiting {
    std::weak_ptr<const void> owner;
    std::vector<std::unique_ptr<connection>> connections;
  };
  void shutdown() override;

  std::mutex mutex_;
  std::map<server, waiting> waiting_;
};

}  // namespace stook::http
