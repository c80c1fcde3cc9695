// How our types travel in and out of a query: bind_all() takes parameters and read_all() columns
// from left to right, a sealed value being three of them (vault, epoch, bytes). A column that does
// not fit its type rejects the row.
#pragma once

#include "base/clock.hpp"
#include "base/id.hpp"
#include "domain/ids.hpp"
#include "domain/sealer.hpp"
#include "storage/sqlite/internal/codes.hpp"
#include "storage/sqlite/internal/sqlite_database.hpp"

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport::storage::sqlite {

template <class Enum>
concept Coded = requires(Enum value) {
    { code_of(value) } -> std::same_as<std::int64_t>;
};

template <std::integral Number>
void bind_value(Query& query, Number value) {
    query.bind(static_cast<std::int64_t>(value));
}
inline void bind_value(Query& query, std::string_view text) {
    query.bind(text);
}
template <Coded Enum>
void bind_value(Query& query, Enum value) {
    query.bind(code_of(value));
}
template <class Tag>
void bind_value(Query& query, const Id<Tag>& id) {
    std::array<std::uint8_t, sizeof(IdBytes)> bytes{};
    std::memcpy(bytes.data(), id.bytes().data(), bytes.size());
    query.bind(bytes);
}
inline void bind_value(Query& query, Instant instant) {
    query.bind(static_cast<std::int64_t>(instant.time_since_epoch().count()));
}
inline void bind_value(Query& query, const domain::BlindKey& key) {
    query.bind(key);
}
inline void bind_value(Query& query, const domain::CheckpointName& name) {
    query.bind(std::string_view(name.value));
}
inline void bind_value(Query& query, const domain::SealedBytes& sealed) {
    query.bind(std::string_view(sealed.vault));
    query.bind(static_cast<std::int64_t>(sealed.epoch));
    query.bind(sealed.bytes);
}
template <class Value>
void bind_value(Query& query, const std::optional<Value>& value) {
    if (value) {
        bind_value(query, *value);
    } else {
        query.bind_null();
    }
}

template <class... Values>
void bind_all(Query& query, const Values&... values) {
    (bind_value(query, values), ...);
}

template <std::integral Number>
void read_value(Query& query, Number& value) {
    const std::int64_t stored = query.next_integer();
    if constexpr (sizeof(Number) < sizeof(stored)) {
        if (!std::in_range<int>(stored)) {
            query.reject();
        }
    }
    value = static_cast<Number>(stored);
}
inline void read_value(Query& query, std::string& text) {
    text = query.next_text();
}
template <Coded Enum>
void read_value(Query& query, Enum& value) {
    const std::optional<Enum> known = from_code<Enum>(query.next_integer());
    if (!known) {
        query.reject();
        return;
    }
    value = *known;
}
template <class Tag>
void read_value(Query& query, Id<Tag>& id) {
    const auto stored = query.next_bytes();
    IdBytes bytes{};
    if (stored.size() != bytes.size()) {
        query.reject();
        return;
    }
    std::memcpy(bytes.data(), stored.data(), bytes.size());
    id = Id<Tag>(bytes);
}
inline void read_value(Query& query, Instant& instant) {
    instant = Instant(std::chrono::microseconds(query.next_integer()));
}
inline void read_value(Query& query, domain::BlindKey& key) {
    const auto stored = query.next_bytes();
    if (stored.size() != key.size()) {
        query.reject();
        return;
    }
    std::copy(stored.begin(), stored.end(), key.begin());
}
inline void read_value(Query& query, domain::CheckpointName& name) {
    name.value = query.next_text();
}
inline void read_value(Query& query, domain::SealedBytes& sealed) {
    sealed.vault = query.next_text();
    sealed.epoch = static_cast<std::uint64_t>(query.next_integer());
    const auto stored = query.next_bytes();
    sealed.bytes.assign(stored.begin(), stored.end());
}
template <class Value>
void read_value(Query& query, std::optional<Value>& value) {
    if (query.next_is_null()) {
        query.skip();
        value.reset();
        return;
    }
    read_value(query, value.emplace());
}

template <class... Values>
void read_all(Query& query, Values&... values) {
    (read_value(query, values), ...);
}

// LIMIT takes a signed number; more rows than that is all rows.
[[nodiscard]] inline std::int64_t row_limit(std::size_t rows_max) {
    constexpr auto most = static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max());
    return static_cast<std::int64_t>(std::min(rows_max, most));
}

// Every row of a query, each read by read(query, row).
template <class Row, class Read, class... Values>
[[nodiscard]] Result<std::vector<Row>>
rows_of(Database& database, std::string_view sql, Read read, const Values&... values) {
    SALLYPORT_TRY(Query query, database.query(sql));
    bind_all(query, values...);
    std::vector<Row> rows;
    while (true) {
        SALLYPORT_TRY(const bool found, query.step());
        if (!found) {
            return rows;
        }
        read(query, rows.emplace_back());
    }
}

template <class Row>
[[nodiscard]] std::optional<Row> first_of(std::vector<Row>&& rows) {
    return rows.empty() ? std::nullopt : std::optional<Row>(std::move(rows.front()));
}

// Two statements for one answer must see one state of the database.
template <class Read>
[[nodiscard]] auto in_one_snapshot(Database& database, Read read) -> decltype(read()) {
    SALLYPORT_CHECK(database.execute("BEGIN"));
    auto answer = read();
    const Status ended = database.execute("COMMIT");
    if (answer && !ended) {
        return fail(ended.error());
    }
    return answer;
}

} // namespace sallyport::storage::sqlite
