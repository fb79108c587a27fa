# Debian's libre2-dev ships a pkg-config file and no CMake package, so look for the library itself.
# Defines the imported target re2::re2.
if(NOT TARGET re2::re2)
  find_path(RE2_INCLUDE_DIR re2/re2.h)
  find_library(RE2_LIBRARY re2)
  include(FindPackageHandleStandardArgs)
  find_package_handle_standard_args(re2_stook REQUIRED_VARS RE2_LIBRARY RE2_INCLUDE_DIR)
  if(re2_stook_FOUND)
    add_library(re2::re2 UNKNOWN IMPORTED)
    set_target_properties(re2::re2 PROPERTIES
      IMPORTED_LOCATION "${RE2_LIBRARY}"
      INTERFACE_INCLUDE_DIRECTORIES "${RE2_INCLUDE_DIR}")
  endif()
  mark_as_advanced(RE2_INCLUDE_DIR RE2_LIBRARY)
else()
  set(re2_stook_FOUND TRUE)
endif()
