#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include <stook/chat/model.hpp>

namespace stook::detail {

/// Replies by their keys; the one that was not asked for longest makes room. Thread-safe.
class reply_store {
 public:
  reply_store(std::size_t most_entries, std::size_t most_bytes)
      : most_entries_(most_entries), most_bytes_(most_bytes) {}

  std::optional<chat_reply> find(const std::string& key, std::chrono::nanoseconds now);
  /// Does nothing with a reply that is larger than all that may be kept.
  void keep(const std::string& key, const chat_reply& reply, std::chrono::nanoseconds until);

 private:
  struct entry {
    std::string key;
    chat_reply reply;
    std::chrono::nanoseconds until;
    std::size_t bytes;
  };
  using entries = std::list<entry>;

  void erase(entries::iterator at);

  std::size_t most_entries_, most_bytes_;
  std::mutex mutex_;
  entries newest_first_;
  std::unordered_map<std::string, entries::iterator> by_key_;
  std::size_t bytes_ = 0;
};

}  // namespace stook::detail
