#pragma once

#include <ctime>
#include <fstream>
#include <string>

#include <unistd.h>

/// What this process has cost so far.
namespace process {

/// CPU time of this process so far, all threads.
inline double cpu_seconds() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

inline long resident_kib() {
  long size = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> size >> resident;
  return resident * sysconf(_SC_PAGESIZE) / 1024;
}

/// The most memory that this process held since it was executed. Unlike getrusage and wait4 it does not count
/// the process that started it, of which it was a copy for a moment.
inline long peak_kib() {
  std::ifstream status("/proc/self/status");
  std::string word;
  long peak = 0;
  while (status >> word && word != "VmHWM:") {
  }
  status >> peak;
  return peak;
}

}  // namespace process
