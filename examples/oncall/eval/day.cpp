#include <oncall/eval/day.hpp>

#include <fmt/format.h>

#include <boost/json/value.hpp>

#include <oncall/data/csv_writer.hpp>
#include <stook/core/codec.hpp>
#include <stook/core/json.hpp>

namespace stook::sre::eval {
namespace {

std::string events_csv(const world& w) {
  std::string out = "ts,kind,service,detail\n";
  for (const happening& e : w.events) {
    out += fmt::format("{},{},{},", to_string(e.t), e.kind, e.service);
    append_csv_field(out, e.detail);
    out += '\n';
  }
  return out;
}

std::string topology_csv(const world& w) {
  using enum part;
  constexpr std::array<std::pair<part, part>, 8> calls{{{edge, front_a},
                                                        {edge, front_b},
                                                        {edge, front_c},
                                                        {front_a, store},
                                                        {front_a, inner},
                                                        {front_b, store},
                                                        {front_c, leaf},
                                                        {batch, store}}};
  std::string out = "caller,callee\n";
  if (w.kind->odd.no_topology) return out;
  for (const auto& [caller, callee] : calls) out += fmt::format("{},{}\n", w.name(caller), w.name(callee));
  return out;
}

}  // namespace

made_case make_case(const scenario& kind, std::uint64_t seed, bool quiet) {
  const world w = make_world(kind, seed, quiet);
  made_case out{.day = {}, .answer = w.answer};
  out.day.metrics_csv = metrics_csv(w, out.answer);
  out.day.logs_csv = logs_csv(w);
  out.day.events_csv = events_csv(w);
  out.day.topology_csv = topology_csv(w);
  out.day.truth_json = dump_json_pretty(to_json(out.answer));
  return out;
}

}  // namespace stook::sre::eval
