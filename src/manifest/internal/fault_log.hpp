// Collects the faults of one reading within limits::manifest_faults_max. Half of the room is for
// warnings: further ones are only counted, so that a long list of slightly poor records stays
// readable. When the errors fill the log a last error says so, and full() tells the reader to stop.
#pragma once

#include "manifest/passenger_list.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace sallyport::manifest::internal {

// Where in the file something stands; see Fault.
struct Place {
    std::size_t segment = 0;
    std::size_t offset = 0;
};

class FaultLog {
public:
    // Faults added from now on belong to this message.
    void set_message(std::size_t message) { message_ = message; }
    [[nodiscard]] std::size_t message() const { return message_; }

    void error(Place place, std::string text) {
        add({Severity::Error, message_, place.segment, place.offset, std::move(text)});
    }
    void warning(Place place, std::string text) {
        add({Severity::Warning, message_, place.segment, place.offset, std::move(text)});
    }
    void add(Fault fault);
    [[nodiscard]] bool full() const { return full_; }

    // The faults in the order of the file.
    [[nodiscard]] std::vector<Fault> take() &&;

private:
    std::vector<Fault> faults_;
    std::size_t message_ = no_message;
    std::size_t warnings_ = 0;
    std::size_t warnings_dropped_ = 0;
    bool full_ = false;
};

} // namespace sallyport::manifest::internal
