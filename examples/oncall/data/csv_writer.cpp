#include <oncall/data/csv_writer.hpp>

#include <csv.h>

#include <stook/core/ascii.hpp>

namespace stook::sre {
void append_csv_field(std::string& out, std::string_view field) {
  const bool trimmed_by_readers =
      !field.empty() && (ascii::is_blank(field.front()) || ascii::is_blank(field.back()));
  if (!trimmed_by_readers && field.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += field;
    return;
  }
  const std::size_t end = out.size();
  const std::size_t size = csv_write(nullptr, 0, field.data(), field.size());
  out.resize(end + size);
  csv_write(out.data() + end, size, field.data(), field.size());
}

}  // namespace stook::sre
