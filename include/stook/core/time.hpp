#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stook {

/// An instant in UTC, to the microsecond, from the year 1 to 9999. Trivially copyable.
class timestamp {
 public:
  using duration = std::chrono::microseconds;

  /// 1970-01-01T00:00:00Z.
  constexpr timestamp() = default;
  constexpr explicit timestamp(std::chrono::sys_time<duration> t) : since_epoch_(t.time_since_epoch()) {}

  static constexpr timestamp from_micros(std::int64_t us) {
    return timestamp{std::chrono::sys_time<duration>{duration{us}}};
  }
  static constexpr timestamp from_seconds(std::int64_t s) { return from_micros(s * 1'000'000); }

  constexpr std::int64_t micros() const { return since_epoch_.count(); }
  /// Whole seconds since the epoch, rounded down.
  constexpr std::int64_t seconds() const {
    return std::chrono::floor<std::chrono::seconds>(since_epoch_).count();
  }
  constexpr std::chrono::sys_time<duration> time_point() const {
    return std::chrono::sys_time<duration>{since_epoch_};
  }

  friend constexpr auto operator<=>(timestamp, timestamp) = default;
  friend constexpr timestamp operator+(timestamp t, duration d) { return timestamp{t.time_point() + d}; }
  friend constexpr timestamp operator-(timestamp t, duration d) { return timestamp{t.time_point() - d}; }
  friend constexpr duration operator-(timestamp a, timestamp b) { return a.since_epoch_ - b.since_epoch_; }

 private:
  duration since_epoch_{0};
};

/// ISO-8601 with zone `Z`; a fraction of 3 or 6 digits only where there is one: `2026-01-02T03:04:05Z`.
std::string to_string(timestamp t);

/// A timestamp that was read from text.
struct parsed_timestamp {
  timestamp value;
  bool had_zone = true;  ///< false: the text named no zone and UTC was assumed
};

/// Reads ISO-8601: `2026-01-02T03:04:05.678+02:00`, a blank for the `T`, seconds and fraction optional, zone
/// `Z`, `+hh:mm`, `+hhmm`, `+hh` or none (UTC is assumed), a date alone is its midnight. Digits past the
/// microsecond are dropped. Nothing on any other text, on a day that the calendar lacks, or outside the years
/// 1 to 9999. A leap second (`:60`) is read as the second after `:59`.
std::optional<parsed_timestamp> parse_timestamp(std::string_view text);

/// What to tell somebody whose text `parse_timestamp` refused: the expected form, with an example.
inline constexpr std::string_view timestamp_format_hint =
    "expected ISO-8601 such as 2026-01-02T03:04:05Z or 2026-01-02T05:04:05+02:00";

}  // namespace stook
