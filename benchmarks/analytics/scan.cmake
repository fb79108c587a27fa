# Programs of `run` that ask questions of what is loaded, and the one of `text`.
add_executable(bench_scan scan.cpp)
target_link_libraries(bench_scan PRIVATE analytics_common stook_build_settings)

add_executable(log_text log_text.cpp)
target_link_libraries(log_text PRIVATE stook::stook re2::re2 stook_build_settings)

add_dependencies(bench_analytics bench_scan log_text)
