#include <stook/chat/history.hpp>

#include <algorithm>

#include <fmt/format.h>
#include <boost/unordered/unordered_flat_set.hpp>

#include <stook/core/json.hpp>

namespace stook {
struct history_checker::seen {
  std::size_t checked = 0;
  bool front = true;                      // only system messages so far
  std::vector<message> kept;              // the messages that the views below look into
  std::vector<std::string_view> waiting;  // ids of calls without an answer
  boost::unordered_flat_set<std::string_view> ids;

  std::optional<failure> take(const message& m) {
    if (!is_valid_utf8(m.text())) return wrong("its text is not valid UTF-8 without NUL");
    if (m.from() != role::tool && !waiting.empty()) {
      return wrong(fmt::format("the call \"{}\" before it has no answer", waiting.front()));
    }
    switch (m.from()) {
      case role::system:
        if (!front) return wrong("a system message stands behind other messages");
        break;
      case role::user:
        if (m.empty()) return wrong("a user message is empty");
        break;
      case role::assistant:
        if (m.empty()) return wrong("an assistant message has neither text nor calls");
        if (!m.calls().empty()) kept.push_back(m);
        for (const tool_call& call : m.calls()) {
          if (call.id.empty()) return wrong("a call has no id");
          if (!ids.insert(call.id).second)
            return wrong(fmt::format("the call id \"{}\" is not unique", call.id));
          waiting.push_back(call.id);
        }
        break;
      case role::tool: {
        const auto it = std::find(waiting.begin(), waiting.end(), m.call_id());
        if (it == waiting.end()) {
          return wrong(fmt::format("a tool message answers \"{}\", which no call waits for", m.call_id()));
        }
        waiting.erase(it);
        break;
      }
    }
    if (m.from() != role::system) front = false;
    return std::nullopt;
  }

  failure wrong(std::string what) const {
    return {"bad_history", fmt::format("message {} of the conversation: {}", checked, what),
            "repair the conversation, or begin a fresh one"};
  }
};

history_checker::history_checker() : seen_(std::make_unique<seen>()) {}
history_checker::~history_checker() = default;
history_checker::history_checker(history_checker&&) noexcept = default;
history_checker& history_checker::operator=(history_checker&&) noexcept = default;

std::optional<failure> history_checker::extend(std::span<const message> messages) {
  if (messages.size() < seen_->checked) reset();
  for (; seen_->checked < messages.size(); ++seen_->checked) {
    if (auto wrong = seen_->take(messages[seen_->checked])) return wrong;
  }
  return std::nullopt;
}

std::optional<failure> history_checker::complete() const {
  if (seen_->waiting.empty()) return std::nullopt;
  return seen_->wrong(fmt::format("the call \"{}\" has no answer", seen_->waiting.front()));
}

bool history_checker::knows_call(const std::string& id) const { return seen_->ids.contains(id); }

void history_checker::reset() { *seen_ = seen{}; }

std::optional<failure> check_history(std::span<const message> messages) {
  history_checker checker;
  if (auto wrong = checker.extend(messages)) return wrong;
  for (const message& m : messages) {
    for (const tool_call& call : m.calls()) {
      if (!is_json_object(call.arguments)) {
        return failure{"bad_history",
                       fmt::format("the arguments of the call \"{}\" are no JSON object", call.id),
                       "replace them by {}"};
      }
    }
  }
  return checker.complete();
}

}  // namespace stook
