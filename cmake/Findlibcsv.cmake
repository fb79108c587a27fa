# Debian's libcsv-dev ships neither a CMake package nor a pkg-config file, so look for the library itself.
# Defines the imported target libcsv::libcsv.
if(NOT TARGET libcsv::libcsv)
  find_path(LIBCSV_INCLUDE_DIR csv.h)
  find_library(LIBCSV_LIBRARY csv)
  include(FindPackageHandleStandardArgs)
  find_package_handle_standard_args(libcsv REQUIRED_VARS LIBCSV_LIBRARY LIBCSV_INCLUDE_DIR)
  if(libcsv_FOUND)
    add_library(libcsv::libcsv UNKNOWN IMPORTED GLOBAL)
    set_target_properties(libcsv::libcsv PROPERTIES
      IMPORTED_LOCATION "${LIBCSV_LIBRARY}"
      INTERFACE_INCLUDE_DIRECTORIES "${LIBCSV_INCLUDE_DIR}")
  endif()
  mark_as_advanced(LIBCSV_INCLUDE_DIR LIBCSV_LIBRARY)
else()
  set(libcsv_FOUND TRUE)
endif()
