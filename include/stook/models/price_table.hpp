#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <stook/core/usage.hpp>

namespace stook {

/// US dollars for a million tokens.
struct token_price {
  double input = 0;
  double output = 0;
  /// Of input that the provider had cached, and of writing it there; empty: as `input`.
  std::optional<double> cached_input{};
  std::optional<double> cache_write{};
};

/// What models cost, as their user knows it: stook ships no prices, they would be wrong within weeks.
/// Thread-safe to read.
class price_table {
 public:
  /// A name, or the beginning of one with `*` at its end: "gpt-5-mini*" also holds for
  /// "gpt-5-mini-2026-01-01". Throws `error` with the code bad_price for a price that is negative or not
  /// finite.
  price_table& set(std::string model, token_price price);

  /// Of the name, or of the longest beginning that fits.
  std::optional<token_price> find(std::string_view model) const;
  /// 0 for a model without a price.
  double cost_usd(std::string_view model, const usage& used) const;

 private:
  std::map<std::string, token_price, std::less<>> names_;
  std::map<std::string, token_price, std::less<>> beginnings_;
};

}  // namespace stook
