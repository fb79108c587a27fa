#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <stook/chat/model_error.hpp>
#include <stook/core/describe.hpp>
#include <stook/core/usage.hpp>

#include "models/canonical_request.hpp"

namespace stook {

STOOK_DESCRIBE(usage, (input_tokens, "", defaulted), (output_tokens, "", defaulted),
               (cached_input_tokens, "", defaulted), (cache_write_tokens, "", defaulted),
               (reasoning_tokens, "", defaulted), (cost_usd, "", defaulted))

namespace detail {

struct recorded_reply {
  canonical_message message;
  finish_reason finish = finish_reason::stop;
  usage used;
  std::optional<std::string> model;
};
STOOK_DESCRIBE(recorded_reply, (message), (finish), (used, "", defaulted), (model))

struct recorded_failure {
  std::string code;
  std::string message;
  std::optional<std::string> hint;
  bool retryable = false;
  std::optional<int> http_status;
  std::optional<std::int64_t> retry_after_ms;
};
STOOK_DESCRIBE(recorded_failure, (code), (message), (hint), (retryable, "", defaulted), (http_status),
               (retry_after_ms))

/// A request and one of reply and failure. Messages and tools are numbers of the tables beside: a
/// conversation that grows is kept once.
struct recorded_exchange {
  std::vector<int> messages;
  int tools = 0;
  canonical_options options;
  std::optional<recorded_reply> reply;
  std::optional<recorded_failure> failure;
};
STOOK_DESCRIBE(recorded_exchange, (messages), (tools), (options), (reply), (failure))

struct cassette_file {
  int stook_cassette = 0;
  std::vector<canonical_message> messages;
  std::vector<std::vector<canonical_tool>> tools;
  std::vector<recorded_exchange> exchanges;
};
STOOK_DESCRIBE(cassette_file, (stook_cassette, "Version of the format"), (messages), (tools), (exchanges))

recorded_reply recorded(const chat_reply& reply, const redactor& secrets);
recorded_failure recorded(const model_error& e, const redactor& secrets);
chat_reply reply_of(const recorded_reply& r);
model_error error_of(const recorded_failure& f);

/// Reads a file that nobody vouches for. Throws `error` (bad_cassette) that names the file and what is wrong.
cassette_file read_cassette(const std::filesystem::path& file, std::size_t most_bytes);

/// The request of an exchange. Its numbers were checked.
canonical_request request_of(const cassette_file& all, const recorded_exchange& one);

/// Collects exchanges and writes them: an entry a line, for people who compare two files. Not thread-safe.
class cassette_writer {
 public:
  void add(const canonical_request& request, recorded_exchange outcome);
  /// Whole or not at all. Throws `error` (cassette_write).
  void write(const std::filesystem::path& file) const;

 private:
  // JSON texts, and at which number each stands
  struct table {
    std::vector<std::string> entries;
    std::map<std::string, int> numbers;
    int number_of(std::string text);
  };
  table messages_, tools_;
  std::vector<std::string> exchanges_;
};

}  // namespace detail
}  // namespace stook
