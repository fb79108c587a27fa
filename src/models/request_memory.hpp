#pragma once

#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "models/dialect.hpp"

namespace stook::models {

/// Writes requests, and keeps what it wrote: the next request of a conversation appends to the one before it
/// instead of writing all of it again, which would cost the square of its length over a run. Messages are
/// known again by their identity. Keeps at most `most_bytes` of text, the latest used. Thread-safe.
class request_memory {
  struct entry;

 public:
  /// A request's text; goes back into the memory at the end of its life.
  class written {
   public:
    written(written&& other) noexcept;
    written& operator=(written&&) = delete;
    ~written();
    std::string_view body() const;

   private:
    friend class request_memory;
    written(request_memory& owner, std::list<entry> one);

    request_memory* owner_;
    std::list<entry> one_;  // a node that moves between lists without being copied
  };

  /// The dialect outlives the memory.
  explicit request_memory(const dialect& to, std::size_t most_bytes = std::size_t{32} * 1024 * 1024);
  ~request_memory();

  /// The memory outlives what it wrote.
  written write(const chat_request& request);

 private:
  std::list<entry> take(const chat_request& request);
  void keep(std::list<entry>& one) noexcept;
  void forget(std::list<entry>::iterator which);

  const dialect& dialect_;
  const std::size_t most_bytes_;
  std::mutex mutex_;
  std::size_t bytes_ = 0;
  std::list<entry> entries_;  // the latest used first
  std::unordered_map<const void*, std::list<entry>::iterator> by_last_message_;
};

}  // namespace stook::models
