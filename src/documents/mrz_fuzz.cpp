// Whatever the text: a reading has whole lines, a valid one has no check that failed, its text
// reads back as the same zone, repairs lead from what was printed to what is read, and a zone that
// could not be repaired is given as printed.
#include "documents/mrz.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using sallyport::documents::MRZReading;

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

bool none_failed(const MRZReading& reading) {
    const auto& checks = reading.checks;
    return checks.document_number.value_or(false) && checks.birth_date.value_or(true) &&
           checks.expiry.value_or(true) && checks.optional_data.value_or(true) &&
           checks.composite.value_or(true);
}

std::size_t line_size(const MRZReading& reading) {
    return std::min(reading.text.find('\n'), reading.text.size());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using sallyport::documents::MRZMode;
    using sallyport::documents::read_mrz;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto today = std::chrono::sys_days(std::chrono::year(2026) / 11 / 24);
    const auto strict = read_mrz(text, {.mode = MRZMode::Strict, .today = today});
    const auto tolerant = read_mrz(text, {.mode = MRZMode::Tolerant, .today = today});
    require(strict.has_value() == tolerant.has_value());
    if (!strict.has_value()) {
        return 0;
    }
    require(strict->repairs.empty());
    require(strict->valid || !strict->faults.empty());
    for (const MRZReading* reading : {&*strict, &*tolerant}) {
        require(!reading->valid || none_failed(*reading));
        if (reading->valid) {
            const auto again = read_mrz(reading->text, {.mode = MRZMode::Strict, .today = today});
            require(again.has_value() && again->valid && again->text == reading->text);
            require(again->format == reading->format);
        }
    }
    require(!strict->valid || tolerant->repairs.empty());
    require(tolerant->repairs.empty() || tolerant->valid);
    std::string repaired = strict->text;
    for (const auto& repair : tolerant->repairs) {
        const std::size_t place = (repair.line - 1) * (line_size(*strict) + 1) + repair.column - 1;
        require(place < repaired.size() && repaired[place] == repair.from);
        repaired[place] = repair.to;
    }
    require(repaired == tolerant->text);
    return 0;
}
