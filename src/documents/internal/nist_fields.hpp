// Names of ANSI/NIST-ITL 1-2011 (update 2015) that reading and writing share: separators, the
// tables a value must be of, and how a field is named in messages.
#pragma once

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <string>
#include <string_view>

namespace sallyport::documents::internal {

// Annex B.1: the four information separators.
inline constexpr char file_separator = '\x1C';
inline constexpr char group_separator = '\x1D';
inline constexpr char record_separator = '\x1E';
inline constexpr char unit_separator = '\x1F';

inline constexpr int picture_field = 999;

// Subject acquisition profiles of a face (10.013).
inline constexpr std::array acquisition_profiles{
    0, 1, 10, 11, 12, 13, 14, 15, 20, 30, 32, 40, 42, 50, 51, 52
};
[[nodiscard]] inline bool is_acquisition_profile(int profile) {
    return std::ranges::find(acquisition_profiles, profile) != acquisition_profiles.end();
}

// Poses (10.020): full face, right and left profile, angled, determined 3D.
[[nodiscard]] inline bool is_pose(std::string_view pose) {
    return pose.size() == 1 && std::string_view("FRLAD").find(pose) != std::string_view::npos;
}

// 10.024 holds at most nine sets; a score is 0 to 100, 254 (not attempted) or 255 (failed).
inline constexpr std::size_t quality_sets_max = 9;
inline constexpr int algorithm_max = 65'535;
[[nodiscard]] inline bool is_quality_score(int score) {
    return (score >= 0 && score <= 100) || score == 254 || score == 255;
}
[[nodiscard]] inline bool is_vendor(std::string_view vendor) {
    return vendor.size() == 4 && std::ranges::all_of(vendor, [](char character) {
               return (character >= '0' && character <= '9') ||
                      (character >= 'A' && character <= 'F');
           });
}

inline constexpr int side_px_min = 10;
inline constexpr int side_px_max = 99'999;

// "10.006", as the standard writes it.
[[nodiscard]] inline std::string field_name(int type, int field) {
    return fmt::format("{}.{:03}", type, field);
}

} // namespace sallyport::documents::internal
