#include <stook/models/model_endpoint.hpp>

#include <cstdlib>
#include <sstream>
#include <type_traits>

#include <doctest/doctest.h>
#include <stook/core/error.hpp>

namespace {

template <typename T>
concept printable = requires(std::ostream& out, const T& value) { out << value; };

std::string refused(const std::string& variable) {
  try {
    stook::api_key_from_environment(variable);
  } catch (const stook::error& e) {
    CHECK(e.code() == "no_api_key");
    return e.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a secret converts to nothing and prints nowhere") {
  CHECK_FALSE(printable<stook::secret>);
  CHECK_FALSE(std::is_convertible_v<stook::secret, std::string>);
  CHECK_FALSE(std::is_convertible_v<std::string, stook::secret>);
  CHECK(stook::secret("x").reveal() == "x");
  CHECK(stook::secret().empty());
}

TEST_CASE("a key comes from the environment without blanks, and what is no key does not") {
  const std::string name = "STOOK_TEST_KEY";
  unsetenv(name.c_str());
  CHECK(refused(name).find(name) != std::string::npos);
  setenv(name.c_str(), " \n", 1);
  CHECK(refused(name) != "");
  setenv(name.c_str(), "a\r\nHost: evil", 1);
  CHECK(refused(name).find("evil") == std::string::npos);
  CHECK(refused(name) != "");
  setenv(name.c_str(), " key-1\n", 1);
  CHECK(stook::api_key_from_environment(name).reveal() == "key-1");
  unsetenv(name.c_str());
}
