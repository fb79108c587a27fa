#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
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

  /// The one to this server that `owner` kept last and that is still quiet; null if there is none. Closes
  /// those that were kept for too long.
  std::unique_ptr<connection> take(const std::shared_ptr<const client_options>& owner, const url& to);
  /// Keeps one more for as long as `owner` lives, and closes the oldest where there are more than it says.
  void keep(const std::shared_ptr<const client_options>& owner, std::unique_ptr<connection> c);

 private:
  // Of one owner, to one server. They are few: a program has few models.
  struct waiting {
    std::weak_ptr<const client_options> owner;
    url server;
    std::vector<std::unique_ptr<connection>> connections;
  };
  void shutdown() override;
  static void drop_old(waiting& of, std::chrono::milliseconds age);
  waiting* find(const std::shared_ptr<const client_options>& owner, const url& to);

  std::mutex mutex_;
  std::vector<waiting> waiting_;
  bool is_shut_ = false;
};

}  // namespace stook::http
