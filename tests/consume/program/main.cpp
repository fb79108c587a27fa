// A user's program, to prove that the package and the source tree can be used from outside.
#include <cstdio>

#include <stook/core/time.hpp>

int main() {
  const auto read = stook::parse_timestamp("2026-01-02T05:04:05+02:00");
  if (!read || to_string(read->value) != "2026-01-02T03:04:05Z") return 1;
  std::puts(to_string(read->value).c_str());
}
