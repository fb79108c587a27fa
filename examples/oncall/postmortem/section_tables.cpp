#include <oncall/postmortem/document.hpp>

#include <stook/core/type_desc.hpp>

namespace stook::detail {

template const type_desc& type_of<std::vector<sre::claim>>();
template const type_desc& type_of<sre::root_cause>();
template const type_desc& type_of<sre::impact_section>();
template const type_desc& type_of<sre::runbook>();

}  // namespace stook::detail
