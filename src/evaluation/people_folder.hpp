// Pictures of known people, for measuring: a folder with one sub-folder a person. Labels of public
// sets hold errors, which dominate the impostor tail; a corrections file mends them. Values, owned
// by the caller; reading fails with NotFound, IoFailed or InvalidArgument, whose texts name lines
// and never people.
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport::evaluation {

struct Person {
    std::string name; // of the sub-folder; after merging, the alphabetically first one
    std::vector<std::filesystem::path> pictures; // sorted
};

struct PeopleSelection {
    std::string source;         // name of the folder, and what was done to it, for the evidence
    std::string split = "all";  // "all", "half a" or "half b"
    std::vector<Person> people; // sorted by name; everybody has a picture
    // Twins, as indexes into people: two people, but no pair of them is an impostor comparison.
    std::vector<std::pair<std::size_t, std::size_t>> kept_apart;
};

// JPEG and PNG files (by ending) of every sub-folder; sub-folders without any are left out.
[[nodiscard]] Result<PeopleSelection> list_people(const std::filesystem::path& folder);

struct CorrectionsApplied {
    std::size_t people_merged = 0;
    std::size_t pictures_dropped = 0;
    std::size_t twins = 0;
    std::size_t rows_unused = 0; // name somebody or something that is not in the selection
};

// A CSV file with the header "kind,a,b": same_person merges the people a and b; wrong_picture drops
// the picture a ("folder/file"); twins keeps a and b apart but out of the impostor tail.
[[nodiscard]] Result<CorrectionsApplied>
apply_corrections(PeopleSelection& selection, const std::filesystem::path& csv);

// Which half a person belongs to, so that what is tuned and what is tested never share a face: the
// first byte of the SHA-256 of the name as UTF-8, even is half a, odd is half b.
enum class Half { A, B };
[[nodiscard]] Half half_of_name(std::string_view name);
[[nodiscard]] PeopleSelection select_half(const PeopleSelection& selection, Half half);

} // namespace sallyport::evaluation
