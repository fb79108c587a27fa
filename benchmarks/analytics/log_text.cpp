// Raw log text, and programs that count its lines with one of some literals: what the work `text` of `run`
// holds beside ripgrep.
//
//   log_text make FILE BYTES            write log text, the same for the same size
//   log_text stook FILE LITERAL...      count by stook::literal_set
//   log_text memmem FILE LITERAL...     one memmem a literal and line
//   log_text re2 FILE LITERAL...        one alternation of RE2 over the buffer, then the end of the line
//   log_text lines FILE                 count all lines: what reading alone costs
//
// The file is mapped, as ripgrep does it: that costs less than copying it block by block.

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <re2/re2.h>

#include <stook/core/literal_set.hpp>

namespace {

constexpr std::size_t block = 128 * 1024;

class file {
 public:
  file(const char* name, int flags) : descriptor_(::open(name, flags, 0644)) {
    if (descriptor_ < 0) throw std::runtime_error(fmt::format("{}: {}", name, std::strerror(errno)));
  }
  file(const file&) = delete;
  file& operator=(const file&) = delete;
  ~file() { ::close(descriptor_); }

  int descriptor() const { return descriptor_; }
  void write(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t done = ::write(descriptor_, text.data(), text.size());
      if (done < 0) throw std::runtime_error(std::strerror(errno));
      text.remove_prefix(static_cast<std::size_t>(done));
    }
  }

 private:
  int descriptor_;
};

class mapping {
 public:
  explicit mapping(const char* name) {
    const file in{name, O_RDONLY};
    struct stat known {};
    if (::fstat(in.descriptor(), &known) != 0) throw std::runtime_error(std::strerror(errno));
    size_ = static_cast<std::size_t>(known.st_size);
    if (size_ == 0) return;
    at_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, in.descriptor(), 0);
    if (at_ == MAP_FAILED) throw std::runtime_error(fmt::format("{}: {}", name, std::strerror(errno)));
  }
  mapping(const mapping&) = delete;
  mapping& operator=(const mapping&) = delete;
  ~mapping() {
    if (size_ > 0) ::munmap(at_, size_);
  }
  std::string_view text() const { return {static_cast<const char*>(at_), size_}; }

 private:
  void* at_ = nullptr;
  std::size_t size_ = 0;
};

std::size_t count_by_memmem(std::string_view text, const std::vector<std::string_view>& literals) {
  std::size_t lines = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1);
    lines += std::any_of(literals.begin(), literals.end(), [&](std::string_view l) {
      return memmem(text.data(), end, l.data(), l.size()) != nullptr;
    });
    text.remove_prefix(end + 1);
  }
  return lines;
}

std::size_t count_by_re2(std::string_view text, const re2::RE2& any) {
  std::size_t lines = 0, at = 0;
  const re2::StringPiece all{text.data(), text.size()};
  re2::StringPiece hit;
  while (at < text.size() && any.Match(all, at, text.size(), re2::RE2::UNANCHORED, &hit, 1)) {
    ++lines;
    at = text.find('\n', static_cast<std::size_t>(hit.data() - text.data()));
    if (at == std::string_view::npos) break;
  }
  return lines;
}

/// About 105 bytes a line; one in 33 has a kind, which is one of eight.
void make(const char* name, std::size_t bytes) {
  constexpr std::array kinds{"UpstreamTimeout",  "DBConnPoolExhausted", "CacheMissStorm",
                             "DeadlockDetected", "CircuitBreakOpen",    "ConnectionReset",
                             "TlsHandshakeFail", "QueueOverflow"};
  constexpr std::array services{"api-gateway", "payments", "db-proxy", "checkout", "search", "auth"};
  constexpr std::array paths{"/checkout", "/search", "/login", "/cart", "/pay"};
  const file out{name, O_WRONLY | O_CREAT | O_TRUNC};
  std::mt19937_64 random(7);
  std::string text;
  std::size_t written = 0;
  for (std::uint64_t line = 0; written + text.size() < bytes; ++line) {
    const std::uint64_t r = random();
    const bool fails = r % 33 == 0;
    const std::uint64_t ms = line * 8;
    fmt::format_to(
        std::back_inserter(text), "2026-01-{:02}T{:02}:{:02}:{:02}.{:03}Z {} [{}/{:04x}] {} {} {}ms ",
        1 + ms / 86'400'000 % 28, ms / 3'600'000 % 24, ms / 60'000 % 60, ms / 1'000 % 60, ms % 1'000,
        fails ? "ERROR" : "INFO", services[(r >> 8) % services.size()], (r >> 16) & 0xffff,
        (r >> 32) % 3 == 0 ? "POST" : "GET", paths[(r >> 34) % paths.size()], 20 + (r >> 40) % 400);
    fmt::format_to(std::back_inserter(text), "user=u{} trace={:012x} ", (r >> 20) % 90'000, r >> 16);
    text += fails ? kinds[(r >> 50) % kinds.size()] : "request finished";
    text += '\n';
    if (text.size() > block) {
      out.write(text);
      written += text.size();
      text.clear();
    }
  }
  out.write(text);
}

int run(std::span<char*> arguments) {
  if (arguments.size() < 2)
    throw std::runtime_error("expected: log_text make|stook|memmem|re2|lines FILE ...");
  const std::string_view what = arguments[0];
  const char* const name = arguments[1];
  const std::vector<std::string_view> rest{arguments.begin() + 2, arguments.end()};
  if (what == "make") {
    std::size_t bytes = 0;
    if (rest.size() != 1 ||
        std::from_chars(rest[0].data(), rest[0].data() + rest[0].size(), bytes).ec != std::errc{})
      throw std::runtime_error("expected: log_text make FILE BYTES");
    make(name, bytes);
    return 0;
  }
  const mapping file{name};
  const std::string_view text = file.text();
  std::size_t lines = 0;
  if (what == "stook") {
    lines = stook::literal_set{rest}.count_lines(text);
  } else if (what == "memmem") {
    lines = count_by_memmem(text, rest);
  } else if (what == "re2") {
    lines = count_by_re2(text, re2::RE2{fmt::format("{}", fmt::join(rest, "|"))});
  } else if (what == "lines") {
    lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  } else {
    throw std::runtime_error(fmt::format("expected make, stook, memmem, re2 or lines, got {}", what));
  }
  fmt::print("{}\n", lines);
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  try {
    return run({arguments + 1, static_cast<std::size_t>(count - 1)});
  } catch (const std::exception& e) {
    fmt::print(stderr, "log_text: {}\n", e.what());
    return 1;
  }
}
