#include "transport/static_files.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <sodium.h>
#include <utility>

namespace sallyport::transport {

namespace {

// The largest page asset by far is a portrait or a font; more is not a page.
constexpr std::uintmax_t file_bytes_max = 32U << 20U;

constexpr std::array<std::pair<std::string_view, std::string_view>, 16> content_types{{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".map", "application/json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".jpeg", "image/jpeg"},
    {".webp", "image/webp"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".woff", "font/woff"},
    {".txt", "text/plain; charset=utf-8"},
    {".webmanifest", "application/manifest+json"},
}};

std::string etag_of(const SecretBytes& bytes) {
    std::array<unsigned char, 16> digest{};
    crypto_generichash(digest.data(), digest.size(), bytes.data(), bytes.size(), nullptr, 0);
    std::array<char, 33> hex{};
    sodium_bin2hex(hex.data(), hex.size(), digest.data(), digest.size());
    return std::string("\"") + hex.data() + "\"";
}

// RFC 9110 13.1.2: a list of tags compared weakly, or a star.
bool none_match_names(std::string_view header, std::string_view etag) {
    return header == "*" || header.find(etag) != std::string_view::npos;
}

Result<SecretBytes> read_file(const std::filesystem::path& path) {
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(path, error);
    if (error || size > file_bytes_max) {
        return fail(ErrorCode::IoFailed, "a page's file cannot be read");
    }
    std::ifstream file(path, std::ios::binary);
    SecretBytes bytes(static_cast<std::size_t>(size));
    file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
    if (!file || file.gcount() != static_cast<std::streamsize>(size)) {
        return fail(ErrorCode::IoFailed, "a page's file cannot be read");
    }
    return bytes;
}

bool is_below(const std::filesystem::path& path, const std::filesystem::path& root) {
    const auto [root_end, unused] =
        std::mismatch(root.begin(), root.end(), path.begin(), path.end());
    return root_end == root.end();
}

// %2F and the like must survive into the Location header; only plain names are folders of ours.
bool is_plain_path(std::string_view path) {
    return std::all_of(path.begin(), path.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               c == '/' || c == '-' || c == '_' || c == '.';
    });
}

} // namespace

std::string_view content_type_of(const std::filesystem::path& file) {
    const std::string ending = file.extension().string();
    for (const auto& [known, type] : content_types) {
        if (equal_without_case(ending, known)) {
            return type;
        }
    }
    return "application/octet-stream";
}

Result<StaticFiles> StaticFiles::open(const std::filesystem::path& root) {
    std::error_code error;
    std::filesystem::path canonical = std::filesystem::canonical(root, error);
    if (error || !std::filesystem::is_directory(canonical, error)) {
        return fail(
            ErrorCode::ConfigInvalid,
            "the folder of the pages, " + root.string() + ", is not there; run script/build"
        );
    }
    return StaticFiles(std::move(canonical));
}

Result<Response> StaticFiles::serve(const Request& request) const {
    const auto not_found = [] { return fail(ErrorCode::NotFound, "no such page"); };
    if (request.method != Method::Get && request.method != Method::Head) {
        return fail(ErrorCode::MethodNotAllowed, "pages are read with GET");
    }
    std::filesystem::path wanted = root_;
    for (const std::string& segment : request.target.segments) {
        if (segment.starts_with('.')) {
            return not_found(); // no hidden files, and no way up
        }
        if (!segment.empty()) {
            wanted /= segment;
        }
    }
    const bool with_slash =
        request.target.segments.empty() || request.target.segments.back().empty();

    std::error_code error;
    std::filesystem::path file = std::filesystem::canonical(wanted, error);
    if (error || !is_below(file, root_)) {
        return not_found();
    }
    if (std::filesystem::is_directory(file, error)) {
        const std::string path = request.target.path();
        if (!with_slash) {
            if (!is_plain_path(path)) {
                return not_found();
            }
            Response moved;
            moved.status = 301;
            const std::string& query = request.target.raw_query;
            moved.headers.add("Location", path + "/" + (query.empty() ? "" : "?" + query));
            return moved;
        }
        file = std::filesystem::canonical(file / "index.html", error);
        if (error || !is_below(file, root_)) {
            return not_found();
        }
    } else if (with_slash) {
        return not_found();
    }
    if (!std::filesystem::is_regular_file(file, error)) {
        return not_found();
    }

    SALLYPORT_TRY(SecretBytes bytes, read_file(file));
    Response response;
    const std::string etag = etag_of(bytes);
    const bool hashed_name =
        request.target.segments.size() > 1 && request.target.segments.front() == "assets";
    response.headers.add("ETag", etag);
    response.headers.add(
        "Cache-Control", hashed_name ? "public, max-age=31536000, immutable" : "no-cache"
    );
    const auto none_match = request.headers.find("If-None-Match");
    if (none_match.has_value() && none_match_names(*none_match, etag)) {
        response.status = 304;
        return response;
    }
    response.headers.add("Content-Type", std::string(content_type_of(file)));
    response.body = std::move(bytes);
    return response;
}

} // namespace sallyport::transport
