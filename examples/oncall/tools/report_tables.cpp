#include <oncall/tools/reports.hpp>

#include <stook/core/type_desc.hpp>

namespace stook::detail {

template const type_desc& type_of<sre::window_report>();
template const type_desc& type_of<sre::inputs_report>();
template const type_desc& type_of<sre::detection_report>();
template const type_desc& type_of<sre::sql_report>();
template const type_desc& type_of<sre::scan_report>();
template const type_desc& type_of<sre::mitigation_plan>();
template const type_desc& type_of<sre::draft_report>();

}  // namespace stook::detail
