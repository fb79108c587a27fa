#pragma once

#include <string>
#include <utility>

#include <kainjow/mustache.hpp>

/// What the template shows, as kainjow's mustache takes it. A name that an inner object lacks is looked up in
/// the outer ones, so every name that a section asks for is set in each object, at least to false.
namespace stook::sre::report {

using view = kainjow::mustache::data;
using views = kainjow::mustache::list;

/// An empty text is false: sections of it are left out.
inline void put(view& to, const char* name, std::string text) {
  to.set(name, text.empty() ? view(false) : view(std::move(text)));
}
inline void put_flag(view& to, const char* name, bool value) { to.set(name, view(value)); }
inline void put_list(view& to, const char* name, views list) { to.set(name, view(std::move(list))); }

}  // namespace stook::sre::report
