#include <oncall/data/row_parser.hpp>

#include <new>
#include <utility>

#include <stook/core/json.hpp>

namespace stook::sre {
namespace {

std::string_view without_newline(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::string_view without_blanks(std::string_view field) {
  while (!field.empty() && is_blank(field.front())) field.remove_prefix(1);
  while (!field.empty() && is_blank(field.back())) field.remove_suffix(1);
  return field;
}

}  // namespace

bool is_plain_row(std::string_view line) {
  line = without_newline(line);
  return line.find('"') == std::string_view::npos && line.find('\r') == std::string_view::npos;
}

void split_plain_row(std::string_view line, std::vector<std::string_view>& fields) {
  line = without_newline(line);
  fields.clear();
  for (std::size_t comma = line.find(','); comma != std::string_view::npos; comma = line.find(',')) {
    fields.push_back(without_blanks(line.substr(0, comma)));
    line.remove_prefix(comma + 1);
  }
  fields.push_back(without_blanks(line));
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
