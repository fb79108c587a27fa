#include <pipeline/conversion.hpp>
#include <pipeline/message_form.hpp>

#include <utility>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <stook/core/codec.hpp>
#include <stook/core/error.hpp>

namespace stook::detail {
namespace {

[[noreturn]] void fail(std::string_view what) { throw error("conversion_failed", std::string(what)); }

const socket_type& text() {
  static const socket_type type = socket_type::of<std::string>();
  return type;
}

bool is_list_of(const socket_type& type, const socket_type& element) {
  return type.name() == "list" && type.arguments().size() == 1 && type.arguments()[0] == element;
}

// True if the receiver, or a member of its union, is a list that takes such elements.
bool takes_in_list(const socket_type& to, const socket_type& element) {
  if (to.name() == "list") return to.arguments().empty() || accepts(to.arguments()[0], element);
  if (!to.is_union()) return false;
  for (const socket_type& member : to.arguments()) {
    if (takes_in_list(member, element)) return true;
  }
  return false;
}

// The two types that may stand on either side of a text conversion, for every type that reads as text.
struct text_pair {
  const socket_type& message;
  bool from_message;  // message to text, or text to message
  const socket_type& source() const { return from_message ? message : text(); }
  const socket_type& target() const { return from_message ? text() : message; }
};

template <typename Test>
bool any_pair(std::span<const text_type> types, bool from_message, Test test) {
  for (const text_type& t : types) {
    if (test(text_pair{t.type, from_message})) return true;
  }
  return false;
}

const text_type& type_like(const socket_type& wanted, std::span<const text_type> types) {
  for (const text_type& t : types) {
    if (accepts(wanted, t.type) || takes_in_list(wanted, t.type)) return t;
  }
  fail(fmt::format("no type that is made from text fits {}", wanted.text()));
}

// Elements of a list, whether it is JSON or a C++ array.
std::vector<any_value> elements_of(const any_value& list) {
  std::vector<any_value> out;
  if (const json* j = list.get_if<json>()) {
    if (!j->is_array()) fail("expected a list, got another JSON value");
    for (const json& element : j->get_array()) out.push_back(any_value::of(element));
    return out;
  }
  const type_desc* type = list.type();
  if (!type || type->kind != type_kind::array) fail("expected a list, got another type");
  // Shares the list: the elements live as long as it does.
  const auto owner = std::make_shared<const any_value>(list);
  for (std::size_t i = 0; i < type->length(owner->data()); ++i) {
    out.push_back(
        any_value::share(std::shared_ptr<const void>(owner, type->at(owner->data(), i)), type->element()));
  }
  return out;
}

void assign_as(void* to, const type_desc& to_type, const void* from, const type_desc& from_type);

void assign_through_json(void* to, const type_desc& to_type, const json& from) {
  decode_report report;
  decode(from, to, to_type, {}, report);
  if (!report.ok()) fail(to_string(report.problems));
}

bool assign_union_member(void* to, const type_desc& to_type, const void* from, const type_desc& from_type) {
  const socket_type type = socket_type::of(from_type);
  for (std::size_t i = 0; i < to_type.count; ++i) {
    const type_desc& member = to_type.alternatives[i]();
    if (!accepts(socket_type::of(member), type)) continue;
    assign_as(to_type.emplace(to, i), member, from, from_type);
    return true;
  }
  return false;
}

void assign_map(void* to, const type_desc& to_type, const void* from, const type_desc& from_type) {
  struct context {
    void* to;
    const type_desc& to_type;
    const type_desc& from_type;
  } both{to, to_type, from_type};
  to_type.clear(to);
  from_type.each(from, &both, [](void* c, std::string_view key, const void* item) {
    auto& b = *static_cast<context*>(c);
    assign_as(b.to_type.insert(b.to, key), b.to_type.element(), item, b.from_type.element());
  });
}

void assign_as(void* to, const type_desc& to_type, const void* from, const type_desc& from_type) {
  using enum type_kind;
  if (&to_type == &from_type && to_type.assign) return to_type.assign(to, from);
  if (from_type.kind == json) {
    return assign_through_json(to, to_type, *static_cast<const stook::json*>(from));
  }
  if (from_type.kind == optional) {
    if (from_type.length(from) != 0)
      return assign_as(to, to_type, from_type.at(from, 0), from_type.element());
    if (to_type.kind != optional)
      fail("an empty optional value cannot become " + socket_type::of(to_type).text());
    return to_type.clear(to);
  }
  if (from_type.kind == variant) {
    return assign_as(to, to_type, from_type.at(from, 0), from_type.alternatives[from_type.length(from)]());
  }
  if (to_type.kind == optional) return assign_as(to_type.emplace(to, 0), to_type.element(), from, from_type);
  if (to_type.kind == variant && assign_union_member(to, to_type, from, from_type)) return;
  if (to_type.kind == array && from_type.kind == array) {
    to_type.clear(to);
    for (std::size_t i = 0; i < from_type.length(from); ++i) {
      assign_as(to_type.append(to), to_type.element(), from_type.at(from, i), from_type.element());
    }
    return;
  }
  if (to_type.kind == map && from_type.kind == map) return assign_map(to, to_type, from, from_type);
  const bool numbers =
      (to_type.kind == integer && (from_type.kind == integer || from_type.kind == boolean)) ||
      (to_type.kind == number && from_type.kind == number);
  if (to_type.kind != json && !numbers) {
    fail(fmt::format("{} cannot become {}", socket_type::of(from_type).text(),
                     socket_type::of(to_type).text()));
  }
  if (from_type.kind == boolean && numbers) {
    const stook::json one = *static_cast<const bool*>(from) ? 1 : 0;
    return assign_through_json(to, to_type, one);
  }
  std::string encoded;
  encode(encoded, from, from_type);
  const stook::json parsed = parse_own(encoded);
  if (to_type.kind == json) {
    *static_cast<stook::json*>(to) = parsed;
  } else {
    assign_through_json(to, to_type, parsed);
  }
}

std::string text_of(const any_value& value, std::span<const text_type> types) {
  if (types.empty()) fail("no type is known that reads as text");
  for (const text_type& t : types) {
    if (t.type.carrier() == value.type() || (!t.type.carrier() && value.get_if<json>()))
      return t.to_text(value);
  }
  return types.front().to_text(value);
}

std::string text_in(const any_value& value) {
  if (const std::string* s = value.get_if<std::string>()) return *s;
  if (const json* j = value.get_if<json>(); j && j->is_string()) return std::string(j->get_string());
  fail("expected a text, got another type");
}

any_value only_element(const any_value& list) {
  std::vector<any_value> elements = elements_of(list);
  if (elements.size() != 1) {
    fail(fmt::format("a list of {} elements cannot become one value: it must have exactly one",
                     elements.size()));
  }
  return std::move(elements.front());
}

// A list of one, in the form that the receiver carries: its C++ array, else JSON.
any_value list_of(const any_value& element, const socket_type& to) {
  const type_desc* type = to.carrier();
  if (type && type->kind == type_kind::optional) type = &type->element();
  if (type && type->kind == type_kind::array && type->make) {
    std::shared_ptr<void> list = type->make();
    assign_as(type->append(list.get()), type->element(), element.data(), *element.type());
    return any_value::share(std::move(list), *type);
  }
  json list(boost::json::array{});
  list.get_array().push_back(json_of(element));
  return any_value::of(std::move(list));
}

}  // namespace

std::optional<socket_conversion> find_conversion(const socket_type& from, const socket_type& to,
                                                 std::span<const text_type> text_types) {
  if (accepts(to, from)) return socket_conversion::none;
  if (takes_in_list(to, from)) return socket_conversion::wrap;

  const auto direct = [&](text_pair p) { return from == p.source() && accepts(to, p.target()); };
  const auto wrapped = [&](text_pair p) { return from == p.source() && takes_in_list(to, p.target()); };
  const auto unwrapped = [&](text_pair p) { return is_list_of(from, p.source()) && accepts(to, p.target()); };
  const auto plain_unwrap = [&](text_pair p) {
    return is_list_of(from, p.message) && accepts(to, p.message);
  };

  if (is_list_of(from, text()) && accepts(to, text())) return socket_conversion::unwrap;
  if (any_pair(text_types, true, plain_unwrap)) return socket_conversion::unwrap;
  if (any_pair(text_types, true, direct)) return socket_conversion::to_text;
  if (any_pair(text_types, false, direct)) return socket_conversion::from_text;
  if (any_pair(text_types, true, wrapped)) return socket_conversion::wrap_to_text;
  if (any_pair(text_types, false, wrapped)) return socket_conversion::wrap_from_text;
  if (any_pair(text_types, true, unwrapped)) return socket_conversion::unwrap_to_text;
  if (any_pair(text_types, false, unwrapped)) return socket_conversion::unwrap_from_text;
  return std::nullopt;
}

any_value convert(const any_value& value, socket_conversion how, const socket_type& to,
                  std::span<const text_type> text_types) {
  const auto as_text = [&](const any_value& v) { return any_value::of(text_of(v, text_types)); };
  const auto as_message = [&](const any_value& v) { return type_like(to, text_types).from_text(text_in(v)); };
  switch (how) {
    case socket_conversion::none:
      return value;
    case socket_conversion::wrap:
      return list_of(value, to);
    case socket_conversion::unwrap:
      return only_element(value);
    case socket_conversion::to_text:
      return as_text(value);
    case socket_conversion::from_text:
      return as_message(value);
    case socket_conversion::wrap_to_text:
      return list_of(as_text(value), to);
    case socket_conversion::wrap_from_text:
      return list_of(as_message(value), to);
    case socket_conversion::unwrap_to_text:
      return as_text(only_element(value));
    case socket_conversion::unwrap_from_text:
      return as_message(only_element(value));
  }
  return value;
}

any_value carry(any_value value, const socket_type& to) {
  const type_desc* wanted = to.carrier();
  if (!wanted || value.type() == wanted || !value.has_value()) return value;
  // An optional field takes the plain value, which saves an object.
  if (wanted->kind == type_kind::optional && &wanted->element() == value.type()) return value;
  if (const json* form = value.get_if<json>()) {
    if (auto messages = messages_from(*form, *wanted)) return *std::move(messages);
  }
  if (!wanted->make) fail(fmt::format("a value cannot become {}: it has no default constructor", to.text()));
  std::shared_ptr<void> object = wanted->make();
  assign_as(object.get(), *wanted, value.data(), *value.type());
  return any_value::share(std::move(object), *wanted);
}

any_value concatenate(std::span<const any_value> lists, const socket_type& list) {
  if (lists.size() == 1) return lists[0];
  const type_desc* type = list.carrier();
  if (type && type->kind == type_kind::optional) type = &type->element();
  if (type && type->kind == type_kind::array && type->make) {
    std::shared_ptr<void> all = type->make();
    for (const any_value& part : lists) {
      for (const any_value& element : elements_of(part)) {
        assign_as(type->append(all.get()), type->element(), element.data(), *element.type());
      }
    }
    return any_value::share(std::move(all), *type);
  }
  json all(boost::json::array{});
  for (const any_value& part : lists) {
    for (const any_value& element : elements_of(part)) all.get_array().push_back(json_of(element));
  }
  return any_value::of(std::move(all));
}

}  // namespace stook::detail
