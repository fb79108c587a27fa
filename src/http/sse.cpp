#include "http/sse.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include <stook/core/error.hpp>

namespace stook::http {

namespace {
constexpr std::size_t longest_field_name = 16;
}

sse_reader::sse_reader(std::size_t max_event_bytes)
    : lines_(max_event_bytes + std::min(longest_field_name, std::size_t(-1) - max_event_bytes)),
      max_event_bytes_(max_event_bytes) {}

bool sse_reader::next(sse_event& out) {
  std::string_view line;
  while (lines_.next(line)) {
    if (std::exchange(first_line_, false) && line.starts_with("\xef\xbb\xbf")) line.remove_prefix(3);
    if (!line.empty()) {
      take(line);
    } else if (dispatch(out)) {
      return true;
    }
  }
  return false;
}

bool sse_reader::finish(sse_event& out) {
  std::string_view line;
  if (lines_.finish(line)) take(line);
  return dispatch(out);
}

void sse_reader::take(std::string_view line) {
  const std::size_t colon = line.find(':');
  const std::string_view field = line.substr(0, colon);
  std::string_view value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (field == "data") {
    if (data_.size() + value.size() + 1 > max_event_bytes_) {
      throw error("http.too_large",
                  fmt::format("one event of the stream has more than {} bytes", max_event_bytes_));
    }
    if (has_data_) data_ += '\n';
    data_ += value;
    has_data_ = true;
  } else if (field == "event") {
    type_ = value;
  } else if (field == "id") {
    if (value.find('\0') == std::string_view::npos) id_ = value;
  } else if (field == "retry") {
    const bool digits = !value.empty() &&
                        std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
    long long wait = 0;
    if (digits && std::from_chars(value.data(), value.data() + value.size(), wait).ec == std::errc()) {
      retry_ = std::chrono::milliseconds(wait);
    }
  }
}

bool sse_reader::dispatch(sse_event& out) {
  ready_data_.swap(data_);
  ready_type_.swap(type_);
  data_.clear();
  type_.clear();
  if (!std::exchange(has_data_, false)) return false;
  out = {ready_type_.empty() ? std::string_view("message") : std::string_view(ready_type_), ready_data_, id_};
  return true;
}

}  // namespace stook::http
