#include <oncall/cli/table.hpp>

#include <algorithm>

namespace stook::sre::cli {
namespace {

bool looks_numeric(std::string_view text) {
  return text.empty() || text == "-" ||
         text.find_first_not_of("0123456789.,+-e%x ") == std::string_view::npos;
}

}  // namespace

void table::add(std::vector<std::string> cells) {
  for (std::string& c : cells) c = printable(c);
  cells.resize(header_.size());
  rows_.push_back(std::move(cells));
}

std::string table::text(const stream& to, std::size_t widest) const {
  const std::size_t count = header_.size();
  std::vector<std::size_t> width(count);
  std::vector<bool> right(count, !rows_.empty());
  for (std::size_t c = 0; c < count; ++c) {
    width[c] = columns_of(header_[c]);
    for (const auto& row : rows_) {
      width[c] = std::min(std::max(width[c], columns_of(row[c])), std::max(widest, columns_of(header_[c])));
      right[c] = right[c] && looks_numeric(row[c]);
    }
  }
  std::string out;
  const auto put = [&](const std::vector<std::string>& cells, style s) {
    std::string line;
    for (std::size_t c = 0; c < count; ++c) {
      const std::string cell = shortened(cells[c], width[c]);
      const std::string blanks(width[c] - columns_of(cell), ' ');
      line += (c ? "  " : "") + (right[c] ? blanks + cell : cell + blanks);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += to.paint(s, line) + "\n";
  };
  put(header_, style::bold);
  for (const auto& row : rows_) put(row, style::plain);
  return out;
}

}  // namespace stook::sre::cli
