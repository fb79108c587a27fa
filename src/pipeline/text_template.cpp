#include <pipeline/text_template.hpp>

#include <algorithm>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <kainjow/mustache.hpp>

#include <stook/core/error.hpp>
#include <stook/core/fwd.hpp>
#include <stook/core/json.hpp>

namespace stook::detail {
namespace {

namespace mustache = kainjow::mustache;

mustache::mustache parsed(const std::string& text) {
  mustache::mustache t(text);
  if (!t.is_valid()) throw error("template", "the template is not valid Mustache: " + t.error_message());
  t.set_custom_escape([](const std::string& plain) { return plain; });
  return t;
}

// Notes what a template asks for. Every name is there, or none is: so both branches of a section are seen.
class recorder final : public mustache::basic_context<std::string> {
 public:
  recorder(std::vector<std::string>& names, bool all_there) : names_(names), all_there_(all_there) {}

  void push(const mustache::data*) override { ++depth_; }
  void pop() override { --depth_; }
  const mustache::data* get(const std::string& name) const override {
    const std::string first = name.substr(0, name.find('.'));
    if (depth_ == 0 && !first.empty() && std::find(names_.begin(), names_.end(), first) == names_.end()) {
      names_.push_back(first);
    }
    return all_there_ ? &there_ : nullptr;
  }
  const mustache::data* get_partial(const std::string&) const override { return nullptr; }

 private:
  std::vector<std::string>& names_;
  bool all_there_;
  int depth_ = 0;
  mustache::data there_{mustache::data::type::bool_true};
};

mustache::data data_of(const json& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      return mustache::data(mustache::data::type::bool_false);
    case boost::json::kind::bool_:
      return mustache::data(value.get_bool());
    case boost::json::kind::string:
      return mustache::data(std::string(value.get_string()));
    case boost::json::kind::array: {
      mustache::data list(mustache::data::type::list);
      for (const json& element : value.get_array()) list.push_back(data_of(element));
      return list;
    }
    case boost::json::kind::object: {
      mustache::data object(mustache::data::type::object);
      for (const auto& [name, member] : value.get_object()) object.set(name, data_of(member));
      return object;
    }
    default:
      return mustache::data(dump_json(value));
  }
}

}  // namespace

text_template::text_template(std::string text) : text_(std::move(text)) { parsed(text_); }

std::vector<std::string> text_template::names() const {
  std::vector<std::string> out;
  mustache::mustache t = parsed(text_);
  for (const bool all_there : {true, false}) {
    recorder r(out, all_there);
    t.render(r);
  }
  return out;
}

std::string text_template::render(const boost::json::object& values) const {
  mustache::mustache t = parsed(text_);
  return t.render(data_of(values));
}

}  // namespace stook::detail
