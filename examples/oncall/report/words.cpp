#include <oncall/report/words.hpp>

#include <array>
#include <chrono>

#include <fmt/format.h>

#include <oncall/postmortem/citations.hpp>
#include <oncall/screen/clean_text.hpp>
#include <oncall/tools/window_report.hpp>

namespace stook::sre::report {
namespace {

std::chrono::year_month_day date_of(timestamp t) {
  return std::chrono::floor<std::chrono::days>(t.time_point());
}

}  // namespace

std::string shown(std::string_view text, std::size_t bytes) { return clean_text(text, bytes); }

std::string escaped(std::string_view text, std::size_t bytes) {
  std::string out;
  for (const char c : shown(text, bytes)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string clock_text(timestamp t) {
  const std::string text = to_string(t).substr(11, 8);
  return text.ends_with(":00") ? text.substr(0, 5) : text;
}

std::string day_text(timestamp t) {
  static constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto date = date_of(t);
  return fmt::format("{} {} {}", unsigned(date.day()), months[unsigned(date.month()) - 1], int(date.year()));
}

std::string instant_text(timestamp t) { return day_text(t) + ", " + clock_text(t); }

std::string span_text(timestamp start, std::optional<timestamp> end) {
  if (!end) return "since " + instant_text(start);
  const bool same_day = date_of(start) == date_of(*end);
  return instant_text(start) + " to " + (same_day ? clock_text(*end) : instant_text(*end));
}

std::string words_of(std::string_view name) {
  std::string out(name);
  for (char& c : out) {
    if (c == '_') c = ' ';
  }
  return out;
}

std::string count_text(std::int64_t n, std::string_view one, std::string_view many) {
  if (n == 0) return fmt::format("no {}", many);
  return fmt::format("{} {}", thousands(static_cast<double>(n)), n == 1 ? one : many);
}

std::string length_text(std::chrono::microseconds length) {
  std::string out;
  for (const char c : duration_text(length)) out += c == ' ' ? "\u00A0" : std::string(1, c);
  return out;
}

std::string percent_text(double share) {
  if (share > 0 && share < 0.01) return "under 1\u00A0%";
  return fmt::format("{:.0f}\u00A0%", share * 100);
}

}  // namespace stook::sre::report
