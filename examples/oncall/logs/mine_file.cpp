#include <oncall/logs/mine_file.hpp>

#include <algorithm>
#include <utility>

#include <oncall/data/csv_reader.hpp>
#include <oncall/data/text_screen.hpp>
#include <oncall/logs/template_miner.hpp>

namespace stook::sre {

mined_file mine_file(const std::filesystem::path& file, std::string_view message_column,
                     const redactor& masks, const line_listener& each) {
  mined_file out;
  out.report.masks = masks;
  csv_reader reader{file, out.report};
  const std::size_t message = reader.required_column(message_column);
  text_screen screen{out.report};
  template_miner miner;
  std::uint32_t highest = 0;
  std::uint64_t next_line = out.report.lines + 2;  // the header is not counted before the first row is read
  csv_record record;
  while (reader.next(record)) {
    for (; each && next_line < record.line; ++next_line) each(std::nullopt);
    next_line = record.line + record.lines;
    const std::uint32_t id = miner.add(screen(record.fields[message], record.line));
    highest = std::max(highest, id + 1);
    ++out.lines;
    if (each) each(id);
  }
  for (; each && next_line <= out.report.lines; ++next_line) each(std::nullopt);
  out.distinct = highest;
  for (std::uint32_t id = 0; id < highest; ++id) {
    if (auto known = miner.find(id))
      out.templates.push_back({.id = id, .count = known->count, .text = std::move(known->typed_text)});
  }
  std::ranges::sort(out.templates, {}, [](const mined_template& t) {
    return std::pair{-static_cast<std::int64_t>(t.count), t.id};
  });
  return out;
}

}  // namespace stook::sre
