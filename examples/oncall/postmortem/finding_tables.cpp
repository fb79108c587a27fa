#include <oncall/postmortem/finding.hpp>

#include <stook/core/type_desc.hpp>

namespace stook::detail {

template const type_desc& type_of<sre::incident_finding>();
template const type_desc& type_of<sre::finding>();

}  // namespace stook::detail
