#include "transport/documents.hpp"

#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <fstream>
#include <iterator>

namespace sallyport::transport {

namespace {

namespace json = boost::json;

constexpr std::size_t document_bytes_max = 4U << 20U;

Result<std::string> read_text(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return fail(ErrorCode::ConfigInvalid, path.string() + " cannot be read");
    }
    std::string text(std::istreambuf_iterator<char>(file), {});
    if (text.empty() || text.size() > document_bytes_max) {
        return fail(ErrorCode::ConfigInvalid, path.string() + " is empty or too large");
    }
    return text;
}

Result<json::object> read_object(const std::filesystem::path& path, const std::string& text) {
    json::error_code error;
    json::value value = json::parse(text, error);
    if (error || !value.is_object()) {
        return fail(ErrorCode::ConfigInvalid, path.string() + " is not a JSON object");
    }
    return std::move(value.as_object());
}

bool has_text(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains({key.data(), key.size()});
    return value != nullptr && value->is_string() && !value->as_string().empty();
}

bool is_complete_language(const json::value& value) {
    if (!value.is_object()) {
        return false;
    }
    const json::object& language = value.as_object();
    const json::value* lines = language.if_contains("lines");
    return has_text(language, "title") && has_text(language, "continue") &&
           has_text(language, "manual") && lines != nullptr && lines->is_array() &&
           !lines->as_array().empty();
}

Status check_notice(const std::filesystem::path& path, const json::object& notice) {
    const auto refuse = [&](std::string_view what) {
        return fail(ErrorCode::ConfigInvalid, path.string() + ": " + std::string(what));
    };
    if (!has_text(notice, "version") || !has_text(notice, "control_number")) {
        return refuse("version or control_number is missing");
    }
    const json::string& version = notice.at("version").as_string();
    if (path.stem().string() != std::string_view(version.data(), version.size())) {
        return refuse("the file's name is not its version");
    }
    const json::value* languages = notice.if_contains("languages");
    if (languages == nullptr || !languages->is_object() || languages->as_object().empty()) {
        return refuse("languages are missing");
    }
    for (const auto& [name, language] : languages->as_object()) {
        if (!is_complete_language(language)) {
            return refuse("language " + std::string(name) + " is not complete");
        }
    }
    return {};
}

} // namespace

Result<Documents> Documents::load(const std::filesystem::path& schema_root) {
    Documents documents;
    const std::filesystem::path openapi = schema_root / "openapi" / "sallyport.json";
    SALLYPORT_TRY(documents.openapi_, read_text(openapi));
    SALLYPORT_TRY(
        [[maybe_unused]] const json::object description, read_object(openapi, documents.openapi_)
    );

    std::error_code error;
    const std::filesystem::directory_iterator notices(schema_root / "notices", error);
    if (error) {
        return fail(
            ErrorCode::ConfigInvalid, (schema_root / "notices").string() + " cannot be read"
        );
    }
    for (const auto& entry : notices) {
        if (entry.path().extension() != ".json") {
            continue;
        }
        SALLYPORT_TRY(std::string text, read_text(entry.path()));
        SALLYPORT_TRY(const json::object notice, read_object(entry.path(), text));
        if (const Status checked = check_notice(entry.path(), notice); !checked.has_value()) {
            return fail(checked.error());
        }
        documents.notices_.emplace(entry.path().stem().string(), std::move(text));
    }
    if (documents.notices_.empty()) {
        return fail(ErrorCode::ConfigInvalid, "no notice in " + (schema_root / "notices").string());
    }
    return documents;
}

Result<std::string_view> Documents::notice(std::string_view version) const {
    const auto found = notices_.find(version);
    if (found == notices_.end()) {
        return fail(ErrorCode::NotFound, "no notice of this version");
    }
    return std::string_view(found->second);
}

} // namespace sallyport::transport
