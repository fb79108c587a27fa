#pragma once

#include <oncall/postmortem/document.hpp>
#include <oncall/report/citations_view.hpp>

namespace stook::sre::report {

/// The evidence, each item with the way back to what cites it: made after all statements are. All results
/// together take at most about 250 KB.
views evidence_views(const postmortem& document, const citation_links& links);

/// Sets what the section on data quality shows.
void put_quality(view& page, const postmortem& document, citation_links& links);

/// Sets what the last section shows: by what, when and of what the report was made.
void put_provenance(view& page, const postmortem& document);

}  // namespace stook::sre::report
