#include "models/reply_store.hpp"

namespace stook::detail {
namespace {

constexpr std::size_t of_an_entry = 256;  // nodes, pointers and the message's own block, about

std::size_t size_of(const std::string& key, const chat_reply& reply) {
  const message& m = reply.answer;
  std::size_t bytes =
      of_an_entry + 2 * key.size() + m.text().size() + m.provider_data().size() + reply.model.size();
  for (const tool_call& call : m.calls()) {
    bytes += sizeof call + call.id.size() + call.name.size() + call.arguments.size();
  }
  return bytes;
}

}  // namespace

void reply_store::erase(entries::iterator at) {
  bytes_ -= at->bytes;
  by_key_.erase(at->key);
  newest_first_.erase(at);
}

std::optional<chat_reply> reply_store::find(const std::string& key, std::chrono::nanoseconds now) {
  const std::lock_guard lock(mutex_);
  const auto it = by_key_.find(key);
  if (it == by_key_.end()) return std::nullopt;
  if (now >= it->second->until) {
    erase(it->second);
    return std::nullopt;
  }
  newest_first_.splice(newest_first_.begin(), newest_first_, it->second);
  return it->second->reply;
}

void reply_store::keep(const std::string& key, const chat_reply& reply, std::chrono::nanoseconds until) {
  const std::size_t bytes = size_of(key, reply);
  if (bytes > most_bytes_) return;
  const std::lock_guard lock(mutex_);
  if (const auto it = by_key_.find(key); it != by_key_.end()) erase(it->second);
  newest_first_.push_front({key, reply, until, bytes});
  by_key_[key] = newest_first_.begin();
  bytes_ += bytes;
  while (newest_first_.size() > most_entries_ || bytes_ > most_bytes_) erase(std::prev(newest_first_.end()));
}

}  // namespace stook::detail
