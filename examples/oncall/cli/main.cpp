// oncall: see `oncall --help`.

#include <csignal>
#include <exception>
#include <string>
#include <string_view>
#include <variant>

#include <oncall/cli/commands.hpp>
#include <oncall/cli/model_choice.hpp>
#include <stook/core/error.hpp>

namespace {

using namespace stook::sre::cli;

// Codes of errors that another input, or another place for the output, would mend.
bool is_about_input(std::string_view code) {
  for (const std::string_view other :
       {"output_directory", "output_exists", "sql_syntax", "sql_empty", "sql_multiple_statements",
        "sql_denied", "no_api_key", "bad_url", "bad_model_options", "bad_cassette", "cassette_write"}) {
    if (code == other) return true;
  }
  return code.starts_with("input_");
}

exit_code complain(terminal& to, std::string_view what, exit_code code) {
  to.err.line(to.err.paint(style::red, "oncall:") + " " + std::string(what));
  return code;
}

exit_code run_program(int argc, char** argv, terminal& to) {
  try {
    const any_command asked = read_command_line(argc, argv);
    return std::visit([&](const auto& chosen) { return run(chosen, to); }, asked);
  } catch (const usage_error& e) {
    return complain(to, e.what(), exit_code::wrong_input);
  } catch (const stook::error& e) {
    std::string text = e.what();
    if (!e.what_failed().hint.empty()) text += "\n  " + e.what_failed().hint;
    return complain(to, text, is_about_input(e.code()) ? exit_code::wrong_input : exit_code::failed);
  } catch (const std::exception& e) {
    return complain(to, e.what(), exit_code::failed);
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a reader that leaves early does not keep the files from being written
  try {
    terminal to;
    to.out.last_look = to.err.last_look = without_keys;
    return static_cast<int>(run_program(argc, argv, to));
  } catch (...) {  // not even stderr can be written
    return static_cast<int>(exit_code::failed);
  }
}
