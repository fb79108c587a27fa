#include "agent/drivers.hpp"

namespace stook::detail {

void call_plainly(run_machine& run, std::size_t index) {
  call_slot& slot = run.slot(index);
  const tool_core& tool = slot.found->core();
  run.begin_call(index);
  call_context context(run, slot);
  for (int attempt = 0;; ++attempt) {
    tool_invocation(tool, slot.call->arguments, &run.blackboard(), &context, slot.result).run();
    const bool again = slot.result.error && slot.result.error->retryable && attempt < tool.options.retries;
    if (!again || run.stop().stop_requested()) break;
    slot.result = {};
  }
  run.end_call(index);
}

void ask_plainly(run_machine& run) {
  try {
    run.take_reply(run.model().generate(run.request(), run));
  } catch (...) {
    run.take_failure(current_failure("model.failed"));
  }
}

answer drive(run_machine& run) {
  for (;;) {
    switch (run.next()) {
      case run_machine::want::model:
        ask_plainly(run);
        break;
      case run_machine::want::tools:
        if (const auto only = run.single_call()) {
          call_plainly(run, *only);
        } else {
          for (const auto& batch : run.batches()) {
            for (const std::size_t i : batch) {
              if (!run.stop().stop_requested()) call_plainly(run, i);
            }
            run.end_batch();
          }
        }
        run.end_calls();
        break;
      case run_machine::want::nothing:
        return run.finish();
    }
  }
}

}  // namespace stook::detail
