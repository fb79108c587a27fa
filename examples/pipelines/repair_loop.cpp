// An alert is read by a model, whose answer must hold a schema; wrong answers go back with what is wrong.
// Noise is dropped; the rest becomes a page.
//
//   alert -> prompt -> retry -> model -> check --valid--> route --page--> page
//                       ^                |                  |
//                       +----invalid-----+                  +--noise--> (dropped)
//
// The "model" is a script here: it forgets the severity at first. Prints the page and what each component
// did.

#include <optional>
#include <string>

#include <fmt/format.h>

#include <stook/pipeline/joiners.hpp>
#include <stook/pipeline/pipeline.hpp>
#include <stook/pipeline/prompt_builder.hpp>
#include <stook/pipeline/schema_validator.hpp>

namespace {

struct verdict {
  std::string service;
  int severity = 0;
};
STOOK_DESCRIBE(verdict, (service, "The service that is affected"),
               (severity, "0 is noise, 5 an outage", stook::between{0, 5}))

struct forgetful_model {
  int calls = 0;
  stook::message run(stook::message) {
    return stook::message::assistant(++calls == 1 ? R"({"service":"checkout"})"
                                                  : R"({"service":"checkout","severity":4})");
  }
};

// A router is a component that fills one of its outputs.
struct route {
  struct in {
    verdict value;
  };
  struct out {
    std::optional<verdict> page, noise;
  };
  out run(in i) const {
    out o;
    (i.value.severity > 1 ? o.page : o.noise) = i.value;
    return o;
  }
};
STOOK_DESCRIBE(route::in, (value))
STOOK_DESCRIBE(route::out, (page), (noise))

struct page_in {
  verdict about;
};
STOOK_DESCRIBE(page_in, (about))

}  // namespace

int main() {
  stook::pipeline p;
  p.add("prompt", stook::prompt_builder{"Judge this alert and answer as JSON: {{alert}}", {}});
  p.add("retry", stook::branch_joiner{"stook::message"});
  p.add("model", forgetful_model{});
  p.add("check", stook::schema_validator<verdict>{});
  auto way = p.add("route", route{});
  auto page = p.add("page", [](page_in in) {
    return fmt::format("PAGE {}: severity {}", in.about.service, in.about.severity);
  });

  p.connect("prompt.prompt", "retry.value");  // a text becomes a message
  p.connect("retry.value", "model.value");
  p.connect("model.value", "check.value");
  p.connect("check.invalid", "retry.value");
  p.connect("check.valid", "route.value");
  p.connect(way, &route::out::page, page, &page_in::about);  // checked by the compiler

  const auto result = p.run({{"prompt.alert", "checkout p99 is 4 s"}});
  fmt::print("{}\n\n{}", result.at<std::string>("page.value"), p.mermaid(&result));
}
