#include <oncall/causes/causes.hpp>

#include <stook/core/type_desc.hpp>

namespace stook::detail {

template const type_desc& type_of<sre::ranked_cause>();
template const type_desc& type_of<sre::cause_report>();

}  // namespace stook::detail
