#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <stook/chat/model.hpp>

namespace stook {

/// How a cassette is made and read: one JSON file with the requests to a model and what it answered.
struct cassette_options {
  /// Texts that must not stand in the file, of 4 bytes or more. Keys of well-known services, bearer tokens,
  /// JSON Web Tokens, private keys and passwords in URLs are taken out in any case. A replay needs the same
  /// list, or its own keys in it: then what was taken out of both is the same.
  std::vector<std::string> secrets{};
  /// Of a replay: answers what was not recorded. Without one that is an error.
  std::shared_ptr<chat_model> otherwise{};
  /// Longest file that is read.
  std::size_t most_bytes = 64 * 1024 * 1024;
};

/// A model that asks `model` and keeps what was asked and answered, failures included, in `file`. The file
/// is begun anew at once, and written whole under another name and renamed after each answer, on the thread
/// of the run. What somebody cancelled is not kept. Immediate if the model is. Thread-safe; one recorder a
/// file. Throws `error`: bad_cassette for no model, bad_secret, cassette_write.
std::shared_ptr<chat_model> record_cassette(std::shared_ptr<chat_model> model, std::filesystem::path file,
                                            cassette_options options = {});

/// A model that answers from `file`, without a network. A request is found by the SHA-256 of its canonical
/// form: messages, tools, choice, schema and options, without secrets and with the calls numbered. Requests
/// that are the same are answered in the order in which they were recorded. One that was not recorded, or not
/// so often, is an error (model.unrecorded) that names the first message that differs from the nearest
/// recorded one. A text arrives as one piece. Immediate, unless `otherwise` is there and waits. Thread-safe;
/// every replay begins at the beginning. Throws `error` (bad_cassette) for a file that is none.
std::shared_ptr<chat_model> replay_cassette(const std::filesystem::path& file, cassette_options options = {});

}  // namespace stook
