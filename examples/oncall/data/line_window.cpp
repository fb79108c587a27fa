#include <oncall/data/line_window.hpp>

#include <cerrno>
#include <system_error>

#include <fmt/format.h>

#include <stook/core/error.hpp>

namespace stook::sre {
namespace {

constexpr std::size_t chunk_bytes = 256 * 1024;

[[noreturn]] void fail(const std::string& name, const char* what, int number) {
  throw error("input_open", fmt::format("{}: cannot {} the file: {}; expected a readable CSV file", name,
                                        what, std::generic_category().message(number)));
}

}  // namespace

line_window::line_window(const std::filesystem::path& file, std::size_t limit)
    : name_(file.string()), file_(std::fopen(file.c_str(), "rb")), limit_(limit) {
  if (!file_) fail(name_, "open", errno);
  std::setvbuf(file_.get(), nullptr, _IONBF, 0);  // the window is the buffer
}

bool line_window::refill() {
  if (at_end_) return false;
  buffer_.erase(0, begin_);
  begin_ = 0;
  const std::size_t old_size = buffer_.size();
  buffer_.resize(old_size + chunk_bytes);
  errno = 0;
  const std::size_t got = std::fread(buffer_.data() + old_size, 1, chunk_bytes, file_.get());
  if (got < chunk_bytes) {
    if (std::ferror(file_.get()) != 0) fail(name_, "read", errno);
    at_end_ = true;
  }
  buffer_.resize(old_size + got);
  digest_.update(std::string_view{buffer_}.substr(old_size));
  bytes_ += got;
  return got > 0;
}

line_window::look line_window::line_at(std::size_t offset, std::string_view& out) {
  std::size_t searched = offset;
  for (;;) {
    const std::size_t newline = buffer_.find('\n', begin_ + searched);
    const std::size_t end = newline == std::string::npos ? buffer_.size() : newline + 1;
    if (end - begin_ > limit_) return look::too_long;
    out = std::string_view{buffer_}.substr(begin_ + offset, end - begin_ - offset);
    if (newline != std::string::npos) return look::line;
    searched = buffer_.size() - begin_;
    if (!refill()) return out.empty() ? look::end : look::line;
  }
}

void line_window::skip_line() {
  for (;;) {
    const std::size_t newline = buffer_.find('\n', begin_);
    begin_ = newline == std::string::npos ? buffer_.size() : newline + 1;
    if (newline != std::string::npos || !refill()) return;
  }
}

}  // namespace stook::sre
