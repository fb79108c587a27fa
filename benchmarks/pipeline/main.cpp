// Time and allocations of one pipeline run, beside a naive coroutine DAG runner: chains and fan-outs of 10
// and 1,000 components, and the two shapes of which figures of other libraries are known (a chain of 3, a
// fan-out of 5 with a join). CPU time; the two are measured in turns, and the median of the pairs counts.

#include <algorithm>
#include <cstdlib>
#include <new>
#include <string>
#include <thread>

#include <fmt/format.h>

#include "common.hpp"
#include "process.hpp"

namespace {

std::size_t allocations = 0;

double cpu_nanoseconds() { return process::cpu_seconds() * 1e9; }

shape chain(std::string_view name, std::size_t nodes) {
  shape s{name, nodes, std::vector<std::vector<std::size_t>>(nodes)};
  for (std::size_t n = 0; n + 1 < nodes; ++n) s.next[n] = {n + 1};
  return s;
}

// One that feeds all the others, and one that they all feed.
shape fan(std::string_view name, std::size_t nodes) {
  shape s{name, nodes, std::vector<std::vector<std::size_t>>(nodes)};
  for (std::size_t n = 1; n + 1 < nodes; ++n) {
    s.next[0].push_back(n);
    s.next[n] = {nodes - 1};
  }
  return s;
}

double time_of(runner& r, std::size_t rounds) {
  const double begin = cpu_nanoseconds();
  for (std::size_t i = 0; i < rounds; ++i) r.run();
  return (cpu_nanoseconds() - begin) / static_cast<double>(rounds);
}

double median(std::vector<double> all) {
  std::nth_element(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2), all.end());
  return all[all.size() / 2];
}

void measure(const shape& s) {
  const auto ours = make_stook(s);
  const auto naive = make_naive(s);
  if (ours->run() != naive->run()) {
    fmt::print(stderr, "{}: the two runners do not agree\n", s.name);
    std::exit(1);
  }
  const std::size_t before = allocations;
  ours->run();
  const std::size_t allocated = allocations - before;

  const std::size_t rounds = 200'000 / s.nodes;
  std::vector<double> our_times, naive_times, ratios;
  for (int pair = 0; pair < 15; ++pair) {
    our_times.push_back(time_of(*ours, rounds));
    naive_times.push_back(time_of(*naive, rounds));
    ratios.push_back(our_times.back() / naive_times.back());
  }
  const double per_node = static_cast<double>(s.nodes);
  fmt::print("{:<22} {:>9.0f} {:>9.1f} {:>9.1f} {:>7.2f} {:>9.1f}\n", s.name, median(our_times),
             median(our_times) / per_node, median(naive_times) / per_node, median(ratios),
             static_cast<double>(allocated) / per_node);
}

void measure_parallel_work() {
  constexpr std::size_t components = 16;
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  for (unsigned parallel = 2; parallel <= cores; parallel *= 2) {
    std::vector<double> gains;
    for (int pair = 0; pair < 9; ++pair)
      gains.push_back(wall_of_parallel_work(components, 1) / wall_of_parallel_work(components, parallel));
    fmt::print("{} components that compute: {:.2f} times as fast with {} at once, by the wall\n", components,
               median(gains), parallel);
  }
}

}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

// With an argument: only the shapes whose name contains it, or "parallel".
int main(int argc, char** argv) {
  const std::string_view wanted = argc > 1 ? argv[1] : "";
  fmt::print("{:<22} {:>9} {:>9} {:>9} {:>7} {:>9}\n", "shape", "ns/run", "ns/node", "naive", "ratio",
             "allocs/node");
  for (const shape& s :
       {chain("chain of 3", 3), fan("fan-out of 5 and join", 7), chain("chain of 10", 10),
        fan("fan-out of 10", 10), chain("chain of 1,000", 1000), fan("fan-out of 1,000", 1000)}) {
    if (s.name.find(wanted) != std::string_view::npos) measure(s);
  }
  if (std::string_view("parallel").find(wanted) != std::string_view::npos) measure_parallel_work();
}
