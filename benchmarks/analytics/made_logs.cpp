#include "made_logs.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <oncall/data/story.hpp>

namespace analytics {
namespace {

namespace story = stook::sre::story;

std::string_view next_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n') + 1;
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end);
  return line;
}

/// A row of the ten as one of the seven: ts, service, region, level, error_kind, latency_ms, and the endpoint
/// in the place of the message. No field before the message is in quotes.
void append_narrow(std::string& out, std::string_view line) {
  std::array<std::string_view, 7> fields;
  for (std::string_view& field : fields) {
    const std::size_t comma = line.find(',');
    field = line.substr(0, comma);
    line.remove_prefix(comma + 1);
  }
  for (const std::size_t i : {0U, 1U, 2U, 3U, 4U, 6U}) {
    out += fields[i];
    out += ',';
  }
  out += fields[5];
  out += '\n';
}

}  // namespace

void write_logs(const std::filesystem::path& file, std::size_t rows, shape columns) {
  std::vector<std::string> days;
  while (days.size() * story::log_rows < rows) days.push_back(story::logs_csv({.seed = days.size() + 1}).csv);
  std::vector<std::string_view> lines;
  std::string_view header;
  for (const std::string& day : days) {
    std::string_view rest = day;
    header = next_line(rest);
    while (!rest.empty()) lines.push_back(next_line(rest));
  }
  // The generator writes whole seconds without a fraction: the second decides, then what stands behind it.
  const auto instant = [](std::string_view line) { return line.substr(0, line.find(',') - 1); };
  std::ranges::stable_sort(lines, {}, instant);

  std::string text{columns == shape::whole ? header
                                           : "ts,service,region,level,error_kind,latency_ms,message\n"};
  // Every k-th of them, so that the last days of the seeds are as complete as the first.
  for (std::size_t i = 0; i < rows; ++i) {
    const std::string_view line = lines[i * lines.size() / rows];
    if (columns == shape::whole) {
      text += line;
    } else {
      append_narrow(text, line);
    }
  }
  std::ofstream out{file, std::ios::binary};
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  if (!out.flush()) throw std::runtime_error("cannot write " + file.string());
}

}  // namespace analytics
