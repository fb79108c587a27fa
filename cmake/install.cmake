# find_package(stook CONFIG) gives stook::stook.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(STOOK_CMAKE_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/stook")

install(TARGETS stook EXPORT stook-targets)
install(DIRECTORY include/stook DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT stook-targets NAMESPACE stook:: DESTINATION ${STOOK_CMAKE_DIR})

configure_package_config_file(cmake/stook-config.cmake.in stook-config.cmake INSTALL_DESTINATION ${STOOK_CMAKE_DIR})
write_basic_package_version_file(stook-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/stook-config.cmake
  ${PROJECT_BINARY_DIR}/stook-config-version.cmake
  cmake/Findre2_stook.cmake
  DESTINATION ${STOOK_CMAKE_DIR})
