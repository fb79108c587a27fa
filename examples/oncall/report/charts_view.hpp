#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <oncall/detect/detector.hpp>
#include <oncall/report/html_report.hpp>
#include <oncall/report/svg_parts.hpp>
#include <oncall/report/view.hpp>

namespace stook::sre::report {

/// The drawings of a day. Holds what it is made from.
class day_charts {
 public:
  explicit day_charts(const report_inputs& from);

  /// From the first sample to behind the last, of the metrics or else of the logs; empty without either.
  const time_span& span() const { return span_; }
  /// The mark of the change at that instant; empty where there is none on the charts.
  std::string mark_at(timestamp t) const;

  void put_metrics(view& page) const;
  void put_errors(view& page) const;
  /// The metrics around incident `number` (from 1 on), where they would be hard to see among the whole day.
  void put_zoom(view& incident, std::size_t number) const;

 private:
  struct drawn_metric {
    const metric_series* series = nullptr;
    const metric_trace* trace = nullptr;
    double deviation = 0;  ///< its strongest over all incidents
  };
  void find_span();
  void mark_windows();
  void mark_events();
  void order_metrics();
  view chart(const std::string& id, const drawn_metric& metric, const time_span& span) const;
  std::string gist(const drawn_metric& metric, const time_span& span) const;

  report_inputs from_;
  std::optional<detection> detected_{};
  time_span span_{};
  chart_marks marks_{};
  std::vector<const change_event*> events_{};  ///< as marked, in order
  std::size_t events_left_out_ = 0;
  std::vector<drawn_metric> metrics_{};
};

}  // namespace stook::sre::report
