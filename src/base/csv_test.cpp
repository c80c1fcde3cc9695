// Proves that comma-separated text is read as RFC 4180 has it and that what is not is named by
// line.
#include "base/csv.hpp"

#include <gtest/gtest.h>

namespace sallyport {
namespace {

using Rows = std::vector<std::vector<std::string>>;

Rows rows_of(std::string_view text) {
    CSVReader reader(text);
    Rows rows;
    while (true) {
        Result<std::optional<CSVRow>> row = reader.next();
        if (!row) {
            rows.push_back({"error", row.error().message()});
            return rows;
        }
        if (!row->has_value()) {
            return rows;
        }
        rows.push_back((*row)->fields);
    }
}

TEST(CSVReader, ReadsPlainFieldsWithEitherLineEnd) {
    EXPECT_EQ(
        rows_of("a,b,c\r\n1,,3\n\n4,5,"), (Rows{{"a", "b", "c"}, {"1", "", "3"}, {"4", "5", ""}})
    );
}

TEST(CSVReader, ReadsQuotedCommasQuotesAndLineEnds) {
    EXPECT_EQ(
        rows_of("\"a,b\",\"say \"\"x\"\"\",\"two\r\nlines\"\r\n\"\",z"),
        (Rows{{"a,b", "say \"x\"", "two\r\nlines"}, {"", "z"}})
    );
}

TEST(CSVReader, ReadsAnotherSeparatorAndSaysWhereEachRowBegins) {
    CSVReader reader("a;b,c\n\n\"d;e\";f", ';');
    EXPECT_EQ(reader.next().value().value().fields, (std::vector<std::string>{"a", "b,c"}));
    const CSVRow second = reader.next().value().value();
    EXPECT_EQ(second.fields, (std::vector<std::string>{"d;e", "f"}));
    EXPECT_EQ(second.offset, 7U);
}

TEST(CSVReader, PassesOverAByteOrderMark) {
    EXPECT_EQ(
        rows_of("\xEF\xBB\xBF"
                "a,b"),
        (Rows{{"a", "b"}})
    );
    EXPECT_EQ(rows_of(""), Rows{});
}

TEST(CSVReader, NamesTheLineOfABrokenRow) {
    EXPECT_EQ(rows_of("a\n\"open").back().at(1), "line 2: a quoted field is not closed");
    EXPECT_EQ(
        rows_of("\"x\ny\"\nb\"c").back().at(1), "line 3: a quote inside a field that is not quoted"
    );
    EXPECT_EQ(
        rows_of("\"a\"b").back().at(1), "line 1: something follows the closing quote of a field"
    );
}

TEST(CSVReader, SaysOnWhichLineEachRowBegins) {
    CSVReader reader("a\n\n\"b\nb\"\nc");
    EXPECT_EQ(reader.next().value().value().line, 1U);
    EXPECT_EQ(reader.next().value().value().line, 3U);
    EXPECT_EQ(reader.next().value().value().line, 5U);
}

} // namespace
} // namespace sallyport
