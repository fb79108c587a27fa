#include <oncall/data/csv_reader.hpp>

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <oncall/data/line_window.hpp>
#include <oncall/data/row_parser.hpp>
#include <stook/core/ascii.hpp>
#include <stook/core/error.hpp>
#include <stook/core/json.hpp>

namespace stook::sre {
namespace {

constexpr std::string_view blanks = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

using ascii::to_lower;

/// A line inside a quoted field that starts with an instant and has the fields of a row.
bool looks_like_row(std::string_view line, std::size_t columns) {
  const std::size_t commas = static_cast<std::size_t>(std::ranges::count(line, ','));
  return columns > 1 && commas + 1 >= columns && parse_timestamp(line.substr(0, line.find(','))).has_value();
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return to_lower(x) == to_lower(y); });
}

class csv_reader::state {
 public:
  state(const std::filesystem::path& file, input_report& report, const read_options& options)
      : window_(file, options.record_bytes, options.digest), report_(report), options_(options) {
    report_.path = file.string();
    skip_byte_order_mark();
    read_header();
  }

  bool next(csv_record& record) {
    for (;;) {
      advance();
      const bool plain = read_plain_row(record);
      switch (plain ? outcome::row : read_row()) {
        case outcome::end:
          report_.bytes = window_.bytes_read();
          if (report_.sha256.empty()) report_.sha256 = window_.digest();
          return false;
        case outcome::row:
          record.line = report_.lines + 1;
          record.lines = lines_;
          record.bytes = bytes_;
          if (!plain) record.fields = fields_;
          if (++report_.rows > options_.rows) {
            throw error("input_limit",
                        fmt::format("{}: more than {} rows; split the file", report_.path, options_.rows));
          }
          return true;
        case outcome::nothing:
          break;
      }
    }
  }

  void reject(input_issue why, std::string_view what) {
    --report_.rows;
    refuse(why, what);
  }

  std::optional<std::size_t> column(std::string_view name) const {
    const auto found =
        std::ranges::find_if(report_.columns, [&](const auto& c) { return same_name(c, name); });
    if (found == report_.columns.end()) return std::nullopt;
    return static_cast<std::size_t>(found - report_.columns.begin());
  }

  std::size_t required_column(std::string_view name) const {
    if (const auto found = column(name)) return *found;
    std::string message = fmt::format("{}: line {}: expected a header line with a column {}, found: {}",
                                      report_.path, header_line_, name, fmt::join(report_.columns, ","));
    if (parse_timestamp(report_.columns.front()))
      message += "; this looks like data, add a header line above it";
    throw error("input_header", std::move(message));
  }

 private:
  enum class outcome { row, nothing, end };

  [[noreturn]] void bad_header(std::string_view what) const {
    throw error("input_header",
                fmt::format("{}: {}; expected UTF-8 CSV text with a header line", report_.path, what));
  }

  void skip_byte_order_mark() {
    std::string_view line;
    if (window_.line_at(0, line) == line_window::look::end) bad_header("the file is empty");
    if (line.starts_with("\xFF\xFE") || line.starts_with("\xFE\xFF")) bad_header("the file is UTF-16");
    if (line.starts_with("\xEF\xBB\xBF")) {
      window_.consume(3);
      report_.note(input_issue::byte_order_mark, 1);
    }
  }

  void read_header() {
    outcome read = outcome::nothing;
    while (read == outcome::nothing) {
      if (report_.rejected() > 0) {
        const issue_group& broken = report_.issues.back();
        bad_header(fmt::format("line {}: the header line is broken ({})", broken.first[0].line,
                               meaning(broken.issue)));
      }
      advance();
      read = read_row();
    }
    if (read == outcome::end) bad_header("there is no header line");
    header_line_ = report_.lines + 1;
    if (fields_.size() > options_.columns) {
      bad_header(fmt::format("{} columns, the limit is {}", fields_.size(), options_.columns));
    }
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      std::string name = masked_name(trimmed(fields_[i]));
      if (name.empty()) name = fmt::format("column_{}", i + 1);
      if (column(name)) bad_header(fmt::format("the header has two columns named {}", name));
      report_.columns.push_back(std::move(name));
    }
  }

  /// A file without a header line has data where the names are expected.
  std::string masked_name(std::string_view name) {
    std::string out;
    const std::size_t secrets = report_.masks.redact(name, out);
    for (std::size_t n = 0; n < secrets; ++n) report_.note(input_issue::secret, header_line_);
    return secrets > 0 ? out : std::string{name};
  }

  /// Moves past what `read_row` or `refuse` has left pending.
  void advance() {
    window_.consume(bytes_);
    report_.lines += lines_;
    bytes_ = lines_ = first_line_bytes_ = 0;
  }

  /// Notes an issue of the pending row and leaves only its first line pending.
  outcome refuse(input_issue why, std::string_view what = {}) {
    report_.note(why, report_.lines + 1, what);
    bytes_ = first_line_bytes_;
    lines_ = 1;
    return outcome::nothing;
  }

  /// As most rows are: no quotes, and as many fields as the header has.
  bool read_plain_row(csv_record& record) {
    if (report_.columns.size() < 2) return false;  // an empty line would be a row
    bytes_ = first_line_bytes_ = window_.plain_line(report_.columns.size(), record.fields);
    lines_ = bytes_ > 0 ? 1 : 0;
    return bytes_ > 0;
  }

  outcome read_row() {
    std::string_view line;
    switch (window_.line_at(0, line)) {
      case line_window::look::end:
        return outcome::end;
      case line_window::look::too_long:
        window_.skip_line();
        return refuse(input_issue::line_too_long, fmt::format("more than {} bytes", options_.record_bytes));
      case line_window::look::line:
        break;
    }
    bytes_ = first_line_bytes_ = line.size();
    lines_ = 1;
    if (line.front() <= ' ' && trimmed(line).empty()) return refuse(input_issue::blank_line);
    if (is_valid_utf8(line)) {
      const bool plain = is_plain_row(line);
      if (plain) split_plain_row(line, fields_);
      if (plain || split_quoted_row(line, fields_)) return fits() ? outcome::row : refuse_columns();
    }
    return parse_row(line);
  }

  outcome parse_row(std::string_view line) {
    parser_.start(true);
    if (!feed(line)) return parse_leniently();
    while (parser_.rows() == 0) {
      if (window_.line_at(bytes_, line) != line_window::look::line) {
        return refuse(input_issue::unterminated_quote, first_line());
      }
      bytes_ += line.size();
      ++lines_;
      if (!feed(line)) return refuse(input_issue::unterminated_quote, first_line());
    }
    return accept();
  }

  bool feed(std::string_view line) {
    return parser_.feed(line) && (line.ends_with('\n') || parser_.feed("\n"));
  }

  /// A row with a quote inside an unquoted field is one if its fields add up.
  outcome parse_leniently() {
    parser_.start(false);
    feed(first_line());
    parser_.copy_fields(fields_);
    if (parser_.rows() != 1 || !fits()) return refuse(input_issue::broken_quotes, first_line());
    report_.note(input_issue::stray_quote, report_.lines + 1);
    return accept();
  }

  outcome accept() {
    if (parser_.rows() > 1) return refuse(input_issue::broken_quotes, "a carriage return without a newline");
    const std::string_view raw = window_.peek(bytes_);
    if (!is_valid_utf8(raw)) {
      report_.note(input_issue::repaired_text, report_.lines + 1);
      parser_.repair_text();
    }
    parser_.copy_fields(fields_);
    if (!fits()) return refuse_columns();
    if (lines_ > 1) note_rows_in_quotes(raw.substr(first_line_bytes_));
    return outcome::row;
  }

  bool fits() const { return report_.columns.empty() || fields_.size() == report_.columns.size(); }

  outcome refuse_columns() {
    return refuse(input_issue::column_count,
                  fmt::format("{} fields, the header has {}", fields_.size(), report_.columns.size()));
  }

  void note_rows_in_quotes(std::string_view continuation) {
    while (!continuation.empty()) {
      const std::size_t newline = std::min(continuation.find('\n'), continuation.size() - 1);
      if (looks_like_row(continuation.substr(0, newline), report_.columns.size())) {
        report_.note(input_issue::rows_in_quotes, report_.lines + 1, fmt::format("{} lines", lines_));
        return;
      }
      continuation.remove_prefix(newline + 1);
    }
  }

  std::string_view first_line() const { return window_.peek(first_line_bytes_); }

  line_window window_;
  input_report& report_;
  read_options options_;
  row_parser parser_;
  std::vector<std::string_view> fields_;  ///< of the pending row: in the window or in the parser
  std::uint64_t header_line_ = 0;
  // The pending row: looked at, not yet consumed.
  std::size_t bytes_ = 0;
  std::uint64_t lines_ = 0;
  std::size_t first_line_bytes_ = 0;
};

csv_reader::csv_reader(const std::filesystem::path& file, input_report& report, const read_options& options)
    : state_(std::make_unique<state>(file, report, options)) {}
csv_reader::~csv_reader() = default;

bool csv_reader::next(csv_record& record) { return state_->next(record); }
void csv_reader::reject(input_issue why, std::string_view what) { state_->reject(why, what); }
std::optional<std::size_t> csv_reader::column(std::string_view name) const { return state_->column(name); }
std::size_t csv_reader::required_column(std::string_view name) const { return state_->required_column(name); }

}  // namespace stook::sre
