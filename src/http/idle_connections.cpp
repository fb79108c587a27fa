#include "http/idle_connections.hpp"

#include <utility>

namespace stook::http {

boost::asio::execution_context::id idle_connections::id;

std::unique_ptr<connection> idle_connections::take(const void* owner, const url& to) {
  const std::lock_guard lock(mutex_);
  const auto found = waiting_.find({owner, to.tls, to.host, to.port});
  // the address of an owner that is gone may be another one's by now
  if (found == waiting_.end() || found->second.owner.expired()) return nullptr;
  auto& kept = found->second.connections;
  while (!kept.empty()) {
    auto last = std::move(kept.back());
    kept.pop_back();
    if (last->quiet()) return last;
  }
  return nullptr;
}

void idle_connections::keep(const std::shared_ptr<const void>& owner, const url& to,
                            std::unique_ptr<connection> c, std::size_t most) {
  const std::lock_guard lock(mutex_);
  std::erase_if(waiting_, [](const auto& one) { return one.second.owner.expired(); });
  if (most == 0) return;
  waiting& here = waiting_[{owner.get(), to.tls, to.host, to.port}];
  here.owner = owner;
  here.connections.push_back(std::move(c));
  if (here.connections.size() > most) here.connections.erase(here.connections.begin());
}

void idle_connections::shutdown() {
  const std::lock_guard lock(mutex_);
  waiting_.clear();
}

}  // namespace stook::http
