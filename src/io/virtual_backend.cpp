#include <hyperlane/io/backend.hpp>

#include <cerrno>
#include <chrono>

#include <semaphore.h>

namespace hyperlane::io {

namespace {

class VirtualBackend final : public Backend {
public:
    VirtualBackend() noexcept { ::sem_init(&woken_, 0, 0); }
    VirtualBackend(const VirtualBackend&) = delete;
    VirtualBackend& operator=(const VirtualBackend&) = delete;
    ~VirtualBackend() override { ::sem_destroy(&woken_); }

    Result<> add(int, Readiness, Watcher&) override { return no_descriptors(); }
    Result<> modify(int, Readiness, Watcher&) override { return no_descriptors(); }
    void remove(int) noexcept override {}

    std::span<BackendEvent> wait(TimePoint deadline, bool outside_work) noexcept override {
        if (!take_wakes() && deadline > now_) {
            if (outside_work || deadline == TimePoint::max()) {
                while (::sem_wait(&woken_) != 0 && errno == EINTR) {
                }
                take_wakes();
            } else {
                now_ = deadline;
            }
        }
        return {};
    }

    [[nodiscard]] std::size_t watched() const noexcept override { return 0; }

    [[nodiscard]] TimePoint now() const noexcept override { return now_; }

    // A semaphore, because a signal handler may not touch a mutex.
    void wake() noexcept override { ::sem_post(&woken_); }

private:
    static Result<> no_descriptors() {
        return fail(ErrorCode::unsupported, "a loop with a virtual clock watches no descriptors");
    }

    bool take_wakes() noexcept {
        bool any = false;
        while (::sem_trywait(&woken_) == 0) any = true;
        return any;
    }

    // Not zero, so that a deadline computed backwards stays representable.
    TimePoint now_ = TimePoint(std::chrono::hours(24));
    sem_t woken_;
};

}  // namespace

std::unique_ptr<Backend> make_virtual_backend() { return std::make_unique<VirtualBackend>(); }

}  // namespace hyperlane::io
