#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <boost/json/value.hpp>

#include <stook/chat/model.hpp>
#include <stook/core/json.hpp>

namespace peers {

/// The data path of the tutorial: loads metrics.csv and logs.csv of `day`, looks for incidents, scans the
/// logs of one window and asks two questions in SQL about it. What came out, as JSON.
stook::json tutorial(const std::filesystem::path& day, const std::string& from, const std::string& to);

/// What each agent of the on-call team is told and says in an investigation of `day` that its rules decide:
/// `{"task", "agents": {"coordinator": {"instructions", "replies": [{"text", "calls": [{"name",
/// "arguments"}]}]}, "profiler": ..., "writer": ...}}`.
stook::json record_script(const std::filesystem::path& day);

/// A model that says what such a script has, to whichever of the three agents asks.
std::shared_ptr<stook::chat_model> model_of(const stook::json& script);

/// One whole investigation by that model, to the verified postmortem. With `answers` what every team must
/// come to alike: the calls of tools, and what they answered.
stook::json investigate(const std::filesystem::path& day, const std::shared_ptr<stook::chat_model>& model,
                        bool answers);

}  // namespace peers
