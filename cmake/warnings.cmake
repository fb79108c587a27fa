# What every target of the project itself is built with; users of the library inherit none of it.
add_library(stook_build_settings INTERFACE)
target_compile_options(stook_build_settings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor -Woverloaded-virtual)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports members of moved-from optionals and variants as maybe-uninitialized inside its own library.
  # Its -Wrestrict fires inside std::string on `"a" + text` (GCC bug 105651).
  # -Wmismatched-new-delete does not see that Asio's coroutine frames define both operators (under sanitizers).
  target_compile_options(stook_build_settings INTERFACE
    -Wno-maybe-uninitialized -Wno-restrict -Wno-mismatched-new-delete -Wno-missing-field-initializers)
else()
  target_compile_options(stook_build_settings INTERFACE -Wno-missing-field-initializers)
endif()
if(STOOK_UNITY_BUILD)
  # A local name may be that of something in a neighbour's unnamed namespace, and what is unnamed in an included file
  # seems to GCC to be of a header.
  target_compile_options(stook_build_settings INTERFACE -Wno-shadow $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endif()
option(STOOK_WARNINGS_AS_ERRORS "Stop the build at the first warning" OFF)
if(STOOK_WARNINGS_AS_ERRORS)
  target_compile_options(stook_build_settings INTERFACE -Werror)
endif()
if(STOOK_SANITIZE)
  target_compile_options(stook_build_settings INTERFACE -fsanitize=${STOOK_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(stook_build_settings INTERFACE -fsanitize=${STOOK_SANITIZE})
  if(STOOK_SANITIZE MATCHES undefined)
    # These five double the time of a build, and what they find the address sanitizer finds as well, or x86 allows.
    target_compile_options(stook_build_settings INTERFACE -fno-sanitize=null,object-size,alignment,vptr,pointer-overflow)
  endif()
  if(STOOK_SANITIZE MATCHES thread)
    # the thread sanitizer does not know fences, of which Asio has some beside its locks
    target_compile_definitions(stook_build_settings INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      target_compile_options(stook_build_settings INTERFACE -Wno-tsan)
    endif()
  endif()
endif()
if(STOOK_FUZZ)
  target_compile_options(stook_build_settings INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(STOOK_COVERAGE)
  target_compile_options(stook_build_settings INTERFACE --coverage -fprofile-update=atomic)
  target_link_options(stook_build_settings INTERFACE --coverage)
endif()
