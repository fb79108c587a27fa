#include "models/provider_failure.hpp"

#include <doctest/doctest.h>
#include <boost/json/value.hpp>
#include <stook/core/json.hpp>

using namespace std::chrono_literals;
using stook::models::wait_of;

namespace {

const auto now = std::chrono::sys_days(std::chrono::year(1994) / 11 / 6) + 8h + 49min;

std::string refused(int status, std::string_view body, std::string_view should_retry = "") {
  const auto e = stook::models::refusal(status, body, {.should_retry = should_retry}, now);
  CHECK(e.http_status() == status);
  CHECK(e.what_failed().message.size() < 700);
  CHECK(stook::is_valid_utf8(e.what_failed().message));
  return e.code() + (e.what_failed().retryable ? " again" : "");
}

std::string in_stream(std::string_view error) {
  const auto e = stook::models::refusal_in_stream(stook::parse_json(error));
  return e.code() + (e.what_failed().retryable ? " again" : "");
}

}  // namespace

TEST_CASE("a status becomes a code, and says whether to try again") {
  CHECK(refused(401, "") == "model.auth");
  CHECK(refused(403, "") == "model.auth");
  CHECK(refused(402, "") == "model.quota");
  for (int status : {400, 404, 405, 413, 422}) CHECK(refused(status, "") == "model.rejected");
  for (int status : {301, 302, 307, 308}) CHECK(refused(status, "") == "model.redirect");
  for (int status : {408, 409, 429, 500, 502, 503, 504, 529})
    CHECK(refused(status, "") == "model.overload again");
}

TEST_CASE("the body tells apart what the status does not") {
  CHECK(
      refused(429, R"({"error":{"message":"m","type":"insufficient_quota","code":"insufficient_quota"}})") ==
      "model.quota");
  CHECK(refused(429, R"({"error":{"message":"m","code":"rate_limit_exceeded"}})") == "model.overload again");
  CHECK(refused(400, R"({"error":{"message":"m","code":"context_length_exceeded"}})") ==
        "model.context_length");
  CHECK(refused(400, R"({"error":{"code":400,"message":"m","type":"exceed_context_size_error"}})") ==
        "model.context_length");
  CHECK(
      refused(
          400,
          R"({"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 9"}})") ==
      "model.context_length");
  CHECK(refused(400, R"({"error":{"message":"bad"}})") == "model.rejected");
}

TEST_CASE("each kind of error that Anthropic names has its code, in a reply and in a stream") {
  struct row {
    int status;
    std::string type;
    std::string ends;
  };
  for (const row& r :
       {row{400, "invalid_request_error", "model.rejected"}, row{401, "authentication_error", "model.auth"},
        row{402, "billing_error", "model.quota"}, row{403, "permission_error", "model.auth"},
        row{404, "not_found_error", "model.rejected"}, row{413, "request_too_large", "model.rejected"},
        row{429, "rate_limit_error", "model.overload again"}, row{500, "api_error", "model.overload again"},
        row{504, "timeout_error", "model.overload again"},
        row{529, "overloaded_error", "model.overload again"}}) {
    CAPTURE(r.type);
    const std::string error = R"({"type":")" + r.type + R"(","message":"m"})";
    CHECK(refused(r.status, R"({"type":"error","error":)" + error + R"(,"request_id":"req_1"})") == r.ends);
    CHECK(in_stream(error) == r.ends);
  }
}

TEST_CASE("the server has the last word on trying again") {
  CHECK(refused(400, "", "true") == "model.rejected again");
  CHECK(refused(500, "", "false") == "model.overload");
  CHECK(refused(500, "", "maybe") == "model.overload again");
}

TEST_CASE("errors of every shape give a text") {
  const auto text = [](std::string_view body) {
    return std::string(stook::models::refusal(400, body, {}, now).what());
  };
  CHECK(text(R"({"error":{"message":"bad"}})").ends_with("HTTP status 400: bad"));
  CHECK(text(R"({"error":"bad"})").ends_with("400: bad"));
  CHECK(text(R"({"detail":"bad"})").ends_with("400: bad"));
  CHECK(text(R"({"detail":[{"loc":["body"]}]})").ends_with(R"(400: [{"loc":["body"]}])"));
  CHECK(text("<html>\n<b>bad</b>").ends_with("400: <html> <b>bad</b>"));
  CHECK(text("").ends_with("HTTP status 400 without a text"));
  const auto of_request = [](std::string_view id) {
    return std::string(stook::models::refusal(400, R"({"error":"bad"})", {.request_id = id}, now).what());
  };
  CHECK(of_request("req_1").ends_with("400: bad (request req_1)"));
  for (const std::string& odd : {std::string(65, 'x'), std::string("a b"), std::string("a\x1b[m")}) {
    CHECK(of_request(odd).ends_with("400: bad"));
  }
  CHECK(text(std::string(100'000, 'x')).size() < 700);
  CHECK(stook::is_valid_utf8(text(std::string(511, 'x') + "\xC3\xA4")));
  CHECK(stook::is_valid_utf8(text(std::string(1000, '\xff'))));
}

TEST_CASE("an error inside a stream is judged by its words") {
  CHECK(in_stream(R"({"type":"overloaded_error","message":"m"})") == "model.overload again");
  CHECK(in_stream(R"({"type":"rate_limit_error","message":"m"})") == "model.overload again");
  CHECK(in_stream(R"({"type":"api_error"})") == "model.overload again");
  CHECK(in_stream(R"("busy")") == "model.overload again");
  CHECK(in_stream(R"({"type":"authentication_error"})") == "model.auth");
  CHECK(in_stream(R"({"type":"invalid_request_error"})") == "model.rejected");
  CHECK(in_stream(R"({"code":"insufficient_quota"})") == "model.quota");
  CHECK(in_stream(R"({"code":"context_length_exceeded"})") == "model.context_length");
  // vLLM and llama.cpp number their errors as HTTP does
  CHECK(in_stream(R"({"message":"m","type":"BadRequestError","param":null,"code":400})") == "model.rejected");
  CHECK(in_stream(R"({"message":"m","type":"Unauthorized","code":401})") == "model.auth");
  CHECK(in_stream(R"({"message":"m","type":"TooManyRequests","code":429})") == "model.overload again");
  CHECK(in_stream(R"({"message":"m","type":"unavailable_error","code":503})") == "model.overload again");
  CHECK(in_stream(R"({"message":"m","type":"server_error","code":7})") == "model.overload again");
}

TEST_CASE("how long to wait is read in the three forms it comes in") {
  CHECK(wait_of({.retry_after_ms = "1500"}, now) == 1500ms);
  CHECK(wait_of({.retry_after_ms = "20", .retry_after = "9"}, now) == 20ms);
  CHECK(wait_of({.retry_after = "2"}, now) == 2s);
  CHECK(wait_of({.retry_after = "0.25"}, now) == 250ms);
  CHECK(wait_of({.retry_after = "86400"}, now) == 24h);
  CHECK(wait_of({.retry_after = "Sun, 06 Nov 1994 08:49:37 GMT"}, now) == 37s);
  for (const char* odd : {"", "soon", "-1", "1e9", "99999999999999", "nan", "inf", "0x10", "3 s",
                          "Sun, 06 Nov 1994 08:48:37 GMT", "Sun, 31 Feb 1994 08:49:37 GMT",
                          "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, -6 Nov 1994 08:49:37 GMT"}) {
    CAPTURE(odd);
    CHECK_FALSE(wait_of({.retry_after = odd}, now).has_value());
  }
}

TEST_CASE("the key leaves with no error") {
  const stook::model_error e({"model.auth", "sk-1 is wrong: sk-1", "not sk-1"}, 401, 3s);
  const auto clean = stook::models::without_secrets(e, {"sk-1"});
  CHECK(std::string(clean.what()) == "[api key] is wrong: [api key]");
  CHECK(clean.what_failed().hint == "not [api key]");
  CHECK(clean.http_status() == 401);
  CHECK(clean.retry_after() == 3s);
  CHECK(std::string(stook::models::without_secrets(e, {""}).what()) == e.what());
}
