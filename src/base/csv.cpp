#include "base/csv.hpp"

namespace sallyport {

CSVReader::CSVReader(std::string_view text, char separator) : text_(text), separator_(separator) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text_.starts_with(byte_order_mark)) {
        position_ = byte_order_mark.size();
    }
}

Status CSVReader::malformed(std::string_view problem) const {
    return fail(
        ErrorCode::MalformedInput,
        std::string("line ").append(std::to_string(row_line_)).append(": ").append(problem)
    );
}

bool CSVReader::at_line_end() const {
    return position_ >= text_.size() || text_[position_] == '\n' ||
           text_.substr(position_).starts_with("\r\n");
}

void CSVReader::skip_line_end() {
    if (position_ < text_.size()) {
        position_ += text_[position_] == '\r' ? 2 : 1;
        ++line_;
    }
}

Result<std::optional<CSVRow>> CSVReader::next() {
    while (position_ < text_.size() && at_line_end()) {
        skip_line_end();
    }
    if (position_ >= text_.size()) {
        return std::optional<CSVRow>();
    }
    row_line_ = line_;
    CSVRow row{.line = line_, .offset = position_, .fields = {}};
    while (true) {
        SALLYPORT_CHECK(read_field(row.fields.emplace_back()));
        if (at_line_end()) {
            skip_line_end();
            return std::optional<CSVRow>(std::move(row));
        }
        ++position_; // the separator
    }
}

Status CSVReader::read_field(std::string& field) {
    if (position_ < text_.size() && text_[position_] == '"') {
        return read_quoted(field);
    }
    while (!at_line_end() && text_[position_] != separator_) {
        if (text_[position_] == '"') {
            return malformed("a quote inside a field that is not quoted");
        }
        field.push_back(text_[position_++]);
    }
    return {};
}

Status CSVReader::read_quoted(std::string& field) {
    ++position_; // the opening quote
    while (position_ < text_.size()) {
        const char character = text_[position_++];
        if (character != '"') {
            line_ += character == '\n' ? 1U : 0U;
            field.push_back(character);
        } else if (position_ < text_.size() && text_[position_] == '"') {
            field.push_back('"');
            ++position_;
        } else if (at_line_end() || text_[position_] == separator_) {
            return {};
        } else {
            return malformed("something follows the closing quote of a field");
        }
    }
    return malformed("a quoted field is not closed");
}

} // namespace sallyport
