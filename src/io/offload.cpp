#include <hyperlane/io/offload.hpp>

namespace hyperlane::io {

void OffloadJob::run(std::shared_ptr<Job> self) noexcept {
    try {
        call();
    } catch (...) {
        error_ = std::current_exception();
    }
    // The loop gets this thread's share, so that the job and all that it holds is destroyed over there.
    Loop& loop = *loop_;
    loop.post([job = std::move(self)] { static_cast<OffloadJob&>(*job).finished(); });
}

void OffloadJob::finished() noexcept {
    loop_->outside_work_finished();
    if (waiter_ != nullptr) std::exchange(waiter_, nullptr)->finish();
}

void OffloadWait::start() {
    pool_->submit(job_);
    job_->waiter_ = this;
    loop().outside_work_started();
}

void OffloadWait::detach() noexcept {
    if (job_->waiter_ != this) return;
    job_->waiter_ = nullptr;
    if (pool_->withdraw(*job_)) loop().outside_work_finished();
}

}  // namespace hyperlane::io
