#include "http/line_reader.hpp"

#include <fmt/format.h>

#include <stook/core/error.hpp>

namespace stook::http {

void line_reader::feed(std::string_view bytes) {
  if (skip_lf_ && !bytes.empty() && begin_ == buffer_.size()) {
    if (bytes.front() == '\n') bytes.remove_prefix(1);
    skip_lf_ = false;
  }
  // what was read is dropped once it is the larger part, so that each byte moves a bounded number of times
  if (begin_ > buffer_.size() - begin_) {
    buffer_.erase(0, begin_);
    scanned_ -= begin_;
    begin_ = 0;
  }
  buffer_ += bytes;
}

bool line_reader::next(std::string_view& line) {
  if (skip_lf_ && begin_ < buffer_.size()) {
    if (buffer_[begin_] == '\n') ++begin_;
    if (scanned_ < begin_) scanned_ = begin_;
    skip_lf_ = false;
  }
  const std::size_t end = buffer_.find_first_of("\r\n", scanned_);
  const std::size_t length = (end == std::string::npos ? buffer_.size() : end) - begin_;
  if (length > max_line_bytes_) {
    throw error("http.too_large",
                fmt::format("one line of the stream is longer than {} bytes", max_line_bytes_));
  }
  if (end == std::string::npos) {
    scanned_ = buffer_.size();
    return false;
  }
  line = std::string_view(buffer_).substr(begin_, length);
  skip_lf_ = buffer_[end] == '\r';
  begin_ = scanned_ = end + 1;
  return true;
}

bool line_reader::finish(std::string_view& line) {
  if (begin_ >= buffer_.size()) return false;
  line = std::string_view(buffer_).substr(begin_);
  begin_ = scanned_ = buffer_.size();
  return true;
}

}  // namespace stook::http
