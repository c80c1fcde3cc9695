#include "inference/calibration_file.hpp"

#include <boost/json.hpp>
#include <fstream>
#include <iterator>

namespace sallyport::inference {
namespace {

namespace json = boost::json;

constexpr std::uintmax_t calibration_bytes_max = 1U << 20U;
constexpr std::size_t calibration_points_max = 10'000;

tl::unexpected<Error> invalid(const std::string& what) {
    return fail(ErrorCode::ConfigInvalid, "calibration.json: " + what);
}

Result<std::vector<domain::CalibrationPoint>> read_points(const json::value* list) {
    if (list == nullptr || !list->is_array() || list->get_array().size() > calibration_points_max) {
        return invalid("points must be a list");
    }
    std::vector<domain::CalibrationPoint> points;
    for (const json::value& entry : list->get_array()) {
        const json::object* object = entry.if_object();
        const json::value* fmr = object == nullptr ? nullptr : object->if_contains("fmr");
        const json::value* score = object == nullptr ? nullptr : object->if_contains("score");
        if (fmr == nullptr || score == nullptr || !fmr->is_number() || !score->is_number()) {
            return invalid("every point needs the numbers fmr and score");
        }
        points.push_back({fmr->to_number<double>(), static_cast<float>(score->to_number<double>())}
        );
    }
    return points;
}

Result<json::value> read_json(const std::filesystem::path& file) {
    std::error_code unreadable;
    const auto size = std::filesystem::file_size(file, unreadable);
    if (unreadable) {
        return fail(ErrorCode::IoFailed, "calibration.json cannot be read");
    }
    if (size > calibration_bytes_max) {
        return invalid("larger than is read");
    }
    std::ifstream stream(file, std::ios::binary);
    const std::string text{
        std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()
    };
    if (stream.bad() || text.size() != size) {
        return fail(ErrorCode::IoFailed, "calibration.json cannot be read");
    }
    boost::system::error_code error;
    json::value parsed = json::parse(text, error);
    if (error) {
        return invalid(error.message());
    }
    return parsed;
}

} // namespace

Result<CalibrationFile>
read_calibration(const std::filesystem::path& file, const domain::TemplateVersion& version) {
    SALLYPORT_TRY(const json::value parsed, read_json(file));
    const json::object* object = parsed.if_object();
    if (object == nullptr) {
        return invalid("not an object");
    }
    const json::value* pack = object->if_contains("pack");
    if (pack == nullptr || !pack->is_string()) {
        return invalid("pack must name the template version");
    }
    if (std::string_view(pack->get_string()) != version.value) {
        return invalid("measured with another version of the pack; measure again or remove it");
    }
    const json::value* fmr_min = object->if_contains("fmr_min");
    if (fmr_min == nullptr || !fmr_min->is_number()) {
        return invalid("fmr_min must be a number");
    }
    SALLYPORT_TRY(auto points, read_points(object->if_contains("points")));
    SALLYPORT_TRY(
        auto calibration,
        domain::Calibration::make(version, std::move(points), fmr_min->to_number<double>())
    );
    std::string evidence;
    if (const json::value* found = object->if_contains("evidence");
        found != nullptr && found->is_object()) {
        const json::value* summary = found->get_object().if_contains("summary");
        if (summary != nullptr && summary->is_string()) {
            evidence = std::string(summary->get_string());
        }
    }
    return CalibrationFile{std::move(calibration), std::move(evidence)};
}

} // namespace sallyport::inference
