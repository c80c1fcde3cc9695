// What `sallyport manifest lint` prints: the reading of each file, with every fault. The output
// names travelers and is for the person who asked, never for a log. Pure functions, any thread.
#pragma once

#include "manifest/passenger_list.hpp"

#include <span>
#include <string>

namespace sallyport::manifest {

struct LintedFile {
    std::string file; // as named on the command line
    ListReading reading;
};

// One JSON object for all files:
// {"files":[{"file","messages":[{"kind","function","purpose","movement","prepared_at","flight",
// "departure","arrival","passengers","crew","travelers":[...],"faults":[...]}]}]}. "function" is
// the qualifier as sent, "purpose" its name. A fault of the file as a whole stands with the first
// message; a file without any message has one of kind "unknown".
[[nodiscard]] std::string lint_json(std::span<const LintedFile> files);

// The same for a terminal: the flight, a table of travelers, and the faults with their place.
[[nodiscard]] std::string lint_text(const LintedFile& file);

} // namespace sallyport::manifest
