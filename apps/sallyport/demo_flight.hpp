// What the demonstration boards: a passenger list, the photos held for its travelers, and the
// pictures that come to the gate with what must be said of them. Either the official portraits of
// the packages (with their credits), or a folder of the visitor's own photos.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret_bytes.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace sallyport::app {

enum class Expected {
    Match,
    AlreadyDone,  // the same person a second time
    NotConfirmed, // not on the list: no match, then refer
    NoFace,
    OptOut, // chooses the manual check; no picture
};

struct DemoProbe {
    std::string label;       // "Emmanuel Macron, 2025"
    std::string family_name; // whom a match must name, or who opts out
    SecretBytes picture;     // JPEG or PNG; empty for an opt-out
    Expected expected = Expected::Match;
};

struct DemoFlight {
    // PAXLST of the flight leaving 40 minutes after this time.
    std::function<std::string(Instant)> manifest;
    std::string designator;
    std::size_t travelers = 0;
    std::size_t with_photo = 0;
    std::vector<DemoProbe> probes;
    std::string credits_json; // a JSON array for the page
    std::string warning;      // what was left out of an own folder
};

// Writes the held photos and their holdings.csv into holdings (an existing folder). IoFailed names
// the file that is missing and script/setup.
[[nodiscard]] Result<DemoFlight> portrait_flight(const std::filesystem::path& holdings);

// One folder a person; the first picture by name is the held photo, the others come to the gate.
// InvalidArgument when there is no picture.
[[nodiscard]] Result<DemoFlight>
flight_of_photos(const std::filesystem::path& photos, const std::filesystem::path& holdings);

} // namespace sallyport::app
