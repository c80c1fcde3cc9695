#include "evaluation/calibrate.hpp"

#include "base/limits.hpp"
#include "capture/best_shot.hpp"
#include "imaging/codec.hpp"

#include <atomic>
#include <fstream>
#include <mutex>
#include <thread>

namespace sallyport::evaluation {

namespace {

constexpr int worker_threads = 2;
constexpr std::size_t progress_every_pictures = 50;

struct Picture {
    const std::filesystem::path* path = nullptr;
    std::uint32_t person = 0;
};

[[nodiscard]] Result<SecretBytes> read_picture(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    if (!file) {
        return fail(ErrorCode::IoFailed, "a picture cannot be opened");
    }
    const auto size = static_cast<std::streamoff>(file.tellg());
    if (size < 0 || static_cast<std::size_t>(size) > limits::image_bytes_max) {
        return fail(ErrorCode::PayloadTooLarge, "a picture file is larger than allowed");
    }
    SecretBytes bytes(static_cast<std::size_t>(size));
    file.seekg(0);
    file.read(reinterpret_cast<char*>(bytes.data()), size);
    if (!file) {
        return fail(ErrorCode::IoFailed, "a picture cannot be read");
    }
    return bytes;
}

// Faults of the picture, not of the program: the picture counts as one without a template.
[[nodiscard]] bool is_picture_fault(ErrorCode code) {
    return code == ErrorCode::ImageUndecodable || code == ErrorCode::ImageUnsupported ||
           code == ErrorCode::ImageTooLarge || code == ErrorCode::PayloadTooLarge ||
           code == ErrorCode::NotFound || code == ErrorCode::InvalidArgument;
}

[[nodiscard]] Result<biometrics::Template>
template_of(biometrics::FaceEngine& engine, const std::filesystem::path& path) {
    SALLYPORT_TRY(const SecretBytes bytes, read_picture(path));
    SALLYPORT_TRY(const imaging::Image image, imaging::decode_image(bytes));
    SALLYPORT_TRY(const std::vector<biometrics::FaceBox> faces, engine.detect(image));
    const std::optional<std::size_t> chosen =
        capture::choose_traveler(faces, image.width(), image.height(), domain::Zone{});
    if (!chosen.has_value()) {
        return fail(ErrorCode::NotFound, "no face");
    }
    SALLYPORT_TRY(const biometrics::Face face, engine.locate(image, faces[*chosen]));
    return engine.extract(image, face);
}

// Templates of all pictures by their place in the list, so that the result does not depend on
// which thread was faster.
class Acquisition {
public:
    Acquisition(
        biometrics::FaceEngine& engine,
        const std::vector<Picture>& pictures,
        const Progress& progress
    )
        : engine_(engine), pictures_(pictures), progress_(progress), templates_(pictures.size()) {}

    void work() {
        for (std::size_t index = next_++; index < pictures_.size() && !failed_; index = next_++) {
            auto made = template_of(engine_, *pictures_[index].path);
            if (made.has_value()) {
                templates_[index] = *std::move(made);
            } else if (!is_picture_fault(made.error().code())) {
                const std::lock_guard lock(mutex_);
                error_ = std::move(made).error();
                failed_ = true;
            }
            report_one_done();
        }
    }
    [[nodiscard]] const std::optional<Error>& error() const { return error_; }
    [[nodiscard]] std::vector<std::optional<biometrics::Template>>& templates() {
        return templates_;
    }

private:
    void report_one_done() {
        const std::lock_guard lock(mutex_);
        ++done_;
        if (progress_ && (done_ % progress_every_pictures == 0 || done_ == pictures_.size())) {
            progress_(done_, pictures_.size());
        }
    }

    biometrics::FaceEngine& engine_;
    const std::vector<Picture>& pictures_;
    const Progress& progress_;
    std::vector<std::optional<biometrics::Template>> templates_;
    std::atomic<std::size_t> next_{0};
    std::atomic<bool> failed_{false};
    std::mutex mutex_;
    std::size_t done_ = 0;
    std::optional<Error> error_;
};

} // namespace

Result<AcquiredTemplates> acquire_templates(
    biometrics::FaceEngine& engine, const PeopleSelection& selection, const Progress& progress
) {
    std::vector<Picture> pictures;
    for (std::size_t person = 0; person < selection.people.size(); ++person) {
        for (const std::filesystem::path& path : selection.people[person].pictures) {
            pictures.push_back({&path, static_cast<std::uint32_t>(person)});
        }
    }
    Acquisition acquisition(engine, pictures, progress);
    {
        std::vector<std::jthread> workers;
        workers.reserve(worker_threads);
        for (int worker = 0; worker < worker_threads; ++worker) {
            workers.emplace_back([&acquisition] { acquisition.work(); });
        }
    }
    if (acquisition.error().has_value()) {
        return fail(*acquisition.error());
    }
    std::size_t dimension = 0;
    for (const auto& made : acquisition.templates()) {
        dimension = made.has_value() ? made->values().size() : dimension;
    }
    AcquiredTemplates acquired{{gallery::TemplateRows(dimension), {}, {}}, 0};
    for (std::size_t index = 0; index < pictures.size(); ++index) {
        std::optional<biometrics::Template>& made = acquisition.templates()[index];
        if (!made.has_value()) {
            ++acquired.failures;
            continue;
        }
        SALLYPORT_CHECK(acquired.templates.rows.append(made->values()));
        acquired.templates.person_of_row.push_back(pictures[index].person);
        made.reset();
    }
    for (const auto& [a, b] : selection.kept_apart) {
        acquired.templates.kept_apart.emplace_back(
            static_cast<std::uint32_t>(a), static_cast<std::uint32_t>(b)
        );
    }
    return acquired;
}

Result<CalibrationReport> calibrate(
    biometrics::FaceEngine& engine,
    const PeopleSelection& selection,
    const Progress& progress,
    const CalibrationOptions& options
) {
    SALLYPORT_TRY(const AcquiredTemplates acquired, acquire_templates(engine, selection, progress));
    SALLYPORT_TRY(
        CalibrationReport report, calibrate_templates(engine.version(), acquired.templates, options)
    );
    report.source = selection.source;
    report.split = selection.split;
    report.failures_to_acquire = acquired.failures;
    return report;
}

} // namespace sallyport::evaluation
