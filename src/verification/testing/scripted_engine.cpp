#include "verification/testing/scripted_engine.hpp"

#include "imaging/codec.hpp"
#include "imaging/geometry.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

namespace sallyport::verification::testing {
namespace {

constexpr int cells_a_side = 8;
constexpr int frame_cells = 1;
constexpr int cells_with_frame = cells_a_side + 2 * frame_cells;
constexpr std::uint8_t background = 60;

struct Shade {
    double middle;
    double swing;
};

Shade shade_of(Light light) {
    switch (light) {
    case Light::Dark:
        return {16.0, 12.0};
    case Light::Bright:
        return {240.0, 12.0};
    case Light::Good:
        break;
    }
    return {128.0, 80.0};
}

bool is_magenta(const imaging::Image& image, int x, int y) {
    if (x < 0 || y < 0 || x >= image.width() || y >= image.height()) {
        return false;
    }
    const std::uint8_t* pixel = image.row(y) + 3 * x;
    return pixel[0] > 200 && pixel[1] < 60 && pixel[2] > 200;
}

void fill(
    imaging::Image& image, int left, int top, int side, const std::array<std::uint8_t, 3>& color
) {
    for (int y = std::max(top, 0); y < std::min(top + side, image.height()); ++y) {
        for (int x = std::max(left, 0); x < std::min(left + side, image.width()); ++x) {
            std::copy(color.begin(), color.end(), image.row(y) + 3 * x);
        }
    }
}

void draw_face(imaging::Image& image, const FaceDrawing& face) {
    const int cell = face.cell_px;
    fill(image, face.left_px, face.top_px, cells_with_frame * cell, {255, 0, 255});
    const Shade shade = shade_of(face.light);
    const float largest = std::abs(*std::max_element(
        face.identity.begin(),
        face.identity.end(),
        [](float a, float b) { return std::abs(a) < std::abs(b); }
    ));
    for (int index = 0; index < cells_a_side * cells_a_side; ++index) {
        const double value = face.identity[static_cast<std::size_t>(index)] / largest;
        const auto grey =
            static_cast<std::uint8_t>(std::lround(shade.middle + shade.swing * value));
        fill(
            image,
            face.left_px + cell * (frame_cells + index % cells_a_side),
            face.top_px + cell * (frame_cells + index / cells_a_side),
            cell,
            {grey, grey, grey}
        );
    }
}

int run_length(const imaging::Image& image, int x, int y, int step_x, int step_y) {
    int length = 0;
    while (is_magenta(image, x + length * step_x, y + length * step_y)) {
        ++length;
    }
    return length;
}

// Squares by their top left corner, from the top. One that leaves the picture at the left keeps
// its size, which its height tells.
std::vector<imaging::Box> squares_of(const imaging::Image& image) {
    std::vector<imaging::Box> squares;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            const bool corner = is_magenta(image, x, y) && !is_magenta(image, x - 1, y) &&
                                !is_magenta(image, x, y - 1);
            const int across = corner ? run_length(image, x, y, 1, 0) : 0;
            // Along the right side: the left one may be outside.
            const int down = corner ? run_length(image, x + across - 1, y, 0, 1) : 0;
            const int side = std::max(across, down);
            if (side < 2 * cells_with_frame) {
                continue;
            }
            const int left = x == 0 ? across - side : x;
            squares.push_back(
                {.left = static_cast<float>(left),
                 .top = static_cast<float>(y),
                 .width = static_cast<float>(side),
                 .height = static_cast<float>(side)}
            );
        }
    }
    return squares;
}

imaging::Box inside(const imaging::Box& square) {
    const float cell = square.width / cells_with_frame;
    return {
        .left = square.left + cell,
        .top = square.top + cell,
        .width = square.width - 2 * cell,
        .height = square.height - 2 * cell
    };
}

// The mean of the middle of each cell, without the mean of all: light does not change who it is.
Identity read_cells(const imaging::Image& image, const imaging::Box& square) {
    const imaging::Box cells = inside(square);
    const float cell = cells.width / cells_a_side;
    Identity identity{};
    double sum = 0.0;
    for (int index = 0; index < cells_a_side * cells_a_side; ++index) {
        const float middle_x =
            cells.left + cell * (static_cast<float>(index % cells_a_side) + 0.5F);
        const float middle_y = cells.top + cell * (static_cast<float>(index / cells_a_side) + 0.5F);
        const int x = std::clamp(static_cast<int>(middle_x), 0, image.width() - 1);
        const int y = std::clamp(static_cast<int>(middle_y), 0, image.height() - 1);
        identity[static_cast<std::size_t>(index)] = image.row(y)[3 * x + 1];
        sum += image.row(y)[3 * x + 1];
    }
    for (float& value : identity) {
        value -= static_cast<float>(sum / identity_dimension);
    }
    return identity;
}

} // namespace

Identity person(std::size_t number) {
    // Rows of a Walsh matrix: all but row 0 are without mean and at right angles to each other.
    Identity identity{};
    for (std::size_t column = 0; column < identity_dimension; ++column) {
        const int signs = std::popcount((number % (identity_dimension - 1) + 1) & column);
        identity[column] = signs % 2 == 0 ? 1.0F : -1.0F;
    }
    return identity;
}

Identity
resembling(std::size_t first, double first_cosine, std::size_t second, double second_cosine) {
    const Identity one = person(first);
    const Identity other = person(second);
    const Identity nobody = person(identity_dimension - 2);
    const double rest =
        std::sqrt(1.0 - first_cosine * first_cosine - second_cosine * second_cosine);
    Identity mixed{};
    for (std::size_t column = 0; column < identity_dimension; ++column) {
        mixed[column] = static_cast<float>(
            first_cosine * one[column] + second_cosine * other[column] + rest * nobody[column]
        );
    }
    return mixed;
}

imaging::Image draw(const std::vector<FaceDrawing>& faces, PictureSize size) {
    imaging::Image image(size.width_px, size.height_px);
    std::fill(image.pixels().begin(), image.pixels().end(), background);
    for (const FaceDrawing& face : faces) {
        draw_face(image, face);
    }
    return image;
}

Picture picture_of(const std::vector<FaceDrawing>& faces, PictureSize size) {
    const SecretBytes jpeg = imaging::encode_jpeg(draw(faces, size), 95).value();
    return {jpeg.begin(), jpeg.end()};
}

Picture picture_of(const Identity& identity) {
    // Drawn once: most tests show the same few people again and again.
    static std::mutex mutex;
    static std::map<Identity, Picture> drawn;
    const std::lock_guard lock(mutex);
    Picture& picture = drawn[identity];
    if (picture.empty()) {
        picture = picture_of({FaceDrawing{.identity = identity}});
    }
    return picture;
}

Picture picture_of_nobody() {
    return picture_of(std::vector<FaceDrawing>{});
}

std::optional<Identity> identity_in(const imaging::Image& image) {
    const auto squares = squares_of(image);
    return squares.empty() ? std::nullopt : std::optional(read_cells(image, squares.front()));
}

double cosine(const Identity& left, const Identity& right) {
    double product = 0.0;
    double left_squares = 0.0;
    double right_squares = 0.0;
    for (std::size_t column = 0; column < identity_dimension; ++column) {
        product += static_cast<double>(left[column]) * static_cast<double>(right[column]);
        left_squares += static_cast<double>(left[column]) * static_cast<double>(left[column]);
        right_squares += static_cast<double>(right[column]) * static_cast<double>(right[column]);
    }
    return product / std::sqrt(left_squares * right_squares);
}

// --- the engine ---------------------------------------------------------------------------------

void ScriptedFaceEngine::fail_at(Step step, std::optional<ErrorCode> code) {
    const std::lock_guard lock(mutex_);
    steps_[static_cast<std::size_t>(step)].fails = code;
}

void ScriptedFaceEngine::slow_down(Step step, std::chrono::microseconds takes) {
    const std::lock_guard lock(mutex_);
    steps_[static_cast<std::size_t>(step)].takes = takes;
}

void ScriptedFaceEngine::describe_as_nan(bool yes) {
    const std::lock_guard lock(mutex_);
    nan_ = yes;
}

void ScriptedFaceEngine::set_pack(std::string name) {
    const std::lock_guard lock(mutex_);
    version_ = &versions_.emplace_back(domain::TemplateVersion{std::move(name)});
}

void ScriptedFaceEngine::hold_after(std::size_t detections) {
    const std::lock_guard lock(mutex_);
    holding_ = true;
    pass_ = detections;
}

void ScriptedFaceEngine::release() {
    {
        const std::lock_guard lock(mutex_);
        holding_ = false;
    }
    changed_.notify_all();
}

void ScriptedFaceEngine::await_held() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return held_ > 0; });
}

void ScriptedFaceEngine::wait_at_barrier() {
    std::unique_lock lock(mutex_);
    if (!holding_) {
        return;
    }
    if (pass_ > 0) {
        --pass_;
        return;
    }
    ++held_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !holding_; });
    --held_;
}

Status ScriptedFaceEngine::play(Step step) {
    const std::lock_guard lock(mutex_);
    const StepScript& script = steps_[static_cast<std::size_t>(step)];
    clock_.advance(script.takes);
    if (script.fails) {
        return fail(*script.fails, "the script says so");
    }
    return {};
}

Result<std::vector<biometrics::FaceBox>>
ScriptedFaceEngine::detect(const imaging::Image& image, biometrics::FaceTimings* /*timings*/) {
    ++detections_;
    wait_at_barrier();
    SALLYPORT_CHECK(play(Step::Detect));
    std::vector<biometrics::FaceBox> faces;
    for (const imaging::Box& square : squares_of(image)) {
        faces.push_back({.box = square, .score = 0.99F});
    }
    return faces;
}

Result<biometrics::Face> ScriptedFaceEngine::locate(
    const imaging::Image& /*image*/,
    const biometrics::FaceBox& face,
    biometrics::FaceTimings* /*timings*/
) {
    SALLYPORT_CHECK(play(Step::Locate));
    biometrics::Face located{.box = face.box, .landmarks = {}, .score = 0.99F};
    // So that the aligned face is just the cells.
    const imaging::Box cells = inside(face.box);
    for (std::size_t index = 0; index < located.landmarks.size(); ++index) {
        const imaging::Point& point = imaging::arcface_landmarks[index];
        located.landmarks[index] = {
            cells.left + cells.width * point.x / imaging::aligned_side_px,
            cells.top + cells.height * point.y / imaging::aligned_side_px
        };
    }
    return located;
}

Result<biometrics::Template> ScriptedFaceEngine::extract(
    const imaging::Image& image, const biometrics::Face& face, biometrics::FaceTimings* /*timings*/
) {
    SALLYPORT_CHECK(play(Step::Extract));
    Identity identity = read_cells(image, face.box);
    {
        const std::lock_guard lock(mutex_);
        if (nan_) {
            identity.fill(std::numeric_limits<float>::quiet_NaN());
        }
    }
    return biometrics::Template::make(version(), identity);
}

} // namespace sallyport::verification::testing
