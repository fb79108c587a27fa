#include "http/idle_connections.hpp"

#include <algorithm>
#include <utility>

namespace stook::http {

boost::asio::execution_context::id idle_connections::id;

idle_connections::waiting* idle_connections::find(const std::shared_ptr<const client_options>& owner,
                                                  const url& to) {
  const auto found = std::find_if(waiting_.begin(), waiting_.end(), [&](const waiting& w) {
    return !w.owner.owner_before(owner) && !owner.owner_before(w.owner) && w.server.port == to.port &&
           w.server.tls == to.tls && w.server.host == to.host;
  });
  return found == waiting_.end() ? nullptr : &*found;
}

// They stand in the order in which they were kept.
void idle_connections::drop_old(waiting& of, std::chrono::milliseconds age) {
  const auto since = std::chrono::steady_clock::now() - age;
  const auto young = std::find_if(of.connections.begin(), of.connections.end(),
                                  [&](const auto& c) { return c->used_at() > since; });
  of.connections.erase(of.connections.begin(), young);
}

std::unique_ptr<connection> idle_connections::take(const std::shared_ptr<const client_options>& owner,
                                                   const url& to) {
  const std::lock_guard lock(mutex_);
  waiting* const here = find(owner, to);
  if (!here) return nullptr;
  drop_old(*here, owner->keep_for);
  while (!here->connections.empty()) {
    auto last = std::move(here->connections.back());
    here->connections.pop_back();
    if (last->quiet()) return last;
  }
  return nullptr;
}

void idle_connections::keep(const std::shared_ptr<const client_options>& owner,
                            std::unique_ptr<connection> c) {
  const std::lock_guard lock(mutex_);
  const std::size_t most = owner->idle_connections;
  if (is_shut_ || most == 0) return;
  std::erase_if(waiting_, [](const waiting& w) { return w.owner.expired(); });
  waiting* here = find(owner, c->server());
  if (!here) here = &waiting_.emplace_back(waiting{owner, c->server(), {}});
  here->connections.push_back(std::move(c));
  if (here->connections.size() > most) here->connections.erase(here->connections.begin());
}

void idle_connections::shutdown() {
  const std::lock_guard lock(mutex_);
  is_shut_ = true;
  waiting_.clear();
}

}  // namespace stook::http
