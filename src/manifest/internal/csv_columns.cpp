#include "manifest/internal/csv_columns.hpp"

#include "base/csv.hpp"
#include "manifest/internal/edifact_tokenizer.hpp"

#include <algorithm>

namespace sallyport::manifest::internal {

namespace {

constexpr std::array<std::string_view, column_count> names{
    "family_name",
    "given_names",
    "birth_date",
    "sex",
    "nationality",
    "document_type",
    "document_number",
    "document_issuer",
    "document_expiry",
    "reference",
    "passenger_reference",
    "seat",
    "kind",
    "embarkation",
    "debarkation",
    "residence",
    "flight",
    "departure",
    "arrival",
    "departs_at",
    "arrives_at",
};

std::string_view first_line(std::string_view text) {
    constexpr std::size_t chars_max = 4'096; // the names take 250
    const std::size_t begin = std::min(text.find_first_not_of(" \t\r\n"), text.size());
    const std::string_view line = text.substr(begin, chars_max);
    return line.substr(0, line.find_first_of("\r\n"));
}

} // namespace

std::string_view column_name(Column column) {
    return names[static_cast<std::size_t>(column)];
}

std::optional<Column> column_of(std::string_view name) {
    std::string small(trimmed(name).substr(0, 64));
    for (char& character : small) {
        if (character >= 'A' && character <= 'Z') {
            character = static_cast<char>(character - 'A' + 'a');
        }
    }
    const auto found = std::ranges::find(names, small);
    if (found == names.end()) {
        return std::nullopt;
    }
    return static_cast<Column>(found - names.begin());
}

char csv_separator_of(std::string_view text) {
    const std::string_view line = first_line(text);
    return std::ranges::count(line, ';') > std::ranges::count(line, ',') ? ';' : ',';
}

bool begins_with_columns(std::string_view text) {
    const std::string_view line = first_line(text);
    CSVReader reader(line, csv_separator_of(line));
    const Result<std::optional<CSVRow>> row = reader.next();
    if (!row || !row->has_value()) {
        return false;
    }
    return std::ranges::count_if((*row)->fields, [](const std::string& field) {
               return column_of(field).has_value();
           }) >= 2;
}

} // namespace sallyport::manifest::internal
