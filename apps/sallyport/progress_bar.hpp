// A progress line on standard error for long work, drawn only when a terminal is attached.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace sallyport::app {

class ProgressBar {
public:
    explicit ProgressBar(std::string label);
    ~ProgressBar(); // clears the line
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;
    // One thread at a time.
    void show(std::size_t done, std::size_t total);

private:
    std::string label_;
    bool terminal_;
    bool drawn_ = false;
    std::chrono::steady_clock::time_point last_{};
};

} // namespace sallyport::app
