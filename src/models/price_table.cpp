#include <stook/models/price_table.hpp>

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <stook/core/error.hpp>

namespace stook {
namespace {

bool is_price(double dollars) { return std::isfinite(dollars) && dollars >= 0; }

}  // namespace

price_table& price_table::set(std::string model, token_price price) {
  const bool good = is_price(price.input) && is_price(price.output) &&
                    is_price(price.cached_input.value_or(0)) && is_price(price.cache_write.value_or(0));
  if (!good) {
    throw error(failure{"bad_price", fmt::format("the price of {} is negative or no number", model),
                        "give US dollars for a million tokens"});
  }
  if (model.ends_with('*')) {
    model.pop_back();
    beginnings_[std::move(model)] = price;
  } else {
    names_[std::move(model)] = price;
  }
  return *this;
}

std::optional<token_price> price_table::find(std::string_view model) const {
  if (const auto exact = names_.find(model); exact != names_.end()) return exact->second;
  std::optional<token_price> best;
  // Beginnings of one name stand in the order of their lengths.
  for (const auto& [beginning, price] : beginnings_) {
    if (model.starts_with(beginning)) best = price;
  }
  return best;
}

double price_table::cost_usd(std::string_view model, const usage& used) const {
  const auto price = find(model);
  if (!price) return 0;
  const auto cached = static_cast<double>(used.cached_input_tokens);
  const auto written = static_cast<double>(used.cache_write_tokens);
  const double plain = std::max(0.0, static_cast<double>(used.input_tokens) - cached - written);
  const double millionths = plain * price->input + cached * price->cached_input.value_or(price->input) +
                            written * price->cache_write.value_or(price->input) +
                            static_cast<double>(used.output_tokens) * price->output;
  return millionths / 1e6;
}

}  // namespace stook
