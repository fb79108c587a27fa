# The programs of scan_text.py, scan_logs.py, and what else asks questions of rows that are loaded.
add_executable(log_text analytics/log_text.cpp)
target_link_libraries(log_text PRIVATE stook::stook re2::re2 stook_build_settings)
