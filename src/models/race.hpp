#pragma once

#include <array>
#include <memory>
#include <optional>
#include <stop_token>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/strand.hpp>

#include "models/waiter.hpp"
#include "models/wrapping_model.hpp"

namespace stook::detail {

/// One request to two models, of which one answers. Everything happens on one strand.
class race : public std::enable_shared_from_this<race> {
 public:
  using strand = boost::asio::strand<boost::asio::any_io_executor>;

  race(const model_ptr& first, const model_ptr& second, const chat_request& request, generation& caller,
       strand on, std::shared_ptr<stook::clock> time);

  /// Begins with the first, and after `delay` with the second too. Ends when neither runs.
  task<chat_reply> run(std::chrono::nanoseconds delay);

 private:
  // One of the two requests, as its model sees it.
  class lane final : public generation {
   public:
    void text_delta(std::string_view piece) override { of->take_piece(*this, piece); }
    // what is said beside the text decides nothing, and is heard of the lane whose text is
    void reasoning_delta(std::string_view piece) override {
      if (of->heard_ == this) of->caller_.reasoning_delta(piece);
    }
    void call_delta(std::size_t index, std::string_view name, std::string_view piece) override {
      if (of->heard_ == this) of->caller_.call_delta(index, name, piece);
    }
    bool listens() const override { return of->caller_.listens(); }
    std::stop_token stop() const override { return source.get_token(); }
    std::optional<std::chrono::nanoseconds> time_left() const override { return of->caller_.time_left(); }

    race* of = nullptr;
    model_ptr model{};
    boost::asio::cancellation_signal signal{};
    std::stop_source source{};
    bool started = false;
    bool running = false;
    std::optional<chat_reply> reply{};
    std::optional<model_error> failed{};
  };

  void start(lane& l);
  void cancel(lane& l);
  task<void> ride(lane& l);
  task<void> decide(std::chrono::nanoseconds delay);
  task<void> end_all();
  void take_piece(lane& from, std::string_view piece);
  lane* winner();
  model_error defeat() const;

  const chat_request& request_;
  generation& caller_;
  strand on_;
  std::shared_ptr<stook::clock> clock_;
  std::shared_ptr<waiter> bell_;
  std::array<lane, 2> lanes_;
  lane* heard_ = nullptr;  // of which the caller heard a piece
};

}  // namespace stook::detail
