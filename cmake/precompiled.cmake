# What many units include is read once, for builds from nothing: a quarter of their cost. Off by default, for a unit that
# forgets an include compiles then, and ccache, which saves more where it is, wants to be told to trust such headers.
option(STOOK_PRECOMPILE "Precompile the headers of others that most units include" OFF)
if(STOOK_PRECOMPILE AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 forgets that these are system headers, and warns of its own std::string (GCC bug 105651 by other names).
  target_compile_options(stook_build_settings INTERFACE -Wno-stringop-overflow -Wno-stringop-overread -Wno-array-bounds)
endif()

# stook_precompile(<target> <header>...)
function(stook_precompile target)
  if(STOOK_PRECOMPILE)
    list(TRANSFORM ARGN REPLACE "(.+)" "<\\1>" OUTPUT_VARIABLE headers)
    target_precompile_headers(${target} PRIVATE ${headers})
  endif()
endfunction()

# stook_precompiled_by(<target> <other>): the target is compiled as the other one is, and uses its headers.
function(stook_precompiled_by target other)
  if(STOOK_PRECOMPILE)
    target_precompile_headers(${target} REUSE_FROM ${other})
  endif()
endfunction()
