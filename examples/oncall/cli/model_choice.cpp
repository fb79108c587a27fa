#include <oncall/cli/model_choice.hpp>

#include <chrono>
#include <cstdlib>
#include <string_view>
#include <vector>

#include <stook/models/anthropic.hpp>
#include <stook/models/cassette.hpp>
#include <stook/models/openai.hpp>
#include <stook/models/retry.hpp>
#include <stook/models/time_limit.hpp>

namespace stook::sre::cli {
namespace {

using model_ptr = std::shared_ptr<chat_model>;

constexpr std::string_view openai_prefix = "openai:";
constexpr std::string_view anthropic_prefix = "anthropic:";
// A person on call waits for one answer no longer than this, retries included.
constexpr auto longest_answer = std::chrono::minutes(3);

bool is_address(std::string_view text) { return text.starts_with("http://") || text.starts_with("https://"); }

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

// Another's server gets a key only if it is meant for it.
model_ptr at_address(const std::string& text) {
  const auto hash = text.find('#');
  openai_options options{.profile = openai_profile::gateway()};
  options.endpoint.base_url = text.substr(0, hash);
  options.endpoint.api_key = secret(variable("ONCALL_API_KEY"));
  return openai(hash == std::string::npos ? "default" : text.substr(hash + 1), options);
}

model_ptr server_of(const std::string& text) {
  if (text.starts_with(openai_prefix)) return openai(text.substr(openai_prefix.size()));
  if (text.starts_with(anthropic_prefix)) return anthropic(text.substr(anthropic_prefix.size()));
  return at_address(text);
}

std::vector<std::string> keys() {
  std::vector<std::string> out;
  for (const char* name : {"OPENAI_API_KEY", "ANTHROPIC_API_KEY", "ONCALL_API_KEY"}) {
    if (std::string key = variable(name); key.size() >= 4) out.push_back(std::move(key));
  }
  return out;
}

}  // namespace

std::string flaw_in_model(const std::string& text) {
  const auto named = [&](std::string_view prefix) {
    return text.starts_with(prefix) && text.size() > prefix.size();
  };
  if (text == "rules" || is_address(text) || named(openai_prefix) || named(anthropic_prefix)) return {};
  return "expected rules, openai:NAME, anthropic:NAME, or the address of an OpenAI-compatible server such as "
         "http://127.0.0.1:8080/v1#NAME; got " +
         text;
}

model_ptr model_named(const std::string& text) {
  return with_time_limit(with_retry(server_of(text)), longest_answer);
}

model_ptr choose_model(const run_settings& settings) {
  if (!settings.replay.empty()) return replay_cassette(settings.replay, {.secrets = keys()});
  if (settings.model == "rules") return nullptr;
  model_ptr model = model_named(settings.model);
  if (settings.record.empty()) return model;
  return record_cassette(std::move(model), settings.record, {.secrets = keys()});
}

}  // namespace stook::sre::cli
