#include "request_check.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <stook/core/json.hpp>

namespace conformance {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_result = 65 * 1024;

std::string text_at(const json::object& in, std::string_view name) {
  const auto* found = in.if_contains(name);
  return found && found->is_string() ? std::string(found->get_string()) : std::string();
}

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

class conversation {
 public:
  void read(const json::object& message) {
    const std::string role = text_at(message, "role");
    if (role == "tool") return read_result(message);
    if (!open_.empty()) throw std::runtime_error(fmt::format("the call {} has no result", *open_.begin()));
    if (const auto* calls = message.if_contains("tool_calls")) {
      for (const json::value& call : calls->as_array()) read_call(call.as_object());
    }
  }
  void end() const {
    if (!open_.empty()) throw std::runtime_error(fmt::format("the call {} has no result", *open_.begin()));
  }

 private:
  void read_call(const json::object& call) {
    const std::string id = text_at(call, "id");
    if (id.empty()) throw std::runtime_error("a call has no id");
    if (!seen_.insert(id).second) throw std::runtime_error(fmt::format("two calls have the id {}", id));
    open_.insert(id);
    const json::object& function = call.at("function").as_object();
    if (!is_name(text_at(function, "name"))) {
      throw std::runtime_error(fmt::format("the name of {} is none of 1 to 64 letters, digits, _ and -", id));
    }
    const std::string arguments = text_at(function, "arguments");
    if (!stook::is_json_object(arguments)) {
      throw std::runtime_error(fmt::format("the arguments of {} are no JSON object", id));
    }
  }
  void read_result(const json::object& message) {
    const std::string id = text_at(message, "tool_call_id");
    if (open_.erase(id) == 0) {
      throw std::runtime_error(fmt::format("a result is of no open call: \"{}\"", id));
    }
    if (text_at(message, "content").size() > longest_result) {
      throw std::runtime_error(fmt::format("the result of {} is longer than 64 KiB", id));
    }
  }

  std::set<std::string> seen_, open_;
};

}  // namespace

std::string flaw_of(const std::string& body) {
  try {
    if (!stook::is_valid_utf8(body)) return "it is no valid UTF-8";
    const stook::json request = stook::parse_json(body);
    conversation said;
    for (const json::value& message : request.as_object().at("messages").as_array()) {
      said.read(message.as_object());
    }
    said.end();
  } catch (const std::exception& e) {
    return e.what();
  }
  return {};
}

std::vector<std::string> tool_errors(const std::vector<heard_request>& requests) {
  std::vector<std::string> codes;
  if (requests.empty()) return codes;
  try {
    // the last request holds the whole conversation
    const stook::json request = stook::parse_json(requests.back().body);
    for (const json::value& message : request.as_object().at("messages").as_array()) {
      const json::object& members = message.as_object();
      if (text_at(members, "role") != "tool") continue;
      const std::string content = text_at(members, "content");
      if (!stook::is_json_object(content)) continue;
      const stook::json result = stook::parse_json(content);
      const auto* error = result.get_object().if_contains("error");
      if (error && error->is_object()) codes.push_back(text_at(error->get_object(), "code"));
    }
  } catch (const std::exception&) {
    // `flaw_of` has said so
  }
  return codes;
}

}  // namespace conformance
