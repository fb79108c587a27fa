#include <stook/tool/context.hpp>

#include <stook/core/clock.hpp>

namespace stook {

run_context::run_context() : run_context(fields{}) {}
run_context::run_context(fields f) : fields_(std::make_shared<const fields>(std::move(f))) {}

timestamp run_context::now() const { return fields_->from ? fields_->from->now() : system_clock()->now(); }

void run_context::progress(std::string_view message, double fraction) const {
  if (fields_->from) fields_->from->on_progress(fields_->call_id, message, fraction);
}

}  // namespace stook
