#include <oncall/postmortem/document.hpp>

#include <stook/core/type_desc.hpp>

namespace stook::detail {

template const type_desc& type_of<sre::incident>();

}  // namespace stook::detail
