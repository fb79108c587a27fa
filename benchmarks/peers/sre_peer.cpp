// stook's side of the works `tutorial` and `oncall` of `run`.
//
//   stook_sre_peer tutorial DAY FROM TO   the data path, as a whole process; prints its answers and its peak
//   stook_sre_peer record DAY             prints the script of an investigation
//   stook_sre_peer oncall DAY SCRIPT      one investigation by that script; prints its answers and its peak
//   stook_sre_peer serve DAY SCRIPT       takes orders, `oncall 1 RUNS` a line, and says their CPU time

#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <boost/json/object.hpp>

#include "peers/sre_peer.hpp"
#include "process.hpp"

namespace {

using stook::json;

json read_json(const std::string& file) {
  std::ifstream in(file);
  return stook::parse_json(std::string(std::istreambuf_iterator<char>(in), {}));
}

void print_with_peak(json answers) {
  std::string text = stook::dump_json(answers);
  text.pop_back();
  std::cout << text << fmt::format(",\"peak_kib\":{}}}\n", process::peak_kib());
}

void serve(const std::string& day, const std::string& script) {
  const auto model = peers::model_of(read_json(script));
  std::string work;
  int size = 0, runs = 0;
  while (std::cin >> work >> size >> runs) {
    try {
      if (work != "oncall") throw std::runtime_error("expected oncall, got " + work);
      const double begin = process::cpu_seconds();
      for (int i = 0; i < runs; ++i) peers::investigate(day, model, false);
      std::cout << fmt::format(R"({{"cpu_seconds":{}}})", process::cpu_seconds() - begin) << std::endl;
    } catch (const std::exception& why) {  // said to `run`, which names it
      std::cout << stook::dump_json(boost::json::object{{"error", why.what()}}) << std::endl;
    }
  }
}

int obey(const std::vector<std::string>& words) {
  const std::string work = words.empty() ? "" : words[0];
  if (work == "tutorial" && words.size() == 4) {
    print_with_peak(peers::tutorial(words[1], words[2], words[3]));
  } else if (work == "record" && words.size() == 2) {
    std::cout << stook::dump_json_pretty(peers::record_script(words[1]));
  } else if (work == "oncall" && words.size() == 3) {
    print_with_peak(peers::investigate(words[1], peers::model_of(read_json(words[2])), true));
  } else if (work == "serve" && words.size() == 3) {
    serve(words[1], words[2]);
  } else {
    std::cerr << "stook_sre_peer: expected tutorial DAY FROM TO, record DAY, oncall DAY SCRIPT or serve DAY "
                 "SCRIPT\n";
    return 2;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return obey({argv + 1, argv + argc});
  } catch (const std::exception& why) {
    std::cerr << "stook_sre_peer: " << why.what() << "\n";
    return 1;
  }
}
