#include "models/provider_failure.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>

#include <fmt/format.h>
#include <boost/json/value.hpp>

#include <stook/core/json.hpp>
#include "models/json_access.hpp"

namespace stook::models {
namespace {

using std::chrono::milliseconds;

std::optional<double> number_in(std::string_view text) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, code] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  constexpr double year = 366.0 * 24 * 3600 * 1000;  // what is more is no wait that anybody means
  if (text.empty() || code != std::errc() || stop != end || !(number >= 0) || number > year) return {};
  return number;
}

// "Sun, 06 Nov 1994 08:49:37 GMT"
std::optional<std::chrono::system_clock::time_point> date_in(std::string_view text) {
  constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() != 29 || text.substr(3, 2) != ", " || text.substr(25) != " GMT") return {};
  const auto month = std::find(months.begin(), months.end(), text.substr(8, 3));
  const auto digits = [&](std::size_t at, std::size_t count) {
    int number = -1;
    const char* const end = text.data() + at + count;
    const auto [stop, code] = std::from_chars(text.data() + at, end, number);
    return code == std::errc() && stop == end ? number : -1;
  };
  const int day = digits(5, 2), year = digits(12, 4), hour = digits(17, 2), minute = digits(20, 2),
            second = digits(23, 2);
  if (month == months.end() || day < 1 || year < 1970 || hour < 0 || minute < 0 || second < 0) return {};
  const std::chrono::year_month_day date{
      std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month - months.begin()) + 1),
      std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return {};
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second);
}

// What a server says of its error. Every member may be missing, and the type and the code be numbers.
struct said {
  std::string message;
  std::string kind;  // type and code, for finding words in
};

void add_word(std::string& words, const boost::json::object& from, std::string_view key) {
  words += text_at(from, key);
  words += ' ';
}

said words_of(const boost::json::value& error) {
  said words;
  if (const auto* text = error.if_string()) {
    words.message = std::string_view(*text);
  } else if (const auto* members = error.if_object()) {
    words.message = text_at(*members, "message");
    add_word(words.kind, *members, "type");
    add_word(words.kind, *members, "code");
    add_word(words.kind, *members, "status");
  }
  if (words.message.empty()) words.message = dump_json(error);
  return words;
}

said words_of_body(std::string_view body) {
  try {
    const json parsed = parse_json(body);
    const auto* members = parsed.if_object();
    if (!members) return words_of(parsed);
    if (const auto* error = value_at(*members, "error")) return words_of(*error);
    if (const auto* detail = value_at(*members, "detail")) return words_of(*detail);
    return words_of(parsed);
  } catch (const error&) {
    return {std::string(body), {}};  // of a proxy: HTML, or text
  }
}

bool has_word(const std::string& words, std::initializer_list<std::string_view> any) {
  return std::any_of(any.begin(), any.end(),
                     [&](std::string_view word) { return words.find(word) != std::string::npos; });
}

bool is_of_length(const said& words) {
  if (has_word(words.kind, {"context_length_exceeded", "exceed_context_size_error"})) return true;
  return has_word(words.message, {"maximum context length", "prompt is too long", "context window",
                                  "exceeds the available context size"});
}

bool is_of_quota(const said& words) {
  if (has_word(words.kind, {"insufficient_quota", "billing_error", "billing_hard_limit_reached"}))
    return true;
  return has_word(words.message, {"credit balance is too low", "exceeded your current quota"});
}

struct verdict {
  std::string_view code;
  std::string_view hint;
  bool retryable;
};

constexpr verdict no_access{"model.auth", "check the API key and what it may use", false};
constexpr verdict no_quota{"model.quota", "the account is out of credit, which no waiting mends", false};
constexpr verdict too_long{"model.context_length",
                           "shorten the conversation, or use a model with a larger context", false};
constexpr verdict wrong{"model.rejected", "check the name of the model, the address and the options", false};
constexpr verdict redirect{"model.redirect",
                           "redirects are not followed: set base_url to where the server now is", false};
constexpr verdict overload{"model.overload", "try again later", true};

verdict judge(int status, const said& words) {
  if (is_of_quota(words) || status == 402) return no_quota;
  if (status == 401 || status == 403) return no_access;
  if (status >= 300 && status < 400) return redirect;
  if (status == 408 || status == 409 || status == 429 || status >= 500) {
    return is_of_length(words) ? too_long : overload;
  }
  if (is_of_length(words)) return too_long;
  return wrong;
}

// What is longer would have to be cut, and a key that it holds with it.
bool is_short_name(std::string_view text) {
  constexpr std::size_t longest = 64;
  return !text.empty() && text.size() <= longest &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

// vLLM and llama.cpp number what goes wrong inside a stream as HTTP would have.
std::optional<int> status_in(const boost::json::value& error) {
  const auto* members = error.if_object();
  const auto code = members ? count_at(*members, "code") : std::nullopt;
  if (!code || *code < 400 || *code > 599) return std::nullopt;
  return static_cast<int>(*code);
}

}  // namespace

std::optional<milliseconds> wait_of(const refusal_headers& headers,
                                    std::chrono::system_clock::time_point now) {
  if (const auto ms = number_in(headers.retry_after_ms)) return milliseconds(static_cast<std::int64_t>(*ms));
  if (const auto seconds = number_in(headers.retry_after)) {
    return milliseconds(static_cast<std::int64_t>(*seconds * 1000));
  }
  const auto date = date_in(headers.retry_after);
  if (!date || *date < now) return std::nullopt;
  return std::chrono::ceil<milliseconds>(*date - now);
}

std::string shown(std::string_view server_text) {
  constexpr std::size_t most = 512;
  const bool is_cut = server_text.size() > most;
  std::string text = to_valid_utf8(server_text.substr(0, most));
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; },
      ' ');
  // A repair, or a character that was cut, may have made it longer.
  while (text.size() > most || (!text.empty() && !is_valid_utf8(text))) text.pop_back();
  if (is_cut) text += "...";
  return text;
}

model_error refusal(int status, std::string_view body, const refusal_headers& headers,
                    std::chrono::system_clock::time_point now) {
  const said words = words_of_body(body);
  verdict found = judge(status, words);
  if (headers.should_retry == "true") found.retryable = true;
  if (headers.should_retry == "false") found.retryable = false;
  std::string text = shown(words.message);
  text = text.empty() ? " without a text" : ": " + text;
  if (is_short_name(headers.request_id)) text += fmt::format(" (request {})", headers.request_id);
  return model_error({std::string(found.code),
                      fmt::format("expected an answer of the model, got HTTP status {}{}", status, text),
                      std::string(found.hint), found.retryable},
                     status, wait_of(headers, now));
}

model_error refusal_in_stream(const boost::json::value& error) {
  const said words = words_of(error);
  verdict found = overload;
  if (is_of_quota(words)) {
    found = no_quota;
  } else if (is_of_length(words)) {
    found = too_long;
  } else if (has_word(words.kind, {"authentication_error", "permission_error", "invalid_api_key"})) {
    found = no_access;
  } else if (has_word(words.kind,
                      {"invalid_request_error", "not_found_error", "request_too_large", "invalid_prompt"})) {
    found = wrong;
  } else if (const auto status = status_in(error)) {
    found = judge(*status, words);
  }
  return model_error(
      {std::string(found.code),
       fmt::format("expected an answer of the model, got an error in it: {}", shown(words.message)),
       std::string(found.hint), found.retryable},
      200);
}

model_error nonsense(std::string what) {
  return model_error({"model.protocol", std::move(what),
                      "check that the address is that of a model and speaks this protocol", true},
                     200);
}

model_error truncated() {
  return model_error(
      {"model.truncated", "expected the answer to be finished, got the end of the stream before it",
       "try again; if it stays, the server or a proxy cuts answers off", true},
      200);
}

std::string with_key_replaced(std::string text, std::string_view key) {
  constexpr std::size_t shortest_key = 4;
  if (key.size() < shortest_key || text.find(key) == std::string::npos) return text;
  std::string clean;
  std::string_view rest = text;
  for (std::size_t at = 0; (at = rest.find(key)) != std::string_view::npos;) {
    clean += rest.substr(0, at);
    clean += "[api key]";
    rest.remove_prefix(at + key.size());
  }
  return clean.append(rest);
}

model_error without_secrets(const model_error& e, const std::vector<std::string>& secrets) {
  failure what = e.what_failed();
  for (const std::string& one : secrets) {
    what.message = with_key_replaced(std::move(what.message), one);
    what.hint = with_key_replaced(std::move(what.hint), one);
  }
  return model_error(std::move(what), e.http_status(), e.retry_after());
}

}  // namespace stook::models
