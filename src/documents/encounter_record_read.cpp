// Reading by ANSI/NIST-ITL 1-2011, Annex B (traditional encoding).
#include "base/limits.hpp"
#include "documents/encounter_record.hpp"
#include "documents/internal/nist_date.hpp"
#include "documents/internal/nist_fields.hpp"

#include <limits>

namespace sallyport::documents {
namespace {

using namespace internal; // NOLINT(google-build-using-namespace) private to this module

// Table 3: these are laid out in bytes, without tags and separators.
bool is_binary(int type) {
    return type >= 3 && type <= 8;
}

// These may end with a field 999 of bytes; the others are text throughout.
bool may_hold_data(int type) {
    return type >= 10;
}

// A record as 1.003 lists it.
struct Listed {
    int type = 1;
    int idc = 0;
};

struct Tag {
    int type = 0;
    int field = 0;
};

class Reader {
public:
    explicit Reader(std::string_view text) : text_(text) {}
    Result<NISTTransaction> read();

private:
    [[nodiscard]] std::string_view left() const { return text_.substr(at_); }
    Result<NISTRecord> read_tagged(const Listed& listed);
    Result<NISTRecord> read_binary(const Listed& listed);
    Result<std::string_view> take_record(const Listed& listed);
    Status read_fields(std::string_view record, NISTRecord& out);
    Status read_field(const Tag& tag, std::string_view value, NISTRecord& out);
    [[nodiscard]] Status check_idc(const NISTRecord& record, const Listed& listed) const;
    [[nodiscard]] Result<std::vector<Listed>> contents(const NISTRecord& header) const;

    [[nodiscard]] tl::unexpected<Error> malformed(int type, std::string_view what) const {
        return fail(
            ErrorCode::MalformedInput, fmt::format("record {} (Type-{}): {}", number_, type, what)
        );
    }
    [[nodiscard]] tl::unexpected<Error>
    malformed(int type, int field, std::string_view what) const {
        return fail(
            ErrorCode::MalformedInput,
            fmt::format(
                "record {} (Type-{}), field {}: {}", number_, type, field_name(type, field), what
            )
        );
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t number_ = 1; // of the record being read, for messages
    std::size_t items_ = 0;
};

// "10.006:" in front of the text, which is cut off.
std::optional<Tag> take_tag(std::string_view& text) {
    constexpr std::size_t tag_chars_max = 16;
    const std::size_t end = text.substr(0, tag_chars_max).find(':');
    if (end == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view tag = text.substr(0, end);
    const std::size_t dot = tag.find('.');
    if (dot == std::string_view::npos) {
        return std::nullopt;
    }
    const auto type = number_of(tag.substr(0, dot));
    const auto field = number_of(tag.substr(dot + 1));
    if (!type || !field || *field == 0) {
        return std::nullopt;
    }
    text.remove_prefix(end + 1);
    return Tag{*type, *field};
}

// A tagged record states its length in its first field and ends with FS at exactly that length.
Result<std::string_view> Reader::take_record(const Listed& listed) {
    std::string_view rest = left();
    const auto tag = take_tag(rest);
    if (!tag.has_value()) {
        return malformed(listed.type, "does not begin with the field of its length");
    }
    if (tag->type != listed.type) {
        return malformed(
            listed.type, fmt::format("a record of Type-{} stands in its place", tag->type)
        );
    }
    if (tag->field != 1) {
        return malformed(listed.type, tag->field, "stands before the length");
    }
    constexpr std::size_t length_chars_max = 16;
    const auto end = rest.substr(0, length_chars_max).find_first_of("\x1C\x1D");
    const auto length =
        end == std::string_view::npos ? std::nullopt : number_of(rest.substr(0, end));
    if (!length.has_value()) {
        return malformed(listed.type, 1, "is not a length");
    }
    const auto bytes = static_cast<std::size_t>(*length);
    if (bytes > left().size()) {
        return malformed(
            listed.type, 1, fmt::format("says {} bytes, {} are left", bytes, left().size())
        );
    }
    const std::size_t used = left().size() - rest.size() + end;
    if (bytes <= used || left()[bytes - 1] != file_separator) {
        return malformed(
            listed.type, 1, fmt::format("says {} bytes, where no separator ends the record", bytes)
        );
    }
    const std::string_view record = left().substr(0, bytes - 1);
    at_ += bytes;
    return record;
}

Status Reader::read_field(const Tag& tag, std::string_view value, NISTRecord& out) {
    if (tag.type != out.type) {
        return malformed(out.type, fmt::format("holds a field of Type-{}", tag.type));
    }
    if (value.find(file_separator) != std::string_view::npos) {
        return malformed(out.type, tag.field, "holds the separator that ends a record");
    }
    auto [place, fresh] = out.fields.try_emplace(tag.field);
    if (!fresh) {
        return malformed(out.type, tag.field, "stands there twice");
    }
    std::vector<std::vector<std::string>>& subfields = place->second;
    subfields.emplace_back();
    for (std::size_t start = 0;;) {
        if (++items_ > limits::nist_items_max) {
            return fail(
                ErrorCode::PayloadTooLarge,
                fmt::format("the transaction holds more than {} items", limits::nist_items_max)
            );
        }
        const std::size_t end = value.find_first_of("\x1E\x1F", start);
        subfields.back().emplace_back(value.substr(start, end - start));
        if (end == std::string_view::npos) {
            return {};
        }
        if (value[end] == record_separator) {
            subfields.emplace_back();
        }
        start = end + 1;
    }
}

Status Reader::read_fields(std::string_view record, NISTRecord& out) {
    for (int previous = 0;;) {
        const auto tag = take_tag(record);
        if (!tag.has_value()) {
            return malformed(
                out.type,
                fmt::format("no field begins after field {}", field_name(out.type, previous))
            );
        }
        // B.1.5: the picture comes last and alone may hold any byte.
        if (may_hold_data(out.type) && tag->type == out.type && tag->field == picture_field) {
            out.data.assign(record.begin(), record.end());
            return {};
        }
        const std::size_t end = record.find(group_separator);
        SALLYPORT_CHECK(read_field(*tag, record.substr(0, end), out));
        if (end == std::string_view::npos) {
            return {};
        }
        record.remove_prefix(end + 1);
        previous = tag->field;
    }
}

Status Reader::check_idc(const NISTRecord& record, const Listed& listed) const {
    if (!record.fields.contains(2)) {
        return malformed(record.type, 2, "is missing");
    }
    if (number_of(record.text(2)) != listed.idc) {
        return malformed(record.type, 2, fmt::format("is not {}, as 1.003 says", listed.idc));
    }
    return {};
}

Result<NISTRecord> Reader::read_tagged(const Listed& listed) {
    SALLYPORT_TRY(const std::string_view bytes, take_record(listed));
    NISTRecord record;
    record.type = listed.type;
    SALLYPORT_CHECK(read_fields(bytes, record));
    if (listed.type != 1) {
        SALLYPORT_CHECK(check_idc(record, listed));
    }
    return record;
}

// Length in four bytes, most significant first, then the IDC in one.
Result<NISTRecord> Reader::read_binary(const Listed& listed) {
    constexpr std::size_t head = 5;
    const std::string_view rest = left();
    if (rest.size() < head) {
        return malformed(listed.type, 1, fmt::format("{} bytes are left for it", rest.size()));
    }
    std::size_t length = 0;
    for (const char byte : rest.substr(0, 4)) {
        length = length << 8U | static_cast<std::uint8_t>(byte);
    }
    if (length < head || length > rest.size()) {
        return malformed(
            listed.type, 1, fmt::format("says {} bytes, {} are left", length, rest.size())
        );
    }
    NISTRecord record;
    record.type = listed.type;
    record.fields[1] = {{std::to_string(length)}};
    record.fields[2] = {{std::to_string(static_cast<std::uint8_t>(rest[4]))}};
    const std::string_view bytes = rest.substr(0, length);
    record.data.assign(bytes.begin(), bytes.end());
    SALLYPORT_CHECK(check_idc(record, listed));
    at_ += length;
    return record;
}

// 1.003: "1" and the number of the other records, then type and IDC of each in the file's order.
Result<std::vector<Listed>> Reader::contents(const NISTRecord& header) const {
    constexpr int contents_field = 3;
    const auto found = header.fields.find(contents_field);
    if (found == header.fields.end()) {
        return malformed(1, contents_field, "is missing");
    }
    const auto& subfields = found->second;
    if (subfields.front().size() != 2 || number_of(subfields.front()[0]) != 1) {
        return malformed(1, contents_field, "does not begin with record type 1 and a count");
    }
    const auto count = number_of(subfields.front()[1]);
    if (!count.has_value() || static_cast<std::size_t>(*count) != subfields.size() - 1) {
        return malformed(
            1,
            contents_field,
            fmt::format("lists {} records, not as many as it counts", subfields.size() - 1)
        );
    }
    if (subfields.size() - 1 > limits::nist_records_max) {
        return fail(
            ErrorCode::PayloadTooLarge,
            fmt::format("the transaction holds more than {} records", limits::nist_records_max)
        );
    }
    std::vector<Listed> listed;
    for (std::size_t index = 1; index < subfields.size(); ++index) {
        const auto& items = subfields[index];
        const auto type = number_of(items[0]);
        const auto idc = items.size() == 2 ? number_of(items[1]) : std::nullopt;
        if (!type || !idc || *type < 2 || *type > 99 || *idc > 99) {
            return malformed(
                1, contents_field, fmt::format("entry {} is no record type with an IDC", index)
            );
        }
        listed.push_back({*type, *idc});
    }
    return listed;
}

Result<NISTTransaction> Reader::read() {
    NISTTransaction transaction;
    SALLYPORT_TRY(NISTRecord header, read_tagged({}));
    const auto version = number_of(header.text(2));
    if (!version.has_value() || header.text(2).size() != 4) {
        return malformed(1, 2, "is not a version of four digits");
    }
    SALLYPORT_TRY(const std::vector<Listed> listed, contents(header));
    transaction.records.push_back(std::move(header));
    for (const Listed& entry : listed) {
        ++number_;
        if (left().empty()) {
            return malformed(entry.type, "the file ends before it");
        }
        SALLYPORT_TRY(
            NISTRecord record, is_binary(entry.type) ? read_binary(entry) : read_tagged(entry)
        );
        transaction.records.push_back(std::move(record));
    }
    if (!left().empty()) {
        return fail(
            ErrorCode::MalformedInput,
            fmt::format(
                "{} bytes follow the {} records that 1.003 lists", left().size(), listed.size()
            )
        );
    }
    return transaction;
}

} // namespace

std::string NISTRecord::text(int field) const {
    const auto found = fields.find(field);
    if (found == fields.end() || found->second.empty() || found->second.front().empty()) {
        return {};
    }
    return found->second.front().front();
}

Result<NISTTransaction> read_nist_transaction(std::span<const std::uint8_t> bytes) {
    if (bytes.empty()) {
        return fail(ErrorCode::MalformedInput, "the transaction is empty");
    }
    if (bytes.size() > limits::nist_transaction_bytes_max) {
        return fail(
            ErrorCode::PayloadTooLarge,
            fmt::format(
                "the transaction is larger than {} bytes", limits::nist_transaction_bytes_max
            )
        );
    }
    // Separators, tags and lengths are characters; only pictures are bytes.
    return Reader({reinterpret_cast<const char*>(bytes.data()), bytes.size()}).read();
}

} // namespace sallyport::documents
