#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <oncall/evidence/evidence.hpp>

namespace stook::sre {

/// What a sentence may quote from the evidence that it cites.
///
/// A sentence is cut at blanks, quotes, brackets, commas behind words and non-ASCII characters; every piece
/// that has a digit must be found in a cited item:
/// - a **number**, with thousands separators (`1,234`) or without, is found if some number of the result,
///   number within a string of the result, or the item's count of rows rounds to it at the decimals that are
///   written: 7.6 is 7.62 and not 7.7. Without a sign it also stands for its negative ("fell by 35").
/// - a **unit** behind it lets it stand for other scales: `%` for a hundredth; `us ms s min h d` for each
///   other, for the length of the item's window, and for the distance of two instants called start and end
///   (or from and to) in one object; `k M kB MB GB` for their thousands. Other words and `/s`, `/min` scale
///   nothing.
/// - an **instant** (`2026-01-15T14:53:00Z`, a date alone) is found if an instant of the result or of the
///   item's window equals it, cut or rounded at the precision that is written;
/// - a **time of day** (`14:53`, `14:53:20`) likewise, on any day, in UTC;
/// - a **range** (`2-5 %`, `14:53-15:20`, `3/5`) is its two ends;
/// - any other **word with a digit** (`p95`, `CHG-4411`, `v2.3.1`, `10.0.0.1`) must occur in a string or a
///   member's name of the result as it is written, whatever its case, and not as a part of a longer number
///   or word. Ids of evidence (`E7`) need not.
///
/// Queries are no evidence: whoever asks chooses what is in them.
class cited_values {
 public:
  /// Adds what one item holds. The item need not outlive the call.
  void add(const evidence_item& item);

  /// The pieces of `text` that are not found, as they stand there, each once.
  std::vector<std::string> unsupported(std::string_view text) const;

  /// True if the number, at a relative precision of 1e-6, stands in a result.
  bool has_number(double value) const;
  /// True if an instant of a result or a window is within a second of it.
  bool has_instant(timestamp t) const;
  /// True if `word` occurs in a string or a member's name of a result, whole and whatever its case.
  bool has_word(std::string_view word) const;
  /// The same for the name of a service and the like: "db" is not in "db-proxy".
  bool has_name(std::string_view name) const;

 private:
  void collect(const json& value, int depth);
  void collect_text(std::string_view text);
  bool occurs(std::string_view text, bool as_name) const;
  bool supports(std::string_view piece, std::string_view unit) const;
  bool supports_number(std::string_view piece, std::string_view unit) const;
  bool supports_instant(std::string_view piece) const;
  bool supports_time_of_day(std::string_view piece) const;

  std::vector<double> numbers_;
  std::vector<double> durations_;  // seconds
  std::vector<timestamp> instants_;
  std::string text_;  // all strings and names, in lower case, a line each
};

}  // namespace stook::sre
