#include <oncall/data/row_parser.hpp>

#include <bit>
#include <cstdint>
#include <new>
#include <utility>

#include <boost/endian/conversion.hpp>

#include <stook/core/ascii.hpp>
#include <stook/core/json.hpp>

namespace stook::sre {
namespace {

std::string_view without_newline(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

using ascii::is_blank;

std::string_view without_blanks(std::string_view field) {
  while (!field.empty() && is_blank(field.front())) field.remove_prefix(1);
  while (!field.empty() && is_blank(field.back())) field.remove_suffix(1);
  return field;
}

/// The highest bit of each of eight bytes that is a comma. Fields are short: a call of memchr for each would
/// take longer.
std::uint64_t commas_in(const char* eight) {
  constexpr std::uint64_t low = 0x7f7f'7f7f'7f7f'7f7fU;
  const std::uint64_t x =
      boost::endian::load_little_u64(reinterpret_cast<const unsigned char*>(eight)) ^ 0x2c2c'2c2c'2c2c'2c2cU;
  return ~(((x & low) + low) | x | low);
}

}  // namespace

bool is_plain_row(std::string_view line) {
  line = without_newline(line);
  unsigned char other = 0;  // one width of data and no branch: the compiler vectorises it
  for (const char c : line) other |= static_cast<unsigned char>((c == '"') | (c == '\r'));
  return other == 0;
}

void split_plain_row(std::string_view line, std::vector<std::string_view>& fields) {
  line = without_newline(line);
  fields.clear();
  std::size_t begin = 0;
  const auto end_field = [&](std::size_t comma) {
    fields.push_back(without_blanks(line.substr(begin, comma - begin)));
    begin = comma + 1;
  };
  std::size_t at = 0;
  for (; at + 8 <= line.size(); at += 8) {
    for (std::uint64_t commas = commas_in(line.data() + at); commas != 0; commas &= commas - 1)
      end_field(at + static_cast<std::size_t>(std::countr_zero(commas)) / 8);
  }
  for (; at < line.size(); ++at) {
    if (line[at] == ',') end_field(at);
  }
  fields.push_back(without_blanks(line.substr(begin)));
}

bool split_quoted_row(std::string_view line, std::vector<std::string_view>& fields) {
  constexpr std::size_t npos = std::string_view::npos;
  line = without_newline(line);
  if (line.find('\r') != npos) return false;
  fields.clear();
  for (std::size_t begin = 0;;) {
    const bool quoted = begin < line.size() && line[begin] == '"';
    std::size_t end = quoted ? line.find('"', begin + 1) : line.find(',', begin);
    if (quoted && end == npos) return false;
    const std::string_view field = line.substr(begin, end - begin);
    if (quoted) {
      fields.push_back(field.substr(1));
      if (++end < line.size() && line[end] != ',') return false;
    } else {
      if (field.find('"') != npos) return false;
      fields.push_back(without_blanks(field));
    }
    if (end >= line.size()) return true;
    begin = end + 1;
  }
}

row_parser::row_parser() {
  if (csv_init(&parser_, CSV_STRICT) != 0) throw std::bad_alloc();
  csv_set_blk_size(&parser_, 4096);
}

void row_parser::start(bool strict) {
  csv_fini(&parser_, nullptr, nullptr, nullptr);
  csv_set_opts(&parser_, strict ? CSV_STRICT : 0);
  text_.clear();
  ends_.clear();
  rows_ = 0;
}

bool row_parser::feed(std::string_view line) {
  const std::size_t taken = csv_parse(&parser_, line.data(), line.size(), on_field, on_row, this);
  if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
  if (taken < line.size() && csv_error(&parser_) != CSV_EPARSE) throw std::bad_alloc();
  return taken == line.size();
}

// An exception must not pass through C: it waits until csv_parse has returned.
void row_parser::on_field(void* bytes, std::size_t size, void* self) {
  auto& parser = *static_cast<row_parser*>(self);
  if (parser.thrown_ || parser.rows_ > 0) return;
  try {
    parser.text_.append(static_cast<const char*>(bytes), size);
    parser.ends_.push_back(parser.text_.size());
  } catch (...) {
    parser.thrown_ = std::current_exception();
  }
}

void row_parser::repair_text() {
  std::string whole;
  std::size_t begin = 0;
  for (std::size_t& end : ends_) {
    whole += to_valid_utf8(std::string_view{text_}.substr(begin, end - begin));
    begin = std::exchange(end, whole.size());
  }
  text_ = std::move(whole);
}

void row_parser::copy_fields(std::vector<std::string_view>& out) const {
  out.clear();
  std::size_t begin = 0;
  for (const std::size_t end : ends_) {
    out.push_back(std::string_view{text_}.substr(begin, end - begin));
    begin = end;
  }
}

}  // namespace stook::sre
