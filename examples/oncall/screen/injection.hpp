#pragma once

#include <optional>
#include <string_view>

namespace stook::sre {

/// Whether a text of the telemetry reads as if it were meant to steer an agent, and in which way: "override"
/// (ignore your instructions), "role" (forged turns of a conversation), "template" (control tokens of chat
/// formats), "tool_call", "claim" (a cause, a fix or a verdict to be taken over), "approval", "exfiltration",
/// "hidden" (characters or terminal commands that a reader does not see), "pattern" (a regular expression
/// that takes exponential time). Nothing if none of them.
///
/// Looked at are the text as it is, as a reader sees it (without invisible characters, look-alikes of other
/// scripts and styled letters folded), and what base64, hexadecimal, percent, backslash and HTML escapes,
/// ROT13, reversal and spaced letters hide in it, also one in another. English is known best; of other
/// languages the sentences that tell to ignore instructions.
///
/// A hint and no defence: nothing that a payload asks for can happen, whether it is found or not. Costs about
/// 2 ns a byte for an ordinary line. Thread-safe.
std::optional<std::string_view> suspected_injection(std::string_view text);

/// Whether a text may be suspected that differs from this one in its digits at most. False proves that none
/// of them is. Costs as much as a look at one of them.
bool may_be_suspected_with_any_digits(std::string_view text);

/// Whether a text of digits and the letters a to f in lower case alone may be suspected; false proves that it
/// is not. Takes some 10 ns for an identifier.
bool hex_may_be_suspected(std::string_view text);

}  // namespace stook::sre
