#include <stook/pipeline/joiners.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <boost/json/value.hpp>

#include <pipeline/conversion.hpp>
#include <pipeline/message_form.hpp>

#include <stook/core/error.hpp>

namespace stook {

sockets branch_joiner::declare() const {
  const socket_type t = socket_type::parse(type);
  return {{{.name = "value", .type = t, .joining = joining::greedy}}, {{"value", t}}};
}

void branch_joiner::run(const socket_values& in, socket_results& out) const {
  out.set("value", in.at("value"));
}

sockets list_joiner::declare() const {
  const socket_type t = socket_type::parse(type);
  return {{{.name = "values", .type = t, .joining = joining::concat}}, {{"values", t}}};
}

void list_joiner::run(const socket_values& in, socket_results& out) const {
  out.set("values", in.at("values"));
}

std::string string_joiner::run(in i) const { return fmt::format("{}", fmt::join(i.strings, separator)); }

sockets output_adapter::declare() const {
  return {{{.name = "value"}}, {{"output", socket_type::parse(type)}}};
}

void output_adapter::run(const socket_values& in, socket_results& out) const {
  const json whole = detail::json_of(in.at("value"));
  boost::json::error_code failed;
  const json* part = whole.find_pointer(path, failed);
  if (!part) throw error("adapter_path", fmt::format("the value has no part at '{}'", path));
  out.set("output", any_value::of(*part));
}

}  // namespace stook
