#include "fault_script.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>

#include <fmt/format.h>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace conformance {
namespace {

namespace json = boost::json;

// What an entry may be: exactly one of these, or a status alone.
constexpr std::array<std::string_view, 17> directives{
    "msg",       "raw",  "raw_hex", "sse",    "sse_call", "sse_text",   "sse_variant", "sse_tiny", "flood",
    "sse_flood", "hang", "drip_ms", "refuse", "tls",      "close_idle", "$calls",      "$counter"};
// What may stand beside it.
constexpr std::array<std::string_view, 14> modifiers{"status", "headers",  "ctype",      "finish", "usage",
                                                     "cut",    "after",    "after_frac", "before", "bytes",
                                                     "kill9",  "delay_ms", "name",       "split"};

[[noreturn]] void refuse(const std::string& what) { throw std::runtime_error(what); }

template <std::size_t N>
bool stands_in(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::int64_t number(const json::value& v, std::string_view name, std::int64_t most) {
  const auto* n = v.if_int64();
  if (!n || *n < 0 || *n > most) refuse(fmt::format("expected a number from 0 to {} as \"{}\"", most, name));
  return *n;
}

std::string text(const json::value& v, std::string_view name) {
  const auto* s = v.if_string();
  if (!s) refuse(fmt::format("expected a text as \"{}\"", name));
  return std::string(*s);
}

const json::array& list(const json::value& v, std::string_view name) {
  const auto* a = v.if_array();
  if (!a) refuse(fmt::format("expected a list as \"{}\"", name));
  return *a;
}

const json::object& object(const json::value& v, std::string_view name) {
  const auto* o = v.if_object();
  if (!o) refuse(fmt::format("expected an object as \"{}\"", name));
  return *o;
}

std::string bytes_of_hex(std::string_view hex) {
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    refuse("expected hexadecimal digits");
  };
  if (hex.size() % 2 != 0) refuse("expected an even number of hexadecimal digits");
  std::string out;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    out += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
  }
  return out;
}

said_call call_in(const json::value& from) {
  said_call call;
  for (const auto& [key, value] : object(from, "calls")) {
    if (key == "id") {
      call.id = value;
    } else if (key == "name") {
      call.name = value;
    } else if (key == "args") {
      call.args = value;
    } else {
      refuse(fmt::format("unknown member \"{}\" of a call", std::string_view(key)));
    }
  }
  return call;
}

completion completion_in(const json::object& entry) {
  completion c{.content = nullptr, .finish = nullptr};
  for (const auto& [key, value] : object(entry.at("msg"), "msg")) {
    if (key == "content") {
      c.content = value;
    } else if (key == "calls") {
      for (const json::value& call : list(value, "calls")) c.calls.push_back(call_in(call));
    } else if (key == "refusal") {
      c.refusal = value;
    } else {
      refuse(fmt::format("unknown member \"{}\" of msg", std::string_view(key)));
    }
  }
  if (const auto* finish = entry.if_contains("finish")) c.finish = *finish;
  if (const auto* usage = entry.if_contains("usage")) c.usage = *usage;
  return c;
}

completion many_calls(std::int64_t count) {
  completion c{.content = nullptr, .finish = "tool_calls"};
  for (std::int64_t i = 0; i < count; ++i) {
    const std::string args = fmt::format(R"({{"sql":"SELECT {}"}})", i);
    c.calls.push_back({json::value(fmt::format("c{}", i)), json::value("query_sql"), json::value(args)});
  }
  return c;
}

class script_reader {
 public:
  explicit script_reader(transport way) : way_(way) {}

  void read(const json::value& each) {
    const json::object& entry = object(each, "an entry");
    if (const auto* repeat = entry.if_contains("$repeat")) {
      if (entry.size() != 1) refuse("expected nothing beside \"$repeat\"");
      return read_repeat(list(*repeat, "$repeat"));
    }
    const std::string_view directive = directive_of(entry);
    if (directive == "$counter") return read_counter(list(entry.at("$counter"), "$counter"));
    if (directive == "tls") {
      out_.tls = text(entry.at("tls"), "tls");
      if (out_.tls != "wrong_name" && out_.tls != "expired" && out_.tls != "self_signed" &&
          out_.tls != "untrusted") {
        refuse(fmt::format("unknown tls \"{}\"; known are wrong_name, expired, self_signed, untrusted",
                           out_.tls));
      }
      return;
    }
    exchange& made = out_.exchanges.emplace_back();
    if (!directive.empty()) read_directive(made, directive, entry);
    read_modifiers(made, entry);
    if (out_.exchanges.size() > most_exchanges) refuse("the script is longer than 10000 exchanges");
  }

  fault_script take() { return std::move(out_); }

 private:
  static constexpr std::size_t most_exchanges = 10'000;

  static std::string_view directive_of(const json::object& entry) {
    std::string_view found, pace;
    for (const auto& [key, value] : entry) {
      const std::string_view name(key.data(), key.size());
      if (stands_in(modifiers, name)) continue;
      if (!stands_in(directives, name)) refuse(fmt::format("unknown directive \"{}\"", name));
      std::string_view& place = name == "hang" || name == "drip_ms" ? pace : found;
      if (!place.empty()) refuse(fmt::format("expected one directive, got \"{}\" and \"{}\"", place, name));
      place = name;
    }
    if (found.empty()) found = pace;  // of no body of the script's
    if (found.empty() && !entry.contains("status")) refuse("expected a directive or a status");
    return found;
  }

  void read_repeat(const json::array& pair) {
    if (pair.size() != 2) refuse("expected an entry and a number in \"$repeat\"");
    const std::int64_t times = number(pair[1], "$repeat", most_exchanges);
    for (std::int64_t i = 0; i < times; ++i) {
      if (const auto* entries = pair[0].if_array()) {
        for (const json::value& one : *entries) read(one);
      } else {
        read(pair[0]);
      }
    }
  }

  void read_counter(const json::array& pair) {
    if (pair.size() != 2) refuse("expected arguments and a number in \"$counter\"");
    const std::string pattern = text(pair[0], "$counter");
    const std::int64_t times = number(pair[1], "$counter", most_exchanges);
    for (std::int64_t i = 0; i < times; ++i) {
      std::string args = pattern;
      for (std::size_t at = 0; (at = args.find("%d", at)) != std::string::npos;) {
        args.replace(at, 2, std::to_string(i));
      }
      out_.exchanges.emplace_back().body = formed(call_of(fmt::format("c{}", i), "query_sql", args));
    }
  }

  void read_directive(exchange& made, std::string_view name, const json::object& entry) {
    const json::value& value = entry.at(name);
    if (name == "msg") {
      const completion c = completion_in(entry);
      note_structure(c);
      const auto* type = entry.if_contains("ctype");
      made.body = type && *type == "application/json" ? whole_body(c) : formed(c);
    } else if (name == "$calls") {
      made.body = formed(many_calls(number(value, name, 10'000)));
    } else if (name == "raw") {
      made.body = reply_body{text(value, name), "application/json"};
    } else if (name == "raw_hex") {
      made.body = raw_hex(text(value, name));
    } else if (name == "hang") {
      made.what = exchange::act::hang;
      read_hang(made, text(value, name));
    } else if (name == "drip_ms") {
      made.what = exchange::act::drip;
      made.drip = std::chrono::milliseconds(number(value, name, 60'000));
    } else if (name == "refuse" || name == "close_idle") {
      if (!value.is_bool() || !value.get_bool()) refuse(fmt::format("expected true as \"{}\"", name));
      made.what = name == "refuse" ? exchange::act::refuse : exchange::act::close_idle;
    } else if (name == "flood") {
      read_flood(made, {}, text(value, name), "application/json");
      if (!entry.contains("bytes")) refuse("expected \"bytes\" beside \"flood\"");
      made.flood_bytes = static_cast<std::uint64_t>(number(entry.at("bytes"), "bytes", most_bytes));
    } else {
      read_stream(made, name, value, entry);
    }
  }

  void read_stream(exchange& made, std::string_view name, const json::value& value,
                   const json::object& entry) {
    if (name == "sse_call") {
      const auto* tool = entry.if_contains("name");
      made.body = stream_body(call_of("c1", tool ? text(*tool, "name") : "query_sql", text(value, name)));
    } else if (name == "sse_text") {
      made.body = stream_body({.content = value, .finish = "stop"});
    } else if (name == "sse_variant") {
      const std::string variant = text(value, name);
      made.body = odd_stream(variant, way_);
      made.spoils_line = variant == "after_done";
    } else if (name == "sse_tiny") {
      made.body = tiny_stream(static_cast<std::size_t>(number(value, name, 10'000'000)));
    } else if (name == "sse_flood") {
      read_flood(made, "data: ", "x", "text/event-stream");
      made.flood_bytes = static_cast<std::uint64_t>(number(value, name, most_bytes));
    } else {
      std::vector<std::string> lines;
      for (const json::value& line : list(value, name)) lines.push_back(text(line, name));
      made.body = listed_stream(lines);
    }
  }

  static constexpr std::int64_t most_bytes = std::int64_t{1} << 40;

  static void read_flood(exchange& made, std::string begins, std::string repeats, std::string type) {
    if (repeats.empty()) refuse("expected a text that is not empty as \"flood\"");
    made.what = exchange::act::flood;
    made.flood_begins = std::move(begins);
    made.flood_repeats = std::move(repeats);
    made.body = reply_body{"", std::move(type)};
  }

  static void read_hang(exchange& made, const std::string& where) {
    if (where == "before_headers") {
      made.hangs = exchange::place::before_head;
    } else if (where == "after_headers") {
      made.hangs = exchange::place::after_head;
    } else if (where == "mid_body") {
      made.hangs = exchange::place::in_body;
    } else {
      refuse(fmt::format("unknown hang \"{}\"; known are before_headers, after_headers, mid_body", where));
    }
  }

  reply_body raw_hex(const std::string& value) const {
    constexpr std::string_view of_completion = "$completion_with_args_hex:";
    if (value.starts_with(of_completion)) {
      return formed(call_of("c1", "query_sql", bytes_of_hex(value.substr(of_completion.size()))));
    }
    if (value.starts_with('$')) refuse(fmt::format("unknown placeholder \"{}\"", value.substr(0, 64)));
    return {bytes_of_hex(value), "application/json"};
  }

  void read_modifiers(exchange& made, const json::object& entry) const {
    if (const auto* status = entry.if_contains("status")) {
      made.status = static_cast<int>(number(*status, "status", 599));
      if (made.status < 200) refuse("expected a status from 200 to 599");
    }
    if (const auto* headers = entry.if_contains("headers")) {
      for (const auto& [key, value] : object(*headers, "headers")) {
        made.headers.emplace_back(
            std::string(key), value.is_string() ? std::string(value.get_string()) : json::serialize(value));
      }
    }
    if (const auto* split = entry.if_contains("split")) {
      made.piece_bytes = static_cast<std::size_t>(number(*split, "split", most_bytes));
      if (made.piece_bytes == 0) refuse("expected a number from 1 as \"split\"");
    }
    if (entry.contains("usage") && !entry.contains("msg")) refuse("expected \"msg\" beside \"usage\"");
    if (const auto* delay = entry.if_contains("delay_ms")) {
      made.delay = std::chrono::milliseconds(number(*delay, "delay_ms", 60'000));
    }
    if (const auto* kill = entry.if_contains("kill9"))
      made.kills_client = kill->is_bool() && kill->get_bool();
    if (const auto* type = entry.if_contains("ctype")) {
      const std::string name = text(*type, "ctype");
      if (made.body) {
        made.body->type = name;
      } else {
        made.headers.emplace_back("Content-Type", name);
      }
    }
    const bool has_body = made.what == exchange::act::reply && made.body;
    if (const auto* drip = entry.if_contains("drip_ms"); drip && has_body) {
      made.drip = std::chrono::milliseconds(number(*drip, "drip_ms", 60'000));
    }
    read_cut(made, entry);
    if (const auto* hang = entry.if_contains("hang"); hang && has_body) {
      if (text(*hang, "hang") != "mid_body") refuse("expected \"mid_body\" as \"hang\" beside a body");
      if (made.ends != exchange::ending::whole) refuse("expected \"cut\" or \"hang\", got both");
      made.ends = exchange::ending::stall;
      made.kept = read_place(made, entry).value_or(made.body->bytes.size() / 2);
    }
  }

  static void read_cut(exchange& made, const json::object& entry) {
    const auto* cut = entry.if_contains("cut");
    const bool has_place =
        entry.contains("after") || entry.contains("after_frac") || entry.contains("before");
    if (!cut && has_place && !entry.contains("hang")) refuse("expected \"cut\" beside a place");
    if (!cut) return;
    if (!made.body || made.what != exchange::act::reply) refuse("expected a body that can be cut");
    const std::string how = text(*cut, "cut");
    if (how != "fin" && how != "rst") refuse(fmt::format("unknown cut \"{}\"; known are fin, rst", how));
    made.ends = how == "fin" ? exchange::ending::fin : exchange::ending::rst;
    const auto place = read_place(made, entry);
    if (!place) refuse("expected \"after\", \"after_frac\" or \"before\" beside \"cut\"");
    made.kept = *place;
  }

  // How many bytes of the body stand before the place that the entry names.
  static std::optional<std::size_t> read_place(const exchange& made, const json::object& entry) {
    const auto* after = entry.if_contains("after");
    const auto* share = entry.if_contains("after_frac");
    const auto* before = entry.if_contains("before");
    if ((after != nullptr) + (share != nullptr) + (before != nullptr) > 1) {
      refuse("expected one of \"after\", \"after_frac\" and \"before\"");
    }
    const std::size_t size = made.body->bytes.size();
    if (after) return std::min(size, static_cast<std::size_t>(number(*after, "after", most_bytes)));
    if (share) {
      boost::system::error_code wrong;
      const double part = share->is_number() ? share->to_number<double>(wrong) : -1;
      if (!(part >= 0 && part <= 1)) refuse("expected a number from 0 to 1 as \"after_frac\"");
      return static_cast<std::size_t>(part * static_cast<double>(size));
    }
    if (!before) return std::nullopt;
    const auto found = made.body->places.find(text(*before, "before"));
    if (found == made.body->places.end()) {
      refuse(fmt::format("the body has no place \"{}\"", text(*before, "before")));
    }
    return found->second;
  }

  reply_body formed(const completion& c) const {
    return way_ == transport::whole ? whole_body(c) : stream_body(c);
  }

  // An agent is asked for an answer of a type where a reply is an object: a script has no other word for it.
  void note_structure(const completion& c) {
    const auto* content = c.content.if_string();
    if (content && content->starts_with('{')) out_.is_structured = true;
  }

  transport way_;
  fault_script out_;
};

}  // namespace

bool is_stream_only(const json::array& script) {
  return std::any_of(script.begin(), script.end(), [](const json::value& entry) {
    const auto* members = entry.if_object();
    return members && std::any_of(members->begin(), members->end(),
                                  [](const auto& member) { return member.key().starts_with("sse"); });
  });
}

fault_script read_script(const json::array& script, transport way) {
  script_reader reader(way);
  for (std::size_t i = 0; i < script.size(); ++i) {
    try {
      reader.read(script[i]);
    } catch (const std::exception& e) {
      throw std::runtime_error(fmt::format("script, entry {}: {}", i + 1, e.what()));
    }
  }
  return reader.take();
}

}  // namespace conformance
