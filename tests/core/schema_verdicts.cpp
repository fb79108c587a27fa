// Writes JSON lines for schema_agreement.py: a schema, then documents with the verdict of from_json on each.

#include <cstdio>

#include <boost/json/value.hpp>

#include <stook/core/codec.hpp>
#include <stook/core/json.hpp>
#include <stook/core/schema.hpp>

#include "random_types.hpp"

namespace {

using stook::json;
using stook_test::dice;

enum class region { eu, us };
BOOST_DESCRIBE_ENUM(region, eu, us)

struct ruled {
  std::string service;
  std::string word;
  int minutes = 0;
  double share = 0;
  std::optional<region> where;
  std::vector<std::string> tags;
  std::map<std::string, int> counts;
  std::variant<bool, std::string, stook_test::leaf> either;
  std::vector<std::optional<std::int64_t>> holes;
  json any;
};
STOOK_DESCRIBE(ruled, (service, "", stook::matching{"^[a-z-]+$"}, stook::length{2, 6}),
               (word, "", stook::one_of{"a", "b"}), (minutes, "", stook::between{1, 9}, stook::defaulted),
               (share, "", stook::at_least{-0.5}, stook::at_most{1.5}), (where),
               (tags, "", stook::length{1, 2}), (counts, "", stook::at_most{5}), (either),
               (holes, "", stook::defaulted), (any, "", stook::defaulted))

struct node {
  std::string name;
  std::vector<node> children;
  std::optional<std::variant<std::int64_t, std::vector<node>>> extra;
};
STOOK_DESCRIBE(node, (name), (children, "", stook::defaulted), (extra))

// Small values that stand at the edge of some rule more often than not.
json random_value(dice& r, int depth) {
  static const json scalars[] = {
      nullptr,   true, 0,  1,   5,   6,    9,    10,    -1,   -0.5,       1.5,
      1.0,       2.25, "", "a", "b", "eu", "us", "web", "UP", "checkout", "\xe2\x82\xac\xe2\x82\xac",
      4000000000};
  static const std::string names[] = {"name", "weight", "children", "value", "x"};
  const std::size_t kind = r.below(depth > 0 ? 8 : 6);
  if (kind < 6) return r.pick(scalars);
  if (kind == 6) {
    boost::json::array out;
    for (std::size_t n = r.below(4); n > 0; --n) out.push_back(random_value(r, depth - 1));
    return out;
  }
  boost::json::object out;
  for (std::size_t n = r.below(4); n > 0; --n) out[r.pick(names)] = random_value(r, depth - 1);
  return out;
}

// Changes one place: a member replaced, left out or added, at any depth.
void disturb(dice& r, json& value) {
  if (auto* object = value.if_object(); object && !object->empty() && r.chance(90)) {
    auto& member = *std::next(object->begin(), static_cast<std::ptrdiff_t>(r.below(object->size())));
    switch (r.below(6)) {
      case 0:
        object->erase(std::string(member.key()));
        break;
      case 1:
        (*object)["more"] = random_value(r, 1);
        break;
      default:
        disturb(r, member.value());
    }
  } else if (auto* array = value.if_array(); array && !array->empty() && r.chance(70)) {
    disturb(r, r.chance(20) ? array->emplace_back(nullptr) : (*array)[r.below(array->size())]);
  } else {
    value = random_value(r, 2);
  }
}

json good_leaf(dice& r) {
  boost::json::object out{{"name", "x"}};
  if (r.chance(50)) out["weight"] = 1 + r.below(9);
  return out;
}

json good_ruled(dice& r) {
  const json eithers[] = {true, "text", good_leaf(r)};
  boost::json::object out{{"service", "web"},
                          {"word", r.chance(50) ? "a" : "b"},
                          {"share", 0.25},
                          {"tags", boost::json::array{"one"}},
                          {"counts", {{"k", r.below(6)}}},
                          {"either", r.pick(eithers)}};
  if (r.chance(50)) out["minutes"] = 1 + r.below(9);
  if (r.chance(50)) out["where"] = "eu";
  if (r.chance(50)) out["holes"] = boost::json::array{nullptr, 7};
  if (r.chance(50)) out["any"] = random_value(r, 2);
  return out;
}

json good_node(dice& r, int depth = 3) {
  boost::json::object out{{"name", r.text(4)}};
  boost::json::array children;
  for (std::size_t n = depth > 0 ? r.below(3) : 0; n > 0; --n) children.push_back(good_node(r, depth - 1));
  if (r.chance(30)) {
    out["extra"] = std::move(children);
  } else if (r.chance(80)) {
    out["children"] = std::move(children);
  }
  return out;
}

void line(const json& value) {
  const std::string text = stook::dump_json(value);
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fputc('\n', stdout);
}

template <typename T, typename Good>
void judge(dice& r, Good good) {
  line(boost::json::object{{"type", stook::detail::type_name<T>()}, {"schema", stook::schema_of<T>()}});
  for (int i = 0; i < 3'000; ++i) {
    json document = r.chance(95) ? good(r) : random_value(r, 3);
    for (std::size_t n = r.below(3); n > 0; --n) disturb(r, document);
    bool accepted = true;
    std::string why;
    try {
      stook::from_json<T>(document);
    } catch (const stook::error& e) {
      accepted = false;
      why = e.what();
    }
    line(boost::json::object{{"document", document}, {"accepted", accepted}, {"why", why}});
  }
}

}  // namespace

int main() {
  dice r(21);
  judge<ruled>(r, good_ruled);
  judge<node>(r, [](dice& d) { return good_node(d); });
  judge<stook_test::leaf>(r, good_leaf);
  judge<stook_test::shapes>(r, [](dice& d) { return stook::to_json(stook_test::random_shapes(d)); });
}
