#include <oncall/logs/log_scan.hpp>

#include <stook/core/type_desc.hpp>

namespace stook::detail {

template const type_desc& type_of<sre::log_signal>();
template const type_desc& type_of<sre::log_scan>();

}  // namespace stook::detail
