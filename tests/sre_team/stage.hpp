#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <oncall/data/generate.hpp>
#include <oncall/team/team.hpp>
#include <stook/chat/model.hpp>
#include <stook/core/clock.hpp>
#include <stook/models/scripted_model.hpp>

namespace stook::sre::test {

/// A generated day in a directory of its own, removed in the end.
class day_files {
 public:
  explicit day_files(const generate_options& options = {});
  ~day_files();
  day_files(const day_files&) = delete;
  day_files& operator=(const day_files&) = delete;

  input_files files() const;

 private:
  std::filesystem::path directory_;
};

/// The day that is made where nothing else is asked for: its files are written once for all tests.
const day_files& usual_day();

/// An investigation of the files at an instant that stands still.
std::shared_ptr<investigation> investigate(const day_files& day);

/// Run options under which two runs are the same bytes.
run_options fixed();

/// Another model for each agent of the team; the rules where none is given. Keeps the conversation that each
/// agent had last.
class cast final : public immediate_model {
 public:
  std::shared_ptr<chat_model> coordinator, profiler, writer;
  std::vector<message> coordinator_saw, profiler_saw, writer_saw;
  std::vector<message> profiler_began_with;

  cast();
  std::string name() const override { return "cast"; }
  chat_reply generate(const chat_request& request, generation& context) override;
};

/// Calls in their order, a turn each, by an agent with all six tools and the team's state; gives the results.
std::vector<message> results_of(std::shared_ptr<investigation> about, std::vector<chat_reply> turns);

inline constexpr const char* question = "What happened?";

inline bool has(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

/// What the tool messages of a conversation say.
std::vector<message> tool_messages(const std::vector<message>& conversation);

}  // namespace stook::sre::test
