#include <stook/pipeline/socket_type.hpp>

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <stook/core/any_value.hpp>
#include <stook/core/ascii.hpp>
#include <stook/core/error.hpp>

namespace stook {
namespace {

constexpr std::size_t deepest_expression = 32;

constexpr std::pair<std::string_view, std::string_view> other_spellings[] = {
    {"str", "string"},    {"None", "none"},   {"NoneType", "none"}, {"List", "list"},    {"Sequence", "list"},
    {"Iterable", "list"}, {"Dict", "dict"},   {"Mapping", "dict"},  {"object", "any"},   {"Any", "any"},
    {"json", "any"},      {"integer", "int"}, {"number", "float"},  {"boolean", "bool"}, {"array", "list"},
    {"map", "dict"},      {"Tuple", "tuple"}, {"Set", "set"},
};

std::string normal_name(std::string_view name) {
  if (name != "..." && name.find("::") == std::string_view::npos &&
      name.find('.') != std::string_view::npos) {
    name = name.substr(name.rfind('.') + 1);
  }
  for (const auto& [other, normal] : other_spellings) {
    if (name == other) return std::string(normal);
  }
  return std::string(name);
}

}  // namespace

// expression = member { "|" member };  member = quoted | name [ "[" expression { "," expression } "]" ]
class socket_type_parser {
 public:
  explicit socket_type_parser(std::string_view text) : text_(text) {}

  socket_type whole() {
    socket_type out = expression(0);
    skip_blanks();
    if (at_ != text_.size()) fail("a type expression that ends here");
    return out;
  }

  static socket_type union_of(std::vector<socket_type> members) {
    std::vector<socket_type> flat;
    for (socket_type& m : members) {
      if (m.is_any()) return {};
      const std::vector<socket_type> parts = m.is_union() ? m.arguments_ : std::vector{std::move(m)};
      for (const socket_type& part : parts) {
        if (std::find(flat.begin(), flat.end(), part) == flat.end()) flat.push_back(part);
      }
    }
    if (flat.size() == 1) return std::move(flat.front());
    return socket_type{"|", std::move(flat)};
  }

 private:
  socket_type expression(std::size_t depth) {
    if (depth > deepest_expression) fail("fewer nested brackets");
    std::vector<socket_type> members{member(depth)};
    while (take('|')) members.push_back(member(depth));
    return members.size() == 1 ? std::move(members.front()) : union_of(std::move(members));
  }

  socket_type member(std::size_t depth) {
    skip_blanks();
    if (at_ < text_.size() && text_[at_] == '[') return generic("", depth);  // Callable[[int], str]
    std::string name = word();
    if (take('[')) {
      --at_;
      return generic(std::move(name), depth);
    }
    name = normal_name(name);
    return name == "any" ? socket_type{} : socket_type{std::move(name), {}};
  }

  socket_type generic(std::string name, std::size_t depth) {
    take('[');
    std::vector<socket_type> arguments;
    while (!take(']')) {
      arguments.push_back(expression(depth + 1));
      if (!take(',') && !(at_ < text_.size() && text_[at_] == ']')) fail("',' or ']'");
    }
    name = name.empty() ? "arguments" : normal_name(name);
    if (name == "Union") return union_of(std::move(arguments));
    if (name == "Optional") {
      arguments.push_back(socket_type{"none", {}});
      return union_of(std::move(arguments));
    }
    if (name == "Annotated" && !arguments.empty()) return std::move(arguments.front());
    return socket_type{std::move(name), std::move(arguments)};
  }

  std::string word() {
    skip_blanks();
    const std::size_t begin = at_;
    if (at_ < text_.size() && (text_[at_] == '"' || text_[at_] == '\'')) {
      const std::size_t end = text_.find(text_[at_], at_ + 1);
      if (end == std::string_view::npos) fail("a closing quote");
      at_ = end + 1;
    } else {
      while (at_ < text_.size() &&
             std::string_view("[]|, \t\n'\"").find(text_[at_]) == std::string_view::npos)
        ++at_;
    }
    if (at_ == begin) fail("the name of a type");
    return std::string(text_.substr(begin, at_ - begin));
  }

  bool take(char c) {
    skip_blanks();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void skip_blanks() {
    while (at_ < text_.size() && ascii::is_space(text_[at_])) ++at_;
  }
  [[noreturn]] void fail(std::string_view expected) const {
    throw error("socket_type", fmt::format("type '{}': expected {} at byte {}", text_, expected, at_));
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

socket_type socket_type::parse(std::string_view spelling) { return socket_type_parser(spelling).whole(); }

socket_type socket_type::of(const detail::type_desc& type) {
  using detail::type_kind;
  if (&type == &detail::type_of<any_value>()) return {};
  socket_type out;
  switch (type.kind) {
    case type_kind::nothing:
      out.name_ = "none";
      break;
    case type_kind::boolean:
      out.name_ = "bool";
      break;
    case type_kind::integer:
      out.name_ = "int";
      break;
    case type_kind::number:
      out.name_ = "float";
      break;
    case type_kind::string:
      out.name_ = "string";
      break;
    case type_kind::timestamp:
      out.name_ = "timestamp";
      break;
    case type_kind::json:
      break;
    case type_kind::array:
      out = {"list", {of(type.element())}};
      break;
    case type_kind::map:
      out = {"dict", {socket_type{"string", {}}, of(type.element())}};
      break;
    case type_kind::optional:
      out = socket_type_parser::union_of({of(type.element()), {"none", {}}});
      break;
    case type_kind::variant: {
      std::vector<socket_type> members;
      for (std::size_t i = 0; i < type.count; ++i) members.push_back(of(type.alternatives[i]()));
      out = socket_type_parser::union_of(std::move(members));
      break;
    }
    case type_kind::enumeration:
    case type_kind::object:
    case type_kind::opaque:
      out.name_ = type.name;
      break;
  }
  out.carrier_ = &type;
  return out;
}

std::string socket_type::text() const {
  if (is_any()) return "any";
  std::string out = is_union() ? "" : name_;
  if (arguments_.empty()) return out;
  const char* separator = is_union() ? "" : "[";
  for (const socket_type& argument : arguments_) {
    out += separator + argument.text();
    separator = is_union() ? " | " : ", ";
  }
  if (!is_union()) out += ']';
  return out;
}

bool socket_type::holds_list() const {
  if (name_ == "list") return true;
  return is_union() &&
         std::any_of(arguments_.begin(), arguments_.end(), [](auto& m) { return m.holds_list(); });
}

bool operator==(const socket_type& a, const socket_type& b) {
  return a.name_ == b.name_ && a.arguments_ == b.arguments_;
}

bool accepts(const socket_type& to, const socket_type& from) {
  if (to.is_any()) return true;
  if (from.is_any()) return false;
  if (from.is_union()) {
    return std::all_of(from.arguments_.begin(), from.arguments_.end(),
                       [&](auto& m) { return accepts(to, m); });
  }
  if (to.is_union()) {
    return std::any_of(to.arguments_.begin(), to.arguments_.end(), [&](auto& m) { return accepts(m, from); });
  }
  if (from.name_ == "bool" && to.name_ == "int") return true;
  if (to.name_ != from.name_) return false;
  if (to.name_ == "Literal") {
    return std::all_of(from.arguments_.begin(), from.arguments_.end(), [&](auto& value) {
      return std::find(to.arguments_.begin(), to.arguments_.end(), value) != to.arguments_.end();
    });
  }
  if (to.arguments_.empty()) return true;
  return std::equal(to.arguments_.begin(), to.arguments_.end(), from.arguments_.begin(),
                    from.arguments_.end(), [](auto& t, auto& f) { return accepts(t, f); });
}

}  // namespace stook
