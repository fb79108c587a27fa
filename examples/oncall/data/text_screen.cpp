#include <oncall/data/text_screen.hpp>

#include <oncall/screen/clean_text.hpp>
#include <oncall/screen/injection.hpp>

namespace stook::sre {

std::string_view text_screen::operator()(std::string_view text, std::uint64_t line) {
  if (text.empty()) return text;
  if (const std::size_t secrets = report_.masks.redact(text, masked_); secrets > 0) {
    text = masked_;
    for (std::size_t i = 0; i < secrets; ++i) report_.note(input_issue::secret, line);
  }
  if (line != suspected_line_ && suspected_injection(text)) {
    suspected_line_ = line;
    report_.note(input_issue::suspected_injection, line, clean_text(text, 80));
  }
  return text;
}

}  // namespace stook::sre
