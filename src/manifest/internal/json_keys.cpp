#include "manifest/internal/json_keys.hpp"

#include "base/limits.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <cstdint>
#include <limits>
#include <string>
#include <unordered_set>
#include <vector>

namespace sallyport::manifest::internal {

namespace {

namespace json = boost::json;

// The calls basic_parser makes; only objects and keys matter here.
struct KeyHandler {
    static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_key_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_string_size = std::numeric_limits<std::size_t>::max();
    using Code = json::error_code;
    using Text = json::string_view;

    std::vector<std::unordered_set<std::string>> objects;
    std::string key;
    bool repeated = false;

    static bool on_document_begin(Code& /*code*/) { return true; }
    static bool on_document_end(Code& /*code*/) { return true; }
    bool on_object_begin(Code& /*code*/) {
        objects.emplace_back();
        return true;
    }
    bool on_object_end(std::size_t /*size*/, Code& /*code*/) {
        objects.pop_back();
        return true;
    }
    static bool on_array_begin(Code& /*code*/) { return true; }
    static bool on_array_end(std::size_t /*size*/, Code& /*code*/) { return true; }
    bool on_key_part(Text part, std::size_t /*size*/, Code& /*code*/) {
        key.append(part.data(), part.size());
        return true;
    }
    bool on_key(Text part, std::size_t /*size*/, Code& code) {
        key.append(part.data(), part.size());
        repeated = !objects.back().insert(std::move(key)).second;
        key.clear();
        if (repeated) {
            code = json::error::syntax; // any code stops the parser here
        }
        return !repeated;
    }
    static bool on_string_part(Text /*part*/, std::size_t /*size*/, Code& /*code*/) { return true; }
    static bool on_string(Text /*part*/, std::size_t /*size*/, Code& /*code*/) { return true; }
    static bool on_number_part(Text /*part*/, Code& /*code*/) { return true; }
    static bool on_int64(std::int64_t /*value*/, Text /*part*/, Code& /*code*/) { return true; }
    static bool on_uint64(std::uint64_t /*value*/, Text /*part*/, Code& /*code*/) { return true; }
    static bool on_double(double /*value*/, Text /*part*/, Code& /*code*/) { return true; }
    static bool on_bool(bool /*value*/, Code& /*code*/) { return true; }
    static bool on_null(Code& /*code*/) { return true; }
    static bool on_comment_part(Text /*part*/, Code& /*code*/) { return true; }
    static bool on_comment(Text /*part*/, Code& /*code*/) { return true; }
};

} // namespace

std::optional<std::size_t> find_repeated_key(std::string_view text) {
    json::parse_options options;
    options.max_depth = limits::json_depth_max;
    json::basic_parser<KeyHandler> parser(options);
    json::error_code code;
    const std::size_t taken = parser.write_some(false, text.data(), text.size(), code);
    if (!parser.handler().repeated) {
        return std::nullopt;
    }
    return taken;
}

} // namespace sallyport::manifest::internal
