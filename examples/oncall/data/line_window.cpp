#include <oncall/data/line_window.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <unistd.h>

#include <fmt/format.h>

#include <stook/core/error.hpp>

namespace stook::sre {
namespace {

constexpr std::size_t chunk_bytes = 32 * 1024;

[[noreturn]] void fail(const std::string& name, const char* what, int number) {
  throw error("input_open", fmt::format("{}: cannot {} the file: {}; expected a readable CSV file", name,
                                        what, std::generic_category().message(number)));
}

}  // namespace

line_window::line_window(const std::filesystem::path& file, std::size_t limit, bool digest)
    : name_(file.string()), file_(std::fopen(file.c_str(), "rb")), limit_(limit) {
  if (!file_) fail(name_, "open", errno);
  if (digest) digest_.emplace();
}

/// What is there: of a pipe that somebody writes to, less than asked for. 0 at the end.
std::size_t line_window::read_some(char* to, std::size_t most) {
  for (;;) {
    const ssize_t got = ::read(fileno(file_.get()), to, most);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) fail(name_, "read", errno);
  }
}

bool line_window::refill() {
  if (at_end_) return false;
  size_ -= begin_;
  if (capacity_ < size_ + chunk_bytes) {
    capacity_ = 2 * (size_ + chunk_bytes);
    auto grown = std::make_unique_for_overwrite<char[]>(capacity_);
    std::copy_n(buffer_.get() + begin_, size_, grown.get());
    buffer_ = std::move(grown);
  } else {
    std::memmove(buffer_.get(), buffer_.get() + begin_, size_);
  }
  begin_ = 0;
  const std::size_t got = read_some(buffer_.get() + size_, chunk_bytes);
  at_end_ = got == 0;
  if (digest_) digest_->update({buffer_.get() + size_, got});
  size_ += got;
  bytes_ += got;
  index_.scan(held());
  line_ = 0;
  return got > 0;
}

std::size_t line_window::plain_line(std::size_t columns, std::vector<std::string_view>& fields) {
  while (line_ < index_.lines() && index_.newline(line_) < begin_) ++line_;
  if (line_ == index_.lines()) {
    if (!refill() || index_.lines() == 0) return 0;
  }
  const auto marks = index_.marks(line_);
  const std::size_t bytes = marks.back() + 1 - begin_;
  if (!index_.plain(line_) || marks.size() != columns || bytes > limit_) return 0;
  const char* const data = buffer_.get();
  fields.resize(columns);
  std::size_t begin = begin_;
  for (std::size_t i = 0; i < columns; ++i) {
    fields[i] = {data + begin, marks[i] - begin};
    begin = marks[i] + 1;
  }
  if (fields.back().ends_with('\r')) fields.back().remove_suffix(1);
  return bytes;
}

line_window::look line_window::line_at(std::size_t offset, std::string_view& out) {
  std::size_t searched = offset;
  for (;;) {
    const std::size_t newline = held().find('\n', begin_ + searched);
    const std::size_t end = newline == std::string::npos ? size_ : newline + 1;
    if (end - begin_ > limit_) return look::too_long;
    out = held().substr(begin_ + offset, end - begin_ - offset);
    if (newline != std::string::npos) return look::line;
    searched = size_ - begin_;
    if (!refill()) return out.empty() ? look::end : look::line;
  }
}

void line_window::skip_line() {
  for (;;) {
    const std::size_t newline = held().find('\n', begin_);
    begin_ = newline == std::string::npos ? size_ : newline + 1;
    if (newline != std::string::npos || !refill()) return;
  }
}

}  // namespace stook::sre
