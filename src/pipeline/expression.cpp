#include <pipeline/expression.hpp>

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <stook/core/ascii.hpp>
#include <stook/core/error.hpp>
#include <stook/core/json.hpp>

namespace stook::detail {

using boost::json::object;

struct expression::node {
  enum class form : unsigned char { literal, path, size, negation, both, either, compare, inside } kind;
  json literal{};
  std::vector<std::string> path{};
  std::string sign{};  // of a comparison
  std::shared_ptr<const node> left{}, right{};
};

namespace {

using node = expression::node;
using node_ptr = std::shared_ptr<const node>;
using form = node::form;

constexpr std::size_t deepest = 64;

class parser {
 public:
  parser(std::string_view text, std::vector<std::string>& names) : text_(text), names_(names) {}

  node_ptr whole() {
    node_ptr root = either(0);
    skip_blanks();
    if (at_ != text_.size()) fail("the end");
    return root;
  }

 private:
  node_ptr either(std::size_t depth) {
    if (depth > deepest) fail("fewer nested parts");
    node_ptr left = both(depth);
    while (take_word("or")) left = pair(form::either, left, both(depth));
    return left;
  }
  node_ptr both(std::size_t depth) {
    node_ptr left = factor(depth);
    while (take_word("and")) left = pair(form::both, left, factor(depth));
    return left;
  }
  node_ptr factor(std::size_t depth) {
    if (depth > deepest) fail("fewer nested parts");
    if (take_word("not")) return pair(form::negation, factor(depth + 1), nullptr);
    node_ptr left = operand(depth);
    for (const std::string_view sign : {"==", "!=", "<=", ">=", "<", ">"}) {
      if (!take(sign)) continue;
      auto made =
          std::make_shared<node>(node{.kind = form::compare, .sign = std::string(sign), .left = left});
      made->right = operand(depth);
      return made;
    }
    if (take_word("in")) return pair(form::inside, left, operand(depth));
    return left;
  }
  node_ptr operand(std::size_t depth) {
    skip_blanks();
    if (take("(")) return closed(either(depth + 1));
    if (at_ < text_.size() && (text_[at_] == '"' || text_[at_] == '\'')) return literal(json(quoted()));
    if (at_ < text_.size() && (ascii::is_digit(text_[at_]) || text_[at_] == '-')) {
      return literal(number());
    }
    std::string name = word();
    if (name == "true" || name == "false") return literal(name == "true");
    if (name == "none") return literal(nullptr);
    if (name == "size" && take("(")) return pair(form::size, closed(either(depth + 1)), nullptr);
    if (std::find(names_.begin(), names_.end(), name) == names_.end()) names_.push_back(name);
    auto made = std::make_shared<node>(node{.kind = form::path});
    made->path.push_back(std::move(name));
    while (take(".")) made->path.push_back(word());
    return made;
  }

  node_ptr closed(node_ptr inner) {
    if (!take(")")) fail("')'");
    return inner;
  }
  static node_ptr literal(json value) {
    return std::make_shared<node>(node{.kind = form::literal, .literal = std::move(value)});
  }
  static node_ptr pair(form kind, node_ptr left, node_ptr right) {
    return std::make_shared<node>(node{.kind = kind, .left = std::move(left), .right = std::move(right)});
  }

  std::string quoted() {
    const std::size_t end = text_.find(text_[at_], at_ + 1);
    if (end == std::string_view::npos) fail("a closing quote");
    std::string out(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return out;
  }
  json number() {
    const std::size_t end = text_.find_first_not_of("0123456789.eE+-", at_);
    const std::string_view digits = text_.substr(at_, end - at_);
    try {
      json value = parse_json(digits);
      at_ += digits.size();
      return value;
    } catch (const error&) {
      fail("a number");
    }
  }
  std::string word() {
    skip_blanks();
    const std::size_t begin = at_;
    while (at_ < text_.size() && (ascii::is_alnum(text_[at_]) || text_[at_] == '_')) ++at_;
    if (begin == at_) fail("a name or a value");
    return std::string(text_.substr(begin, at_ - begin));
  }
  bool take(std::string_view sign) {
    skip_blanks();
    if (!text_.substr(at_).starts_with(sign)) return false;
    at_ += sign.size();
    return true;
  }
  bool take_word(std::string_view wanted) {
    skip_blanks();
    const std::size_t end = at_ + wanted.size();
    if (!text_.substr(at_).starts_with(wanted)) return false;
    if (end < text_.size() && (ascii::is_alnum(text_[end]) || text_[end] == '_')) return false;
    at_ = end;
    return true;
  }
  void skip_blanks() {
    while (at_ < text_.size() && ascii::is_space(text_[at_])) ++at_;
  }
  [[noreturn]] void fail(std::string_view expected) const {
    throw error("expression", fmt::format("expression '{}': expected {} at byte {}", text_, expected, at_));
  }

  std::string_view text_;
  std::vector<std::string>& names_;
  std::size_t at_ = 0;
};

bool is_true(const json& v) {
  switch (v.kind()) {
    case boost::json::kind::null:
      return false;
    case boost::json::kind::bool_:
      return v.get_bool();
    case boost::json::kind::int64:
      return v.get_int64() != 0;
    case boost::json::kind::uint64:
      return v.get_uint64() != 0;
    case boost::json::kind::double_:
      return v.get_double() != 0;
    case boost::json::kind::string:
      return !v.get_string().empty();
    case boost::json::kind::array:
      return !v.get_array().empty();
    case boost::json::kind::object:
      return !v.get_object().empty();
  }
  return false;
}

// Less, equal or greater, for two numbers or two texts.
int order_of(const json& a, const json& b, std::string_view sign) {
  const auto three_way = [](const auto& x, const auto& y) { return x < y ? -1 : (y < x ? 1 : 0); };
  if (a.is_int64() && b.is_int64()) return three_way(a.get_int64(), b.get_int64());
  if (a.is_number() && b.is_number()) return three_way(a.to_number<double>(), b.to_number<double>());
  if (a.is_string() && b.is_string()) return three_way(a.get_string(), b.get_string());
  throw error("expression",
              fmt::format("{} {} {}: expected two numbers or two texts", dump_json(a), sign, dump_json(b)));
}

bool compare(const json& a, const json& b, std::string_view sign) {
  if (sign == "==" || sign == "!=") {
    const bool equal = a.is_number() && b.is_number() ? order_of(a, b, sign) == 0 : a == b;
    return equal == (sign == "==");
  }
  const int order = order_of(a, b, sign);
  if (sign == "<") return order < 0;
  if (sign == "<=") return order <= 0;
  if (sign == ">") return order > 0;
  return order >= 0;
}

bool is_inside(const json& what, const json& where) {
  if (where.is_array()) {
    const auto& all = where.get_array();
    return std::any_of(all.begin(), all.end(), [&](const json& v) { return compare(what, v, "=="); });
  }
  if (what.is_string() && where.is_string()) {
    return std::string_view(where.get_string()).find(what.get_string()) != std::string_view::npos;
  }
  if (what.is_string() && where.is_object()) return where.get_object().contains(what.get_string());
  throw error("expression",
              fmt::format("{} in {}: expected a text in a text, a value in a list, or a name in an "
                          "object",
                          dump_json(what), dump_json(where)));
}

json size_of(const json& v) {
  if (v.is_string()) return static_cast<std::int64_t>(v.get_string().size());
  if (v.is_array()) return static_cast<std::int64_t>(v.get_array().size());
  if (v.is_object()) return static_cast<std::int64_t>(v.get_object().size());
  throw error("expression", fmt::format("size({}): expected a text, a list or an object", dump_json(v)));
}

json evaluate(const node& n, const object& values) {
  switch (n.kind) {
    case form::literal:
      return n.literal;
    case form::negation:
      return !is_true(evaluate(*n.left, values));
    case form::both:
      return is_true(evaluate(*n.left, values)) && is_true(evaluate(*n.right, values));
    case form::either:
      return is_true(evaluate(*n.left, values)) || is_true(evaluate(*n.right, values));
    case form::compare:
      return compare(evaluate(*n.left, values), evaluate(*n.right, values), n.sign);
    case form::inside:
      return is_inside(evaluate(*n.left, values), evaluate(*n.right, values));
    case form::size:
      return size_of(evaluate(*n.left, values));
    case form::path:
      break;
  }
  const object* in = &values;
  const json* found = nullptr;
  for (const std::string& step : n.path) {
    found = in ? in->if_contains(step) : nullptr;
    if (!found) return nullptr;
    in = found->if_object();
  }
  return *found;
}

}  // namespace

expression::expression(std::string_view text) : text_(text), root_(parser(text_, names_).whole()) {}

bool expression::holds(const object& values) const { return is_true(value(values)); }

json expression::value(const object& values) const {
  try {
    return evaluate(*root_, values);
  } catch (const error& why) {
    throw error(why.code(), fmt::format("in '{}': {}", text_, why.what()));
  }
}

}  // namespace stook::detail
