#include "inference/model_pack.hpp"

#include "inference/calibration_file.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <memory>
#include <openssl/evp.h>
#include <optional>
#include <toml++/toml.h>

namespace sallyport::inference {
namespace {

// Raise when the code that turns a picture into a template changes what comes out: detection
// settings, landmark passes, alignment, sampling, the way mirrored templates are added.
constexpr int algorithm_revision = 1;
constexpr std::size_t digest_chars_in_version = 12;
constexpr std::int64_t template_dimension_max = 4'096;

constexpr std::array<std::pair<ModelRole, std::string_view>, 7> role_names{{
    {ModelRole::Detector, "detector"},
    {ModelRole::Landmarks, "landmarks"},
    {ModelRole::Recogniser, "recogniser"},
    {ModelRole::Proposal, "proposal"},
    {ModelRole::Refine, "refine"},
    {ModelRole::Quality, "quality"},
    {ModelRole::AttackDetection, "attack_detection"},
}};
constexpr std::array<std::pair<TensorLayout, std::string_view>, 3> layout_names{{
    {TensorLayout::NCHW, "nchw"},
    {TensorLayout::NHWC, "nhwc"},
    {TensorLayout::TransposedNHWC, "nwhc"},
}};
constexpr std::array<std::pair<ColourOrder, std::string_view>, 2> colour_names{{
    {ColourOrder::RGB, "rgb"},
    {ColourOrder::BGR, "bgr"},
}};

template <class Table, class Value = typename Table::value_type::first_type>
std::optional<Value> value_of(const Table& table, std::string_view name) {
    const auto* const found = std::find_if(table.begin(), table.end(), [&](const auto& row) {
        return row.second == name;
    });
    return found == table.end() ? std::nullopt : std::optional<Value>(found->first);
}
template <class Table, class Value>
std::string_view name_of(const Table& table, Value value) {
    return std::find_if(
               table.begin(), table.end(), [&](const auto& row) { return row.first == value; }
    )->second;
}

tl::unexpected<Error> invalid(const std::string& what) {
    return fail(ErrorCode::ConfigInvalid, "pack.toml: " + what);
}

// SHA-256 of whatever is added, as lower-case hex.
class Digest {
public:
    Digest() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
        usable_ =
            context_ != nullptr && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1;
    }
    void add(const void* data, std::size_t size) {
        usable_ = usable_ && EVP_DigestUpdate(context_.get(), data, size) == 1;
    }
    [[nodiscard]] Result<std::string> hex() {
        std::array<unsigned char, 32> bytes{};
        if (!usable_ || EVP_DigestFinal_ex(context_.get(), bytes.data(), nullptr) != 1) {
            return fail(ErrorCode::Internal, "OpenSSL could not compute SHA-256");
        }
        constexpr std::string_view digits = "0123456789abcdef";
        std::string text;
        for (const unsigned char byte : bytes) {
            text += digits[byte >> 4U];
            text += digits[byte & 15U];
        }
        return text;
    }

private:
    std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context_;
    bool usable_ = false;
};

Result<std::string> file_sha256(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    Digest digest;
    std::vector<char> block(1U << 20U);
    while (stream) {
        stream.read(block.data(), static_cast<std::streamsize>(block.size()));
        digest.add(block.data(), static_cast<std::size_t>(stream.gcount()));
    }
    if (!stream.eof()) {
        return fail(ErrorCode::IoFailed, file.filename().string() + " cannot be read");
    }
    return digest.hex();
}

Status check_digest(const ModelFile& file) {
    const std::string name = file.path.filename().string();
    std::error_code missing;
    if (!std::filesystem::is_regular_file(file.path, missing)) {
        return fail(
            ErrorCode::ModelMissing, "the model file " + name + " is missing: run script/setup"
        );
    }
    SALLYPORT_TRY(const std::string found, file_sha256(file.path));
    if (found != file.sha256) {
        return fail(
            ErrorCode::DigestMismatch,
            name + " is not the file that pack.toml names: its SHA-256 differs"
        );
    }
    return {};
}

bool is_sha256(std::string_view text) {
    return text.size() == 64 &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// A file beside pack.toml or below it, never elsewhere.
bool stays_inside(const std::filesystem::path& path) {
    return !path.empty() && path.is_relative() &&
           std::find(path.begin(), path.end(), std::filesystem::path("..")) == path.end();
}

Result<InputContract> read_input(const toml::table& table, const std::string& role) {
    InputContract input;
    const auto layout = value_of(layout_names, table["layout"].value_or<std::string_view>("nchw"));
    const auto colours = value_of(colour_names, table["colours"].value_or<std::string_view>("rgb"));
    if (!layout.has_value() || !colours.has_value()) {
        return invalid(
            "the input of " + role + " needs layout nchw, nhwc or nwhc and colours rgb or bgr"
        );
    }
    input.layout = *layout;
    input.colours = *colours;
    input.mean = table["mean"].value_or(0.0F);
    input.scale = table["scale"].value_or(1.0F);
    if (!std::isfinite(input.mean) || !std::isfinite(input.scale) || input.scale == 0.0F) {
        return invalid("the input of " + role + " needs a finite mean and a scale other than 0");
    }
    return input;
}

Result<ModelFile> read_file(const toml::table& table, const std::filesystem::path& folder) {
    const std::string role_text = table["role"].value_or(std::string());
    const auto role = value_of(role_names, role_text);
    if (!role.has_value()) {
        return invalid("a file has a role that does not exist");
    }
    ModelFile file;
    file.role = *role;
    const std::filesystem::path path = table["path"].value_or(std::string());
    if (!stays_inside(path)) {
        return invalid("the path of " + role_text + " must stay inside the pack's folder");
    }
    file.path = folder / path;
    file.sha256 = table["sha256"].value_or(std::string());
    if (!is_sha256(file.sha256)) {
        return invalid("the sha256 of " + role_text + " must be 64 lower-case hex digits");
    }
    file.origin = table["origin"].value_or(std::string());
    file.licence = table["licence"].value_or(std::string());
    file.training_data = table["training_data"].value_or(std::string());
    if (file.origin.empty() || file.licence.empty() || file.training_data.empty()) {
        return invalid(role_text + " must say origin, licence and training_data, even if unknown");
    }
    if (const toml::table* input = table["input"].as_table(); input != nullptr) {
        SALLYPORT_TRY(file.input, read_input(*input, role_text));
    }
    return file;
}

Result<std::vector<ModelFile>>
read_files(const toml::table& table, const std::filesystem::path& folder) {
    const toml::array* list = table["file"].as_array();
    if (list == nullptr || list->empty()) {
        return invalid("it names no file");
    }
    std::vector<ModelFile> files;
    for (const toml::node& entry : *list) {
        const toml::table* row = entry.as_table();
        if (row == nullptr) {
            return invalid("every file is a table");
        }
        SALLYPORT_TRY(ModelFile file, read_file(*row, folder));
        const auto same_role = [&](const ModelFile& other) { return other.role == file.role; };
        if (std::any_of(files.begin(), files.end(), same_role)) {
            return invalid("two files have the role " + std::string(model_role_name(file.role)));
        }
        files.push_back(std::move(file));
    }
    return files;
}

bool shapes_templates(ModelRole role) {
    return role != ModelRole::Quality && role != ModelRole::AttackDetection;
}

// A digest over everything in the pack that a template depends on.
Result<std::string> shaping_digest(const std::vector<ModelFile>& files, bool mirror) {
    std::vector<std::string> lines;
    for (const ModelFile& file : files) {
        if (shapes_templates(file.role)) {
            std::array<char, 64> numbers{};
            // Hexadecimal floats are exact.
            static_cast<void>(std::snprintf(
                numbers.data(),
                numbers.size(),
                "%a %a",
                static_cast<double>(file.input.mean),
                static_cast<double>(file.input.scale)
            ));
            std::string line(model_role_name(file.role));
            line.append(" ").append(file.sha256);
            line.append(" ").append(name_of(layout_names, file.input.layout));
            line.append(" ").append(name_of(colour_names, file.input.colours));
            line.append(" ").append(numbers.data()).append("\n");
            lines.push_back(std::move(line));
        }
    }
    std::sort(lines.begin(), lines.end());
    lines.push_back(std::string("mirror ") + (mirror ? "true" : "false") + "\n");
    lines.push_back("algorithm " + std::to_string(algorithm_revision) + "\n");
    Digest digest;
    for (const std::string& line : lines) {
        digest.add(line.data(), line.size());
    }
    return digest.hex();
}

Result<toml::table> read_toml(const std::filesystem::path& file) {
    try {
        return toml::parse_file(file.string());
    } catch (const toml::parse_error& error) {
        return invalid(
            std::string(error.description()) + " in line " +
            std::to_string(error.source().begin.line)
        );
    }
}

bool is_plain_name(std::string_view text) {
    return !text.empty() && text.size() <= 64 &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-_") ==
               std::string_view::npos;
}

} // namespace

std::string_view model_role_name(ModelRole role) {
    return name_of(role_names, role);
}

Result<ModelPack> ModelPack::open(const std::filesystem::path& folder) {
    std::error_code missing;
    const std::filesystem::path description = folder / "pack.toml";
    if (!std::filesystem::is_regular_file(description, missing)) {
        return fail(
            ErrorCode::ModelMissing, "no pack.toml in the model pack's folder: run script/setup"
        );
    }
    SALLYPORT_TRY(const toml::table table, read_toml(description));

    ModelPack pack;
    pack.folder_ = folder;
    pack.name_ = table["name"].value_or(std::string());
    pack.pack_version_ = table["version"].value_or(std::string());
    if (!is_plain_name(pack.name_) || !is_plain_name(pack.pack_version_)) {
        return invalid("name and version must be lower-case letters, digits, '.', '-' and '_'");
    }
    const auto dimension = table["template_dimension"].value_or(std::int64_t{0});
    if (dimension < 1 || dimension > template_dimension_max) {
        return invalid("template_dimension must be 1 to 4096");
    }
    pack.template_dimension_ = static_cast<std::size_t>(dimension);
    const auto mirror = table["mirror"].value<bool>();
    if (!mirror.has_value()) {
        return invalid("mirror must be true or false");
    }
    pack.mirror_ = *mirror;
    pack.limits_of_use_ = table["limits_of_use"].value_or(std::string());
    if (pack.limits_of_use_.empty()) {
        return invalid("limits_of_use must say what the pack is not good for");
    }
    SALLYPORT_TRY(pack.files_, read_files(table, folder));
    for (const ModelFile& file : pack.files_) {
        SALLYPORT_CHECK(check_digest(file));
    }
    SALLYPORT_TRY(const std::string digest, shaping_digest(pack.files_, pack.mirror_));
    pack.template_version_.value =
        pack.name_ + "/" + pack.pack_version_ + "/" + digest.substr(0, digest_chars_in_version);

    const std::filesystem::path calibration = folder / "calibration.json";
    if (std::filesystem::exists(calibration, missing)) {
        SALLYPORT_TRY(auto read, read_calibration(calibration, pack.template_version_));
        pack.calibration_ = std::move(read.calibration);
        pack.calibration_evidence_ = std::move(read.evidence);
    }
    return pack;
}

Result<ModelFile> ModelPack::file(ModelRole role) const {
    const auto found = std::find_if(files_.begin(), files_.end(), [role](const auto& file) {
        return file.role == role;
    });
    if (found == files_.end()) {
        return fail(
            ErrorCode::ModelMissing, "the model pack has no " + std::string(model_role_name(role))
        );
    }
    return *found;
}

} // namespace sallyport::inference
