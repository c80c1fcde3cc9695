// Comma-separated values after RFC 4180: quoted fields may hold separators, doubled quotes and line
// ends; lines end with LF or CRLF; a UTF-8 byte order mark is passed over. Takes no more memory
// than the row at hand. One thread at a time.
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport {

struct CSVRow {
    std::size_t line = 0;   // where it begins, from 1
    std::size_t offset = 0; // the same in bytes
    std::vector<std::string> fields;
};

class CSVReader {
public:
    // The text must outlive the reader. Spreadsheets of many countries separate by ';'.
    explicit CSVReader(std::string_view text, char separator = ',');

    // The next row that is not blank; nothing at the end. MalformedInput, naming the line, for a
    // quote that is not closed, or that stands inside a field.
    [[nodiscard]] Result<std::optional<CSVRow>> next();

private:
    [[nodiscard]] Status read_field(std::string& field);
    [[nodiscard]] Status read_quoted(std::string& field);
    [[nodiscard]] Status malformed(std::string_view problem) const;
    [[nodiscard]] bool at_line_end() const;
    void skip_line_end();

    std::string_view text_;
    char separator_;
    std::size_t position_ = 0;
    std::size_t line_ = 1;
    std::size_t row_line_ = 1;
};

} // namespace sallyport
