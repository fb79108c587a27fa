#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <oncall/data/line_index.hpp>
#include <stook/core/digest.hpp>

namespace stook::sre {

/// A sliding view of a file's lines: lines past the current position can be looked at before they are
/// consumed, as far as `limit` bytes. Throws `error` (`input_open`) if the file cannot
/// be read.
class line_window {
 public:
  /// `digest`: also digests what it reads.
  line_window(const std::filesystem::path& file, std::size_t limit, bool digest);

  enum class look { line, too_long, end };
  /// The line that starts `offset` bytes past the position, its newline included, into `out`; `too_long` if
  /// it ends beyond the limit. The view dies with the next call.
  look line_at(std::size_t offset, std::string_view& out);

  /// If the line at the position is a plain one (`line_index`) of so many fields: the fields, and the bytes
  /// of the line with its newline; else 0. The views die with the next call.
  std::size_t plain_line(std::size_t columns, std::vector<std::string_view>& fields);

  /// The `size` bytes at the position; they must have been looked at.
  std::string_view peek(std::size_t size) const { return held().substr(begin_, size); }
  void consume(std::size_t size) { begin_ += size; }
  /// Moves past the line at the position, however long it is.
  void skip_line();

  std::uint64_t bytes_read() const { return bytes_; }
  /// The digest of the whole file, empty if none was asked for. Call it at the end, once.
  std::string digest() { return digest_ ? digest_->finish() : std::string(); }

 private:
  std::size_t read_some(char* to, std::size_t most);
  bool refill();

  struct close_file {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
  };
  std::string name_;
  std::unique_ptr<std::FILE, close_file> file_;
  std::size_t limit_;
  std::string_view held() const { return {buffer_.get(), size_}; }

  std::unique_ptr<char[]> buffer_;
  std::size_t size_ = 0, capacity_ = 0;
  std::size_t begin_ = 0;
  line_index index_;      // of the buffer
  std::size_t line_ = 0;  // the first that may begin at the position
  std::uint64_t bytes_ = 0;
  bool at_end_ = false;
  std::optional<sha256> digest_;
};

}  // namespace stook::sre
