#pragma once

#include <functional>
#include <string>

#include <sqlite3.h>

namespace analytics {

/// CPU seconds of `work` done once: the mean of as many as take `least`, after one that does not count.
double cpu_of_one(const std::function<void()>& work, double least = 0.05);

/// Prints a figure as a line of JSON: what was done, its CPU time, and the answer, JSON that must be the same
/// whoever does it.
void print_figure(const std::string& figure, double cpu_seconds, const std::string& answer);

/// The answer of loading: what a table `logs` holds, with `micros` as SQL for the microseconds of a row.
std::string summary_of_logs(sqlite3* db, const std::string& micros);

}  // namespace analytics
