#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <stook/core/error.hpp>
#include <stook/core/fwd.hpp>
#include <stook/core/type_desc.hpp>

namespace stook {

/// One reason why a JSON value is not the C++ value that was asked for.
struct problem {
  std::string path;      ///< "labels[1].value"; empty for the value itself
  std::string what;      ///< "0 is below the minimum 1"
  std::string expected;  ///< "an integer from 1 to 1440"; may be empty
  std::string example;   ///< JSON text of a good value; may be empty
};

/// `labels[1].value: expected a string, got a number (expected a string, for example "eu")`, one a line.
std::string to_string(const std::vector<problem>& problems);

namespace detail {

/// The patterns of a type, compiled once. Copies share them. Thread-safe after construction.
class pattern_set {
 public:
  pattern_set();
  /// Throws `error` with code bad_pattern if RE2 refuses one.
  explicit pattern_set(const type_desc& type);
  bool matches(std::string_view pattern, std::string_view text) const;

 private:
  struct compiled;
  std::shared_ptr<compiled> compiled_;
};

struct decode_options {
  const pattern_set* patterns = nullptr;       // null: compiled where needed
  std::span<const std::string_view> hidden{};  // top-level fields that the text may not name
};

struct decode_report {
  std::vector<problem> problems;   // empty if the value was read; at most 8
  std::vector<std::string> notes;  // what was assumed: "start: no zone given, read as UTC"
  bool ok() const { return problems.empty(); }
};

/// Reads `from` into the object at `into`, which keeps its value where a defaulted field is absent. After a
/// problem the object is in a valid but unspecified state.
void decode(const json& from, void* into, const type_desc& type, const decode_options& options,
            decode_report& report);

/// Appends the JSON text of the object. Throws `error` with code no_json_form for an undescribed type.
void encode(std::string& out, const void* object, const type_desc& type);

[[noreturn]] void throw_problems(const decode_report& report, std::string_view type_name);
json parse_own(std::string_view text);

}  // namespace detail

/// Reads a described type from JSON and checks every rule. Unknown and missing fields, wrong types and broken
/// rules are an `error` with code json_invalid that names each path, what was expected and an example.
/// The only coercion is 1.0 for an integer; null leaves an optional empty.
template <describable T>
T from_json(const json& from) {
  T out{};
  detail::decode_report report;
  detail::decode(from, &out, detail::type_of<T>(), {}, report);
  if (!report.ok()) detail::throw_problems(report, detail::type_name<T>());
  return out;
}

/// JSON text of a described value: fields in the order of their description, empty optional fields left out,
/// doubles in their shortest form that reads back the same, infinities and NaN as null.
template <describable T>
std::string to_json_text(const T& value) {
  std::string out;
  detail::encode(out, &value, detail::type_of<T>());
  return out;
}

/// The same as a JSON value. (`Json` is there so that this header need not know boost::json::value.)
template <describable T, typename Json = json>
Json to_json(const T& value) {
  return detail::parse_own(to_json_text(value));
}

}  // namespace stook
