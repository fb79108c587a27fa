// A reply in one piece, in the dialect that STOOK_FUZZ_DIALECT names: it is read or refused as a model's
// error.

#include "dialects.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    fuzz::require_sendable(fuzz::the_dialect().read_whole(fuzz::text_of(data, size)));
  } catch (const stook::model_error& e) {
    fuzz::require_known(e);
  }
  return 0;
}
