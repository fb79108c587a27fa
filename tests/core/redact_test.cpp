#include <stook/core/redact.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <boost/json/value.hpp>
#include <stook/core/error.hpp>

#include <stook/core/json.hpp>

#include "core/secret_forms.hpp"
#include "support/re2_prefilter.hpp"

using re2_prefilter::needs_one_of;
using stook::redactor;

namespace {

struct sample {
  std::string kind;    // of the marker
  std::string before;  // what must stay
  std::string secret;  // what must go
  std::string after = {};
};

// Made up, and put together here so that no scanner takes this file for a leak.
std::vector<sample> samples() {
  const std::string jwt =
      std::string("eyJ") + "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTYifQ.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P";
  return {
      {"aws_key", "used key ",
       "AKIA"
       "IOSFODNN7EXAMPLE",
       " in eu-west-1"},
      {"token", "aws_secret_access_key=", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"},
      {"github_token", "clone with ",
       "ghp_"
       "abcdefghijklmnopqrstuvwxyz0123456789",
       " failed"},
      {"slack_token", "",
       "xoxb-"
       "1234567890-abcdefABCDEF"},
      {"slack_webhook", "POST https://hooks.slack.com/services/", "T00000000/B00000000/XXXXXXXXXXXX"},
      {"openai_key", "key ",
       "sk-"
       "proj-abcdefghijklmnop1234"},
      {"anthropic_key", "key ",
       "sk-ant-"
       "api03-abcdefghijklmnop1234"},
      {"google_key", "maps?key is ",
       "AIza"
       "SyA1234567890abcdefghijklmnopqrstuv"},
      {"stripe_key", "charge with ",
       "sk_live_"
       "4eC39HqLyjWDarjtT1zdp7dc"},
      {"jwt", "session ", jwt, " expired"},
      {"bearer", "Authorization: Bearer ", "abc123def456ghi"},
      {"bearer", "curl -H 'authorization: bearer ", "0a1b2c3d4e5f", "'"},
      {"basic_auth", "Authorization: Basic ", "dXNlcjpwYXNzd29yZA=="},
      {"auth_header", "Authorization: Token ", "9944b09199c62bcf9418ad846dd0e4bb"},
      {"cookie", "Cookie: JSESSIONID=", "F2A8C1D0B3E44", "; theme=dark"},
      {"password", "cannot reach postgres://ops:", "hunter2", "@db:5432/app"},
      {"password", "redis://:", "p4ss!w0rd", "@cache"},
      {"password", "login failed: password=", "correcthorse", " user=bob"},
      {"password", "{\"password\":\"", "two words", "\",\"user\":\"bob\"}"},
      {"password", "{\\\"db_passwd\\\": \\\"", "hunter2", "\\\"}"},
      {"password", "DB_PASSWORD: ", "s3cr3t!"},
      {"password", "mysql -u root --password=", "letmein99", " -e 'select 1'"},
      {"password", "the password is ", "Tr0ub4dor&3"},
      {"token", "GET /v1/x?api_key=", "9f8e7d6c5b4a39281706", "&page=2"},
      {"token", "X-Api-Key: ", "b7Kq92mZpX04"},
      {"token", "refresh_token=", "1//0gFh3kLmNoPqRsTuVwXyZ"},
      {"token", "url https://x.blob/?sv=1&sig=", "Zm9vYmFyYmF6cXV4MTIzNDU2%3D"},
      {"azure_key", "AccountName=a;AccountKey=", "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50u"},
      {"card", "charged ", "4111 1111 1111 1111", " twice"},
      {"card", "card=", "5500-0055-5555-5559"},
      {"card", "pan ", "378282246310005"},
      {"private_key", "key: ",
       "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7\n-----END RSA PRIVATE KEY-----", "\nnext"},
      {"private_key", "", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA"},
  };
}

}  // namespace

TEST_CASE("each form of a secret becomes its marker, and what is around it stays") {
  const redactor all;
  for (const sample& s : samples()) {
    const std::string text = s.before + s.secret + s.after;
    CAPTURE(text);
    std::string out;
    CHECK(all.redact(text, out) == 1);
    CHECK(out == s.before + "[redacted:" + s.kind + "]" + s.after);
    CHECK(all.clean(out) == out);  // again: nothing more
  }
}

TEST_CASE("several secrets in one text are counted and all gone") {
  std::string text;
  const std::vector<sample> all = samples();
  for (std::size_t i = 0; i + 1 < all.size(); ++i)
    text += all[i].before + all[i].secret + all[i].after + "\n";
  std::string out;
  CHECK(redactor().redact(text, out) >= all.size() - 1);
  for (std::size_t i = 0; i + 1 < all.size(); ++i) {
    CAPTURE(all[i].secret);
    CHECK(out.find(all[i].secret) == std::string::npos);
  }
}

TEST_CASE("ordinary lines are left alone") {
  const redactor all;
  for (const char* text : {
           "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh rhost=1.2.3.4",
           "Failed password for invalid user admin from 10.0.0.1 port 4711 ssh2",
           "password: expired for bob",
           "password=null",
           "secret: none",
           "api_key: disabled",
           "token=7",
           "tokens=512 max_tokens: 4096",
           "bearer authentication is required",
           "Basic realm=\"x\"",
           "basic authentication failed",
           "Authorization: denied for user bob",
           "PacketResponder 1 for block blk_38865049064139660 terminating",
           "key=user:42 hit",
           "block blk_-1608999687919862906 of size 91178",
           "at 1700000000123456 us",
           "id 4111111111111112",
           "req-3af3b1e8-1234-4c5d-9abc-0123456789ab",
           "https://example.org/a:b/c@d",
           "http://10.0.0.1:8080/x",
           "task-12345678901234567890 done",
           "version 4111.1111.1111.1111",
           "secretary=bob",
           "passwords_checked=7",
           "connection pool exhausted, 40 of 40 in use",
           "[redacted:password]",
           "password=[redacted:password]",
           "5d41402abc4b2a76b9719d911017c592",
           "signature: valid",
           "csrf check failed",
           "asia-east1 is slow",
       }) {
    CAPTURE(text);
    std::string out = "untouched";
    CHECK(all.redact(text, out) == 0);
    CHECK(out == "untouched");
  }
}

TEST_CASE("JSON stays JSON") {
  const redactor all;
  for (const char* text :
       {R"({"password":12345678,"n":1})", R"({"secret":"a\"b","n":1})", R"({"password":true,"n":1})",
        R"({"password":{"a":"b"},"n":1})", R"({"api_key":"9f8e7d6c5b4a3928","password":"x y z","n":1})"}) {
    CAPTURE(text);
    CHECK(stook::parse_json(all.clean(text)).at("n").as_int64() == 1);
  }
  CHECK(all.clean(R"({"password":12345678})") == R"({"password":"[redacted:password]"})");
}

TEST_CASE("a secret that it is told of goes, also as JSON escapes it") {
  const redactor told({.secrets = {"ab\"cd", "plain-old"}});
  CHECK(told.clean(R"(x ab"cd {"k":"ab\"cd"} plain-old)") ==
        R"(x [redacted:secret] {"k":"[redacted:secret]"} [redacted:secret])");
  CHECK_THROWS_AS(redactor({.secrets = {"abc"}}), stook::error);
}

TEST_CASE("mail addresses go by choice") {
  CHECK(redactor().clean("from bob@example.org") == "from bob@example.org");
  CHECK(redactor({.emails = true}).clean("from bob@example.org.") == "from [redacted:email].");
}

TEST_CASE("a line from the middle of a key is one") {
  const std::string line = "MIIEpAIBAAKCAQEA7bq2NxZ9Vj0+dV7kQ3m1s/8aPpLx0YwTtq9cRz4uJfXhGkWn";
  CHECK(redactor().clean(line) == "[redacted:private_key]");
  CHECK(redactor().clean(line + " and more") == line + " and more");
}

TEST_CASE("a hostile text costs time in proportion to its length") {
  std::string text(1 << 20, 'a');
  for (const char* piece : {"password=", "://a:", "Bearer ", "-----BEGIN PRIVATE KEY-----", "4111 1111 ",
                            "4111 1111 1111 1111, "}) {
    std::string all;
    while (all.size() < text.size()) all += piece;
    std::string out;
    redactor().redact(all, out);
    CHECK(out.size() < all.size() * 4);
  }
}

namespace {

/// A pattern as several that together find the same, where RE2 does not look into a part of it.
std::vector<std::string> in_parts(std::string_view pattern) {
  struct part {
    std::string_view whole;
    std::vector<std::string_view> one_of;
  };
  static const std::vector<part> parts{
      {"(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})",
       {"ghp_[A-Za-z0-9]{20,}", "gho_[A-Za-z0-9]{20,}", "ghu_[A-Za-z0-9]{20,}", "ghs_[A-Za-z0-9]{20,}",
        "ghr_[A-Za-z0-9]{20,}", "github_pat_[A-Za-z0-9_]{20,}"}},
      {R"(\bxox[abceoprsd]-[A-Za-z0-9-]{10,}|\bxapp-[A-Za-z0-9-]{10,})",
       {R"(\bxox[abceoprsd]-[A-Za-z0-9-]{10,})", R"(\bxapp-[A-Za-z0-9-]{10,})"}},
      {"(--?(?:password|passwd|pass|secret)[ =])",
       {"(-password[ =])", "(--password[ =])", "(-passwd[ =])", "(--passwd[ =])", "(-pass[ =])",
        "(--pass[ =])", "(-secret[ =])", "(--secret[ =])"}},
      {"connection_?string", {"connectionstring", "connection_string"}}};
  for (const part& p : parts) {
    const std::size_t at = pattern.find(p.whole);
    if (at == std::string_view::npos) continue;
    std::vector<std::string> out;
    for (const std::string_view one : p.one_of)
      out.push_back(std::string{pattern}.replace(at, p.whole.size(), one));
    return out;
  }
  return {std::string{pattern}};
}

}  // namespace

TEST_CASE("what a form finds holds a literal of it") {
  std::size_t patterns = 0;
  for (const stook::detail::secret_form& form : stook::detail::secret_forms()) {
    for (const std::string& pattern : in_parts(form.finds)) {
      CAPTURE(pattern);
      CAPTURE(form.literals);
      CHECK(needs_one_of(pattern, stook::detail::literals_of(form)));
      ++patterns;
    }
  }
  CHECK(patterns == 25 + 5 + 1 + 7 + 1);  // each part was found in its pattern
}

TEST_CASE("letters that only a regular expression takes for others hide nothing") {
  CHECK(redactor().clean("key; to\u212aen=Zx81kQm20vB") == "key; to\u212aen=[redacted:token]");
}
