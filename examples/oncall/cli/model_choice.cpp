#include <oncall/cli/model_choice.hpp>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string_view>
#include <utility>
#include <vector>

#include <oncall/cli/shared_options.hpp>
#include <stook/models/anthropic.hpp>
#include <stook/models/cassette.hpp>
#include <stook/models/openai.hpp>
#include <stook/models/openai_responses.hpp>
#include <stook/models/retry.hpp>
#include <stook/models/time_limit.hpp>

namespace stook::sre::cli {
namespace {

using model_ptr = std::shared_ptr<chat_model>;

constexpr std::string_view openai_prefix = "openai:";
constexpr std::string_view responses_prefix = "openai-responses:";
constexpr std::string_view anthropic_prefix = "anthropic:";
constexpr std::string_view ollama_prefix = "ollama:";
constexpr std::string_view prefixes[] = {openai_prefix, responses_prefix, anthropic_prefix, ollama_prefix};
// A person on call waits for one answer no longer than this, retries included.
constexpr auto longest_answer = std::chrono::minutes(3);

bool is_address(std::string_view text) { return text.starts_with("http://") || text.starts_with("https://"); }

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

// The official clients' variables: where the provider's protocol is spoken instead, with the provider's key.
void go_elsewhere(model_endpoint& to, const char* address_variable, const char* key_variable) {
  to.base_url = variable(address_variable);
  if (to.base_url.empty()) return;
  if (std::string key = variable(key_variable); !key.empty()) to.api_key = secret(std::move(key));
}

// That of Anthropic's clients is without the version.
std::string with_version(std::string address) {
  while (address.ends_with('/')) address.pop_back();
  return address.empty() || address.ends_with("/v1") ? address : address + "/v1";
}

// Another's server gets a key only if it is meant for it.
model_ptr at_address(const std::string& text, bool stream) {
  const auto hash = text.find('#');
  openai_options options{.endpoint = {.stream = stream}, .profile = openai_profile::gateway()};
  options.endpoint.base_url = text.substr(0, hash);
  options.endpoint.api_key = secret(variable("ONCALL_API_KEY"));
  return openai(hash == std::string::npos ? "default" : text.substr(hash + 1), options);
}

model_ptr server_of(const std::string& text, bool stream) {
  const auto name = [&](std::string_view prefix) { return text.substr(prefix.size()); };
  model_endpoint endpoint{.stream = stream};
  if (text.starts_with(ollama_prefix)) {
    return openai(name(ollama_prefix), {.endpoint = endpoint, .profile = openai_profile::ollama()});
  }
  if (text.starts_with(anthropic_prefix)) {
    go_elsewhere(endpoint, "ANTHROPIC_BASE_URL", "ANTHROPIC_API_KEY");
    endpoint.base_url = with_version(endpoint.base_url);
    return anthropic(name(anthropic_prefix), {.endpoint = endpoint});
  }
  go_elsewhere(endpoint, "OPENAI_BASE_URL", "OPENAI_API_KEY");
  if (text.starts_with(openai_prefix)) return openai(name(openai_prefix), {.endpoint = endpoint});
  if (text.starts_with(responses_prefix))
    return openai_responses(name(responses_prefix), {.endpoint = endpoint});
  return at_address(text, stream);
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
  if (text == "rules" || is_address(text)) return {};
  for (const std::string_view prefix : prefixes) {
    if (text.starts_with(prefix) && text.size() > prefix.size()) return {};
  }
  return "expected rules, openai:NAME, openai-responses:NAME, anthropic:NAME, ollama:NAME, or the address of "
         "an "
         "OpenAI-compatible server such as http://127.0.0.1:8080/v1#NAME; got " +
         text;
}

model_ptr model_named(const std::string& text, bool stream) {
  return with_time_limit(with_retry(server_of(text, stream)), longest_answer);
}

redactor masks_for(bool emails) { return redactor({.secrets = keys(), .emails = emails}); }

std::string without_keys(std::string_view text) {
  static const std::vector<std::string> all = keys();
  static const redactor masks = masks_for(false);
  const bool holds_one = std::ranges::any_of(
      all, [&](const std::string& key) { return text.find(key) != std::string_view::npos; });
  return holds_one ? masks.clean(std::string(text)) : std::string(text);
}

model_ptr choose_model(const run_settings& settings) {
  if (!settings.replay.empty()) return replay_cassette(settings.replay, {.secrets = keys()});
  if (settings.model == "rules") return nullptr;
  model_ptr model = model_named(settings.model, settings.stream);
  if (settings.record.empty()) return model;
  return record_cassette(std::move(model), settings.record, {.secrets = keys()});
}

}  // namespace stook::sre::cli
