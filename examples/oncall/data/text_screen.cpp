#include <oncall/data/text_screen.hpp>

#include <algorithm>

#include <oncall/data/text_hash.hpp>
#include <oncall/screen/clean_text.hpp>
#include <oncall/screen/injection.hpp>

namespace stook::sre {

void text_screen::passed_text::keep(std::string_view text) {
  size = static_cast<std::uint8_t>(text.size());
  std::ranges::copy(text, bytes.begin());
}

bool text_screen::passes_quickly(std::string_view text) {
  if (text.size() > text_shape::longest) return false;
  if (latest_hex_.is(text)) return true;
  if (is_short_hex(text)) {
    const bool passes = !report_.masks.hex_may_hold(text) && !hex_may_be_suspected(text);
    if (passes && text.size() <= latest_hex_.bytes.size()) latest_hex_.keep(text);
    return passes;
  }
  const text_shape shape{text};
  known_shape& known = shapes_[shape.hash() % shapes_kept];
  if (known.shape == shape) return known.passes;
  known.shape = shape;
  known.passes = !report_.masks.may_hold_with_any_digits(shape.text()) &&
                 !may_be_suspected_with_any_digits(shape.text());
  return known.passes;
}

std::string_view text_screen::look(std::string_view text, std::uint64_t line) {
  passed_text* const place =
      text.size() <= passed_text{}.bytes.size() ? &passed_[text_hash(text) % passed_kept] : nullptr;
  if (place != nullptr && place->is(text)) return text;
  if (const std::size_t secrets = report_.masks.redact(text, masked_); secrets > 0) {
    text = masked_;
    for (std::size_t i = 0; i < secrets; ++i) report_.note(input_issue::secret, line);
  }
  if (line == suspected_line_) return text;
  if (suspected_injection(text)) {
    suspected_line_ = line;
    report_.note(input_issue::suspected_injection, line, clean_text(text, 80));
  } else if (place != nullptr && text.data() != masked_.data()) {
    place->keep(text);
  }
  return text;
}

}  // namespace stook::sre
