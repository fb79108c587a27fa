#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <stook/chat/message.hpp>
#include <stook/core/codec.hpp>
#include <stook/pipeline/socket.hpp>
#include <stook/pipeline/socket_values.hpp>

namespace stook {

namespace detail {
/// Reads the JSON in a model's answer, which may stand in a Markdown fence; the report's problems are empty
/// if it is valid.
void read_answer(std::string_view text, void* into, const type_desc& type, decode_report& report);
message repair_message(std::string_view text, const type_desc& type, const decode_report& report);
}  // namespace detail

/// Checks that a model's answer is JSON of a described type, and otherwise says what is wrong and how it
/// should be: connected back to the model through a branch_joiner, the self-repair loop.
///
///     p.add("check", stook::schema_validator<finding>{});
///     p.connect("model.replies", "check.value");
///     p.connect("check.invalid", "retry.value");
template <describable T>
class schema_validator {
 public:
  /// Takes a message as `value`; gives either `valid`, a T, or `invalid`, a message to the model.
  stook::sockets declare() const {
    return {{{.name = "value", .type = socket_type::of<message>()}},
            {{"valid", socket_type::of<T>()}, {"invalid", socket_type::of<message>()}}};
  }
  void run(const socket_values& in, socket_results& out) const {
    T value{};
    detail::decode_report report;
    const std::string& text = in.as<message>("value").text();
    detail::read_answer(text, &value, detail::type_of<T>(), report);
    if (report.ok()) {
      out.set("valid", any_value::of(std::move(value)));
    } else {
      out.set("invalid", any_value::of(detail::repair_message(text, detail::type_of<T>(), report)));
    }
  }
};

}  // namespace stook
