#include "models/cassette_file.hpp"

#include <algorithm>
#include <fstream>
#include <system_error>

#include <fmt/format.h>
#include <boost/json/value.hpp>

#include <stook/core/codec.hpp>
#include <stook/core/file.hpp>
#include <stook/core/json.hpp>

namespace stook::detail {
namespace {

constexpr int version = 1;

[[noreturn]] void refuse_file(const std::filesystem::path& file, std::string_view what) {
  throw error("bad_cassette", fmt::format("{}: {}", file.string(), what));
}

std::string read_whole(const std::filesystem::path& file, std::size_t most_bytes) {
  std::error_code why;
  if (!std::filesystem::is_regular_file(file, why))
    refuse_file(file, "expected a cassette, and there is no such file");
  std::ifstream in(file, std::ios::binary);
  std::string text;
  std::string piece(64 * 1024, '\0');
  while (in) {
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    text.append(piece, 0, static_cast<std::size_t>(in.gcount()));
    if (text.size() > most_bytes)
      refuse_file(file, fmt::format("the cassette has more than {} bytes", most_bytes));
  }
  if (in.bad() || !in.eof()) refuse_file(file, "the cassette cannot be read");
  return text;
}

// What the types do not say.
void check(const std::filesystem::path& file, const cassette_file& all) {
  if (all.stook_cassette != version) {
    refuse_file(file, fmt::format("expected a cassette of version {}, got {}", version, all.stook_cassette));
  }
  for (std::size_t i = 0; i < all.exchanges.size(); ++i) {
    const recorded_exchange& one = all.exchanges[i];
    const auto there = [](int n, std::size_t size) { return n >= 0 && static_cast<std::size_t>(n) < size; };
    const bool messages = std::all_of(one.messages.begin(), one.messages.end(),
                                      [&](int n) { return there(n, all.messages.size()); });
    if (!messages) refuse_file(file, fmt::format("exchanges[{}] has a message that is not in the table", i));
    if (!there(one.tools, all.tools.size())) {
      refuse_file(file, fmt::format("exchanges[{}] has tools that are not in the table", i));
    }
    if (one.reply.has_value() == one.failure.has_value()) {
      refuse_file(file, fmt::format("exchanges[{}]: expected either a reply or a failure", i));
    }
    if (one.reply && one.reply->message.role != role::assistant) {
      refuse_file(file, fmt::format("exchanges[{}]: expected a reply of the assistant", i));
    }
  }
}

void write_table(std::string& out, std::string_view name, const std::vector<std::string>& entries) {
  out += fmt::format(",\n\"{}\": [", name);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    out += i ? ",\n " : "\n ";
    out += entries[i];
  }
  out += "]";
}

}  // namespace

recorded_reply recorded(const chat_reply& reply, const redactor& secrets) {
  recorded_reply out{.message = canonical(reply.answer, &secrets),
                     .finish = reply.finish,
                     .used = reply.used,
                     .model = std::nullopt};
  if (!reply.model.empty()) out.model = secrets.clean(reply.model);
  return out;
}

recorded_failure recorded(const model_error& e, const redactor& secrets) {
  const failure& why = e.what_failed();
  recorded_failure out{.code = why.code,
                       .message = secrets.clean(why.message),
                       .hint = std::nullopt,
                       .retryable = why.retryable,
                       .http_status = std::nullopt,
                       .retry_after_ms = std::nullopt};
  if (!why.hint.empty()) out.hint = secrets.clean(why.hint);
  if (e.http_status() != 0) out.http_status = e.http_status();
  if (e.retry_after()) out.retry_after_ms = e.retry_after()->count();
  return out;
}

chat_reply reply_of(const recorded_reply& r) {
  return {.answer = message_of(r.message), .finish = r.finish, .used = r.used, .model = r.model.value_or("")};
}

model_error error_of(const recorded_failure& f) {
  std::optional<std::chrono::milliseconds> after;
  if (f.retry_after_ms) after = std::chrono::milliseconds(*f.retry_after_ms);
  return model_error({f.code, f.message, f.hint.value_or(""), f.retryable}, f.http_status.value_or(0), after);
}

cassette_file read_cassette(const std::filesystem::path& file, std::size_t most_bytes) {
  const std::string text = read_whole(file, most_bytes);
  cassette_file all;
  try {
    all = from_json<cassette_file>(parse_json(text, {.bytes = most_bytes}));
  } catch (const error& e) {
    refuse_file(file, fmt::format("expected a cassette: {}", e.what()));
  }
  check(file, all);
  return all;
}

canonical_request request_of(const cassette_file& all, const recorded_exchange& one) {
  canonical_request out;
  for (const int n : one.messages) out.messages.push_back(all.messages[static_cast<std::size_t>(n)]);
  out.tools = all.tools[static_cast<std::size_t>(one.tools)];
  out.options = one.options;
  return out;
}

int cassette_writer::table::number_of(std::string text) {
  const auto [it, fresh] = numbers.try_emplace(text, static_cast<int>(entries.size()));
  if (fresh) entries.push_back(std::move(text));
  return it->second;
}

void cassette_writer::add(const canonical_request& request, recorded_exchange outcome) {
  for (const canonical_message& m : request.messages) {
    outcome.messages.push_back(messages_.number_of(to_json_text(m)));
  }
  outcome.tools = tools_.number_of(to_json_text(request.tools));
  outcome.options = request.options;
  exchanges_.push_back(to_json_text(outcome));
}

void cassette_writer::write(const std::filesystem::path& file) const {
  std::string text = fmt::format("{{\"stook_cassette\": {}", version);
  write_table(text, "messages", messages_.entries);
  write_table(text, "tools", tools_.entries);
  write_table(text, "exchanges", exchanges_);
  text += "}\n";
  write_whole_file(file, text, "cassette_write");
}

}  // namespace stook::detail
