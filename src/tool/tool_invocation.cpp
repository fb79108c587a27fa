#include "tool/tool_invocation.hpp"

#include <exception>

#include <fmt/format.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/json/monotonic_resource.hpp>

#include <stook/core/json.hpp>

#include "core/decode_flat.hpp"
#include "core/json_parse.hpp"
#include "core/json_writer.hpp"

namespace stook::detail {
namespace {

constexpr json_limits argument_limits{.depth = 32, .bytes = 1024 * 1024};

// "json_syntax" of the parser is "args_json" of a call.
std::string argument_code(std::string_view json_code) {
  if (json_code == "json_syntax") return "args_json";
  return "args_" + std::string(json_code.substr(sizeof("json_") - 1));
}

}  // namespace

std::size_t cut_text(std::string& text, std::size_t most) {
  if (text.size() <= most) return 0;
  const std::size_t full = text.size();
  std::size_t keep = most;
  while (keep > 0 && (static_cast<unsigned char>(text[keep]) & 0xc0) == 0x80) --keep;
  text.resize(keep);
  text += fmt::format("\n[cut: the first {} of {} bytes]", keep, full);
  return full;
}

std::string failure_text(const failure& why) {
  std::string out = R"({"error":{"code":)";
  write_string(out, why.code);
  out += R"(,"message":)";
  write_string(out, why.message);
  if (!why.hint.empty()) {
    out += R"(,"hint":)";
    write_string(out, why.hint);
  }
  out += why.retryable ? R"(,"retryable":true}})" : R"(,"retryable":false}})";
  return out;
}

void tool_invocation::run() {
  try {
    tool_.body->call(*this);
  } catch (...) {
    fail_from_exception();
  }
}

task<void> tool_invocation::async_run() {
  // the awaits of a tool fail once its run is cancelled; those of the loop look for it themselves
  co_await boost::asio::this_coro::throw_if_cancelled(true);
  try {
    auto pending = tool_.body->async_call(*this);
    co_await std::move(pending);
  } catch (...) {
    fail_from_exception();
  }
  co_await boost::asio::this_coro::throw_if_cancelled(false);
}

failure current_failure(std::string_view code) {
  try {
    throw;
  } catch (const error& e) {
    return e.what_failed();
  } catch (const std::exception& e) {
    std::string text = to_valid_utf8(e.what());
    cut_text(text, 512);
    return {std::string(code), std::move(text)};
  } catch (...) {
    return {std::string(code), "something was thrown that is no std::exception"};
  }
}

void tool_invocation::fail_from_exception() { fail(current_failure("tool_exception")); }

std::optional<failure> decode_arguments(const tool_core& tool, std::string_view text, void* into,
                                        std::vector<std::string>& notes) {
  if (text.empty()) text = "{}";
  const decode_options options{.patterns = &tool.patterns, .hidden = tool.hidden};
  if (text.size() <= argument_limits.bytes) {
    decode_report report;
    if (decode_flat(text, into, tool.arguments, options, report)) {
      if (!report.notes.empty()) notes = std::move(report.notes);
      return std::nullopt;
    }
  }
  unsigned char buffer[2048];
  boost::json::monotonic_resource memory(buffer, sizeof buffer);
  try {
    const json arguments = parse_json_in(text, argument_limits, &memory);
    if (!arguments.is_object()) {
      return failure{"args_not_object", "the arguments must be one JSON object",
                     "send {\"name\": value, ...}"};
    }
    decode_report report;
    decode(arguments, into, tool.arguments, options, report);
    if (!report.ok()) {
      return failure{"args_schema", to_string(report.problems), "correct these fields and call again"};
    }
    notes = std::move(report.notes);
    return std::nullopt;
  } catch (const error& e) {
    return failure{argument_code(e.code()), e.what(), e.what_failed().hint};
  }
}

std::optional<failure> check_arguments(const tool_core& tool, std::string_view arguments) {
  std::vector<std::string> notes;
  const std::shared_ptr<void> scratch = tool.make_arguments();
  return decode_arguments(tool, arguments, scratch.get(), notes);
}

bool tool_invocation::read_arguments(void* into, const type_desc&) {
  if (auto wrong = decode_arguments(tool_, arguments_, into, result.notes)) {
    fail(std::move(*wrong));
    return false;
  }
  return tool_.inputs.empty() || fill_from_state(into);
}

bool tool_invocation::fill_from_state(void* into) {
  for (const tool_core::input& in : tool_.inputs) {
    const type_desc& type = in.field->type();
    void* place = const_cast<void*>(in.field->in(into));
    if (state_) {
      const any_value& held = state_->value(in.key);
      if (held.has_value()) {
        type.kind == type_kind::optional&& held.type() != &type
            ? type.element().assign(type.emplace(place, 0), held.data())
            : type.assign(place, held.data());
        continue;
      }
    }
    if (type.kind == type_kind::optional || in.field->rules.defaulted) continue;
    fail({"state_missing", fmt::format("\"{}\" is not known yet in this run", in.key),
          "first call the tool that establishes it"});
    return false;
  }
  return true;
}

run_context tool_invocation::context() { return contexts_ ? contexts_->make_context() : run_context(); }

state& tool_invocation::blackboard() {
  if (state_) return *state_;
  throw error("no_state", "this tool needs the state of a run: it cannot be called outside of one");
}

void tool_invocation::succeed(const void* value, const type_desc& type, any_value kept) {
  if (type.kind == type_kind::nothing) {
    result.text = "done";
  } else if (!tool_.options.to_text) {
    encode(result.text, value, type);
  }
  finish(std::move(kept));
}

void tool_invocation::succeed_with_text(std::string text, any_value kept) {
  result.text = std::move(text);
  finish(std::move(kept));
}

void tool_invocation::finish(any_value kept) {
  std::string& text = result.text;
  if (tool_.options.to_text) text = tool_.options.to_text(kept);
  if (!is_valid_utf8(text)) text = to_valid_utf8(text);
  result.full_size = cut_text(text, tool_.options.max_result);
  for (const std::string& note : result.notes) text += "\n[note: " + note + "]";
  result.value = std::move(kept);
}

void tool_invocation::fail(failure why) {
  for (std::string* text : {&why.message, &why.hint}) {
    if (!is_valid_utf8(*text)) *text = to_valid_utf8(*text);
    cut_text(*text, tool_.options.max_result);
  }
  result.text = failure_text(why);
  result.error = std::move(why);
}

}  // namespace stook::detail
