#include "models/request_memory.hpp"

#include <algorithm>

namespace stook::models {

// What everything but the messages was, by value: it is compared, not trusted to be the same.
struct request_memory::entry {
  std::string text;  // with its tail
  std::size_t tail = 0;
  open_turn turn;
  std::size_t systems = 0;
  std::vector<message> messages;
  // Not kept alive: a tool may be an agent that holds the model, which holds this memory.
  std::vector<std::weak_ptr<const detail::tool_core>> tools;
  tool_choice choice = tool_choice::automatic;
  std::string must_call;
  std::optional<std::pair<std::string, std::string>> schema;
  std::optional<double> temperature;
  std::optional<int> max_output_tokens;

  bool has_head_of(const chat_request& request) const {
    const auto is_same_tool = [](const std::weak_ptr<const detail::tool_core>& a, const tool& b) {
      const auto other = b.watch();
      return !a.owner_before(other) && !other.owner_before(a);
    };
    const bool is_same_schema = request.schema ? schema && schema->first == request.schema->name &&
                                                     schema->second == request.schema->schema
                                               : !schema;
    return is_same_schema && choice == request.choice && must_call == request.must_call &&
           temperature == request.temperature && max_output_tokens == request.max_output_tokens &&
           systems == count_systems(request.messages) &&
           std::equal(tools.begin(), tools.end(), request.tools.begin(), request.tools.end(), is_same_tool);
  }

  bool begins(std::span<const message> all) const {
    const auto is_same = [](const message& a, const message& b) { return a.identity() == b.identity(); };
    return messages.size() <= all.size() &&
           std::equal(messages.begin(), messages.end(), all.begin(), is_same);
  }
};

request_memory::written::written(request_memory& owner, std::list<entry> one)
    : owner_(&owner), one_(std::move(one)) {}

request_memory::written::written(written&& other) noexcept : owner_(other.owner_) {
  one_.splice(one_.begin(), other.one_);
}

request_memory::written::~written() {
  if (!one_.empty()) owner_->keep(one_);
}

std::string_view request_memory::written::body() const { return one_.front().text; }

request_memory::request_memory(const dialect& to, std::size_t most_bytes)
    : dialect_(to), most_bytes_(most_bytes) {}

request_memory::~request_memory() = default;

request_memory::written request_memory::write(const chat_request& request) {
  std::list<entry> one = take(request);
  if (one.empty()) {
    entry& fresh = one.emplace_back();
    fresh.systems = count_systems(request.messages);
    const auto systems = request.messages.first(fresh.systems);
    fresh.messages.assign(systems.begin(), systems.end());
    for (const tool& t : request.tools) fresh.tools.push_back(t.watch());
    fresh.choice = request.choice;
    fresh.must_call = request.must_call;
    if (request.schema) fresh.schema.emplace(request.schema->name, request.schema->schema);
    fresh.temperature = request.temperature;
    fresh.max_output_tokens = request.max_output_tokens;
    dialect_.write_head(fresh.text, request, systems);
  }
  entry& e = one.front();
  e.text.resize(e.text.size() - e.tail);
  e.tail = 0;
  for (const message& m : request.messages.subspan(e.messages.size())) {
    dialect_.write_message(e.text, m, e.turn);
    e.messages.push_back(m);
  }
  const std::size_t size = e.text.size();
  dialect_.write_tail(e.text, e.turn);
  e.tail = e.text.size() - size;
  return written(*this, std::move(one));
}

// The longest beginning of the conversation is the one whose last message stands furthest behind.
std::list<request_memory::entry> request_memory::take(const chat_request& request) {
  std::list<entry> one;
  const std::lock_guard lock(mutex_);
  for (auto m = request.messages.rbegin(); m != request.messages.rend(); ++m) {
    const auto found = by_last_message_.find(m->identity());
    if (found == by_last_message_.end()) continue;
    const auto which = found->second;
    if (!which->has_head_of(request) || !which->begins(request.messages)) continue;
    bytes_ -= which->text.size();
    by_last_message_.erase(found);
    one.splice(one.begin(), entries_, which);
    break;
  }
  return one;
}

void request_memory::keep(std::list<entry>& one) noexcept {
  const entry& e = one.front();
  if (e.messages.empty() || e.text.size() > most_bytes_) return;
  const std::lock_guard lock(mutex_);
  const void* const last = e.messages.back().identity();
  if (const auto same = by_last_message_.find(last); same != by_last_message_.end()) forget(same->second);
  try {
    by_last_message_.emplace(last, one.begin());
  } catch (const std::bad_alloc&) {
    return;  // the next request is written anew
  }
  bytes_ += e.text.size();
  entries_.splice(entries_.begin(), one);
  while (bytes_ > most_bytes_) forget(std::prev(entries_.end()));
}

void request_memory::forget(std::list<entry>::iterator which) {
  bytes_ -= which->text.size();
  by_last_message_.erase(which->messages.back().identity());
  entries_.erase(which);
}

}  // namespace stook::models
