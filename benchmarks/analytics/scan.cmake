# Programs of `run` that ask questions of what is loaded, and the one of `text`.
add_executable(bench_scan scan.cpp)
add_executable(bench_queries queries.cpp)
add_executable(bench_detection detection.cpp)
foreach(program bench_scan bench_queries bench_detection)
  target_link_libraries(${program} PRIVATE analytics_common stook_build_settings)
endforeach()
target_link_libraries(bench_queries PRIVATE Boost::json)

add_executable(log_text log_text.cpp)
target_link_libraries(log_text PRIVATE stook::stook re2::re2 stook_build_settings)

add_dependencies(bench_analytics bench_scan bench_queries bench_detection log_text)
