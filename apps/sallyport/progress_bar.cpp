#include "progress_bar.hpp"

#include <algorithm>
#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

namespace sallyport::app {

ProgressBar::ProgressBar(std::string label)
    : label_(std::move(label)), terminal_(::isatty(STDERR_FILENO) == 1) {}

ProgressBar::~ProgressBar() {
    if (drawn_) {
        fmt::print(stderr, "\r\033[K");
    }
}

void ProgressBar::show(std::size_t done, std::size_t total) {
    const auto now = std::chrono::steady_clock::now();
    const bool due = now - last_ > std::chrono::milliseconds(100) || done == total;
    if (!terminal_ || total == 0 || !due) {
        return;
    }
    last_ = now;
    constexpr std::size_t width = 30;
    const std::size_t filled = std::min(width, width * done / total);
    fmt::print(
        stderr,
        "\r\033[K{} [{}{}] {}/{}",
        label_,
        std::string(filled, '#'),
        std::string(width - filled, '.'),
        done,
        total
    );
    std::fflush(stderr);
    drawn_ = true;
}

} // namespace sallyport::app
