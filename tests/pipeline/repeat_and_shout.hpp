#pragma once

#include <string>

#include <stook/pipeline/pipeline.hpp>

namespace helpdesk {

struct repeat {
  struct in {
    std::string text;
    int copies = 1;
  };
  struct out {
    std::string text;
    int count = 0;
  };
  out run(in i) const {
    out o{.count = i.copies};
    for (int n = 0; n < i.copies; ++n) o.text += i.text;
    return o;
  }
};
STOOK_DESCRIBE(repeat::in, (text), (copies, "", stook::defaulted))
STOOK_DESCRIBE(repeat::out, (text), (count))

inline stook::pipeline repeat_and_shout() {
  stook::pipeline p;
  p.add("repeat", helpdesk::repeat{});
  p.add("shout", [](std::string s) { return s + "!"; });
  p.connect("repeat.text", "shout.value");
  return p;
}

}  // namespace helpdesk
