#include <stook/core/time.hpp>

#include <fmt/format.h>

namespace stook {
namespace {

constexpr timestamp first_instant{std::chrono::sys_days{std::chrono::year{1} / 1 / 1}};
constexpr timestamp last_instant{std::chrono::sys_days{std::chrono::year{10000} / 1 / 1} -
                                 std::chrono::microseconds{1}};

/// Two digits. Rows of a table each have an instant: a format string would take most of their time.
void append_digits(std::string& out, unsigned below_100) {
  out += static_cast<char>('0' + below_100 / 10);
  out += static_cast<char>('0' + below_100 % 10);
}

/// A cursor over the text: each reader takes what it names or leaves the cursor where it was.
class reader {
 public:
  explicit reader(std::string_view text) : rest_(text) {}

  bool done() const { return rest_.empty(); }

  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  /// Exactly `width` digits.
  std::optional<int> number(std::size_t width) {
    if (rest_.size() < width) return std::nullopt;
    int n = 0;
    for (char c : rest_.substr(0, width)) {
      if (c < '0' || c > '9') return std::nullopt;
      n = n * 10 + (c - '0');
    }
    rest_.remove_prefix(width);
    return n;
  }

  /// One digit or more, as a fraction of a second in microseconds.
  std::optional<int> fraction() {
    int micros = 0;
    int scale = 100'000;
    std::size_t used = 0;
    while (used < rest_.size() && rest_[used] >= '0' && rest_[used] <= '9') {
      micros += (rest_[used] - '0') * scale;
      scale /= 10;
      ++used;
    }
    if (used == 0) return std::nullopt;
    rest_.remove_prefix(used);
    return micros;
  }

 private:
  std::string_view rest_;
};

struct clock_time {
  int hour = 0, minute = 0, second = 0, micros = 0;
};

std::optional<clock_time> read_clock(reader& in) {
  clock_time t;
  auto hour = in.number(2);
  if (!hour || !in.take(':')) return std::nullopt;
  auto minute = in.number(2);
  if (!minute) return std::nullopt;
  t.hour = *hour;
  t.minute = *minute;
  if (in.take(':')) {
    auto second = in.number(2);
    if (!second) return std::nullopt;
    t.second = *second;
    if (in.take('.') || in.take(',')) {
      auto micros = in.fraction();
      if (!micros) return std::nullopt;
      t.micros = *micros;
    }
  }
  if (t.hour > 23 || t.minute > 59 || t.second > 60) return std::nullopt;
  return t;
}

/// Minutes east of UTC, after a sign.
std::optional<int> read_offset(reader& in) {
  auto hours = in.number(2);
  if (!hours || *hours > 23) return std::nullopt;
  int minutes = 0;
  const bool colon = in.take(':');
  if (colon || !in.done()) {
    auto m = in.number(2);
    if (!m || *m > 59) return std::nullopt;
    minutes = *m;
  }
  return *hours * 60 + minutes;
}

}  // namespace

std::optional<parsed_timestamp> parse_timestamp(std::string_view text) {
  using namespace std::chrono;
  reader in{text};
  auto y = in.number(4);
  if (!y || !in.take('-')) return std::nullopt;
  auto m = in.number(2);
  if (!m || !in.take('-')) return std::nullopt;
  auto d = in.number(2);
  if (!d) return std::nullopt;
  const year_month_day date{year{*y}, month{static_cast<unsigned>(*m)}, day{static_cast<unsigned>(*d)}};
  if (!date.ok() || *y < 1) return std::nullopt;

  parsed_timestamp out;
  clock_time t;
  int east = 0;
  if (in.done()) {
    out.had_zone = false;
  } else {
    if (!in.take('T') && !in.take('t') && !in.take(' ')) return std::nullopt;
    auto clock = read_clock(in);
    if (!clock) return std::nullopt;
    t = *clock;
    in.take(' ');  // Python's str(datetime) style, "... 05:04:05 +02:00"
    if (in.take('Z') || in.take('z')) {
      east = 0;
    } else if (in.take('+')) {
      auto offset = read_offset(in);
      if (!offset) return std::nullopt;
      east = *offset;
    } else if (in.take('-')) {
      auto offset = read_offset(in);
      if (!offset) return std::nullopt;
      east = -*offset;
    } else {
      out.had_zone = false;
    }
    if (!in.done()) return std::nullopt;
  }

  out.value = timestamp{sys_time<microseconds>{sys_days{date}} + hours{t.hour} + minutes{t.minute - east} +
                        seconds{t.second} + microseconds{t.micros}};
  // an offset or a leap second may lead out of the range that to_string writes
  if (out.value < first_instant || out.value > last_instant) return std::nullopt;
  return out;
}

std::string to_string(timestamp t) {
  using namespace std::chrono;
  const auto midnight = floor<days>(t.time_point());
  const year_month_day date{midnight};
  const hh_mm_ss clock{t.time_point() - midnight};
  const int year = static_cast<int>(date.year());
  std::string out;
  if (year >= 0 && year <= 9999) {
    append_digits(out, static_cast<unsigned>(year) / 100);
    append_digits(out, static_cast<unsigned>(year) % 100);
  } else {
    out = fmt::format("{:04}", year);
  }
  const auto append = [&](char before, auto count) {
    out += before;
    append_digits(out, static_cast<unsigned>(count));
  };
  append('-', static_cast<unsigned>(date.month()));
  append('-', static_cast<unsigned>(date.day()));
  append('T', clock.hours().count());
  append(':', clock.minutes().count());
  append(':', clock.seconds().count());
  if (const auto us = clock.subseconds().count(); us % 1000 != 0) {
    out += fmt::format(".{:06}", us);
  } else if (us != 0) {
    out += fmt::format(".{:03}", us / 1000);
  }
  out += 'Z';
  return out;
}

}  // namespace stook
