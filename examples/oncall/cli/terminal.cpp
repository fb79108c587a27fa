#include <oncall/cli/terminal.hpp>

#include <cerrno>
#include <cstdlib>
#include <system_error>

#include <sys/ioctl.h>
#include <unistd.h>

#include <fmt/format.h>

#include <stook/core/error.hpp>
#include <stook/core/json.hpp>

namespace stook::sre::cli {
namespace {

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value && *value;
}

std::string_view code_of(style s) {
  switch (s) {
    case style::plain:
      return "";
    case style::bold:
      return "1";
    case style::dim:
      return "2";
    case style::red:
      return "31";
    case style::green:
      return "32";
    case style::yellow:
      return "33";
    case style::cyan:
      return "36";
  }
  return "";
}

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0u) == 0x80u; }

// The byte behind the first `count` code points.
std::size_t offset_of(std::string_view text, std::size_t count) {
  std::size_t seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_continuation(text[i]) && seen++ == count) return i;
  }
  return text.size();
}

}  // namespace

stream::stream(std::FILE* file) : file_(file) {
  const char* term = std::getenv("TERM");
  is_terminal_ = isatty(fileno(file)) == 1 && term && std::string_view(term) != "dumb";
  colour_ = is_terminal_ && !is_set("NO_COLOR");
}

int stream::width() const {
  winsize size{};
  if (is_terminal_ && ioctl(fileno(file_), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 100;
}

std::string stream::paint(style s, std::string_view text) const {
  if (!colour_ || s == style::plain || text.empty()) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", code_of(s), text);
}

void stream::write(std::string_view text) {
  if (reader_gone_) return;
  const std::string looked_at = last_look ? last_look(text) : std::string();
  if (last_look) text = looked_at;
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), file_) == text.size() && std::fflush(file_) == 0) return;
  if (errno == EPIPE) {
    reader_gone_ = true;
    return;
  }
  throw error("output_write", fmt::format("{}: cannot write: {}", file_ == stdout ? "stdout" : "stderr",
                                          std::generic_category().message(errno)));
}

std::string printable(std::string_view text) {
  const std::string valid = to_valid_utf8(text);
  std::string out;
  out.reserve(valid.size());
  for (std::size_t i = 0; i < valid.size(); ++i) {
    const auto c = static_cast<unsigned char>(valid[i]);
    const auto next = static_cast<unsigned char>(i + 1 < valid.size() ? valid[i + 1] : 0);
    if (c == '\n' || c == '\t' || c == '\r') {
      out += ' ';
    } else if (c < 0x20 || c == 0x7F) {
      out += fmt::format("\\x{:02x}", c);
    } else if (c == 0xC2 && next >= 0x80 && next < 0xA0) {  // C1 controls, among them CSI
      out += fmt::format("\\x{:02x}", next);
      ++i;
    } else {
      out += valid[i];
    }
  }
  return out;
}

std::size_t columns_of(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += !is_continuation(c);
  return count;
}

std::string shortened(std::string_view text, std::size_t columns) {
  if (columns_of(text) <= columns || columns == 0) return std::string(text);
  return std::string(text.substr(0, offset_of(text, columns - 1))) + "…";
}

std::string padded(std::string_view text, std::size_t columns) {
  const std::size_t have = columns_of(text);
  return std::string(text) + std::string(have < columns ? columns - have : 0, ' ');
}

std::string grouped(std::uint64_t number) {
  std::string out = std::to_string(number);
  for (std::size_t at = out.size(); at > 3;) out.insert(at -= 3, ",");
  return out;
}

}  // namespace stook::sre::cli
