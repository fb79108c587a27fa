#include <oncall/postmortem/document.hpp>

#include <stook/core/type_desc.hpp>

namespace stook::detail {

template const type_desc& type_of<sre::postmortem>();
template const type_desc& type_of<sre::data_quality>();
template const type_desc& type_of<sre::provenance>();

}  // namespace stook::detail
