#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <oncall/postmortem/impact.hpp>
#include <stook/core/time.hpp>

/// Numbers, times and foreign text as the report shows them. All times are UTC.
namespace stook::sre::report {

/// Text from logs, files or a model on one line: valid UTF-8, nothing invisible or that turns the direction
/// of reading, at most `bytes` long. HTML's own characters are still in it: the template escapes them.
std::string shown(std::string_view text, std::size_t bytes = 1'000);
/// `shown`, with HTML's characters escaped: for markup that is made in code.
std::string escaped(std::string_view text, std::size_t bytes = 1'000);

/// "14:52", "14:52:08" where there are seconds.
std::string clock_text(timestamp t);
/// "15 Jan 2026".
std::string day_text(timestamp t);
/// "15 Jan 2026, 14:52".
std::string instant_text(timestamp t);
/// "15 Jan 2026, 14:52 to 17:16"; the day stands again only where it is another.
std::string span_text(timestamp start, std::optional<timestamp> end);

/// A name of the program, such as "stop_the_bleeding", in words.
std::string words_of(std::string_view name);
/// "no", "1 row", "1,234 rows".
std::string count_text(std::int64_t n, std::string_view one, std::string_view many);
/// "2 h 24 min", not broken into lines.
std::string length_text(std::chrono::microseconds length);
/// A share as "12 %"; "under 1 %" where rounding would make nothing of something.
std::string percent_text(double share);

}  // namespace stook::sre::report
