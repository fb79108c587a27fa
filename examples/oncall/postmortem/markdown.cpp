#include <oncall/postmortem/citations.hpp>
#include <oncall/postmortem/render.hpp>

namespace stook::sre {

std::string escape_markdown(std::string_view text, std::size_t limit) {
  std::string out;
  const std::string line = one_line(text, limit);
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    // A colon behind a letter could make a bare address a link; "://" is what it takes.
    const bool address = c == ':' && line.compare(i, 3, "://") == 0;
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (address) {
      out += "&#58;";
    } else {
      if (std::string_view("\\`*_{}[]()#|~!").find(c) != std::string_view::npos) out += '\\';
      out += c;
    }
  }
  return out;
}

std::string code_span(std::string_view text, std::size_t limit) {
  std::string out = one_line(text, limit);
  for (char& c : out) {
    if (c == '`') c = '\'';
  }
  return "`" + out + "`";
}

}  // namespace stook::sre
