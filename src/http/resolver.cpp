#include "http/resolver.hpp"

#include <memory>
#include <mutex>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <stook/core/blocking_pool.hpp>

namespace asio = boost::asio;

namespace stook::http {
namespace {

// Lookups at once. Where that many hang, the next ones wait, each for its own time.
constexpr unsigned most_threads = 16;

// Never destroyed: the end of the process would wait for a lookup that hangs.
blocking_pool& lookup_threads() {
  static auto* const threads = new blocking_pool(most_threads);
  return *threads;
}

// Whether a context is still there for a lookup to come back to.
struct way_back {
  std::mutex mutex;
  bool is_open = true;
};

// Closes the way when its context ends, before anything of the context is gone.
class way_back_service final : public asio::execution_context::service {
 public:
  using key_type = way_back_service;
  static asio::execution_context::id id;

  explicit way_back_service(asio::execution_context& owner) : service(owner) {}
  const std::shared_ptr<way_back>& way() const { return way_; }

 private:
  void shutdown() override {
    const std::lock_guard lock(way_->mutex);
    way_->is_open = false;
  }

  std::shared_ptr<way_back> way_ = std::make_shared<way_back>();
};

asio::execution_context::id way_back_service::id;

// Who waits: owned by the coroutine, and used on its strand.
struct waiting {
  explicit waiting(const asio::any_io_executor& strand)
      : over(strand, asio::steady_timer::time_point::max()) {}

  asio::steady_timer over;
  std::optional<resolved_name> found;
};

// What a lookup holds while it runs: nothing that needs the context.
struct lookup_job {
  std::string host;
  name_lookup lookup;
  std::weak_ptr<waiting> waiter;
  std::shared_ptr<way_back> way;
};

std::vector<asio::ip::address> look_up_by_system(const std::string& host) {
  asio::io_context unused;  // a resolver is made of one; the blocking call runs nothing in it
  asio::ip::tcp::resolver system(unused);
  std::vector<asio::ip::address> out;
  for (const auto& one : system.resolve(host, "")) out.push_back(one.endpoint().address());
  return out;
}

resolved_name found_by(const lookup_job& job) {
  resolved_name out;
  try {
    out.addresses = job.lookup ? job.lookup(job.host) : look_up_by_system(job.host);
    if (out.addresses.empty()) out.failed = asio::error::host_not_found;
  } catch (const boost::system::system_error& e) {
    out.failed = e.code();
  } catch (const std::exception&) {
    out.failed = asio::error::no_recovery;
  }
  return out;
}

void look_up(const lookup_job& job) {
  if (job.waiter.expired()) return;
  resolved_name found = found_by(job);
  const std::lock_guard lock(job.way->mutex);
  if (!job.way->is_open) return;
  // Its last owner it may be, but only while the context stands.
  const std::shared_ptr<waiting> waiter = job.waiter.lock();
  if (!waiter) return;
  asio::post(waiter->over.get_executor(), [waiter, found = std::move(found)]() mutable {
    waiter->found = std::move(found);
    waiter->over.cancel();
  });
}

}  // namespace

task<resolved_name> async_resolve(const asio::any_io_executor& strand, const std::string& host,
                                  const name_lookup& lookup,
                                  std::optional<std::chrono::steady_clock::time_point> until) {
  const auto waiter = std::make_shared<waiting>(strand);
  if (until) waiter->over.expires_at(*until);
  auto& context = asio::query(strand, asio::execution::context);
  const auto job = std::make_shared<lookup_job>();
  job->host = host;
  job->lookup = lookup;
  job->waiter = waiter;
  job->way = asio::use_service<way_back_service>(context).way();
  lookup_threads().post([job] { look_up(*job); });
  boost::system::error_code woken;
  auto pending = waiter->over.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  co_await std::move(pending);
  if (waiter->found) co_return std::move(*waiter->found);
  if (woken) throw boost::system::system_error(woken);
  resolved_name late;
  late.in_time = false;
  co_return late;
}

}  // namespace stook::http
