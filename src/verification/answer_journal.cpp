#include "verification/answer_journal.hpp"

#include <algorithm>
#include <string>

namespace sallyport::verification {
namespace {

constexpr std::chrono::hours answers_kept{24};

std::array<std::byte, 16> record_id_of(const domain::BlindKey& key) {
    std::array<std::byte, 16> id{};
    std::transform(key.begin(), key.begin() + 16, id.begin(), [](std::uint8_t value) {
        return static_cast<std::byte>(value);
    });
    return id;
}

} // namespace

domain::BlindKey AnswerJournal::key_of(std::string_view scope, std::string_view key) {
    std::string value(scope);
    value.push_back('\n');
    value.append(key);
    return blind_index_.key_of("idempotency", value);
}

Result<std::optional<Answer>>
AnswerJournal::begin(std::string_view scope, std::string_view key, std::string_view request) {
    const domain::BlindKey row_key = key_of(scope, key);
    {
        const std::lock_guard lock(mutex_);
        if (!in_flight_.insert(row_key).second) {
            return fail(
                ErrorCode::StateConflict, "the first request with this key is still being answered"
            );
        }
    }
    auto recorded = records_.answer(row_key);
    if (!recorded.has_value()) {
        forget(scope, key);
        return fail(std::move(recorded).error());
    }
    if (!recorded->has_value()) {
        return std::optional<Answer>();
    }
    forget(scope, key);
    const RecordedAnswer& row = **recorded;
    if (row.request != blind_index_.key_of("request", request)) {
        return fail(
            ErrorCode::IdempotencyMismatch, "this Idempotency-Key was used with another request"
        );
    }
    SALLYPORT_TRY(
        const SecretBytes body,
        sealer_.open(domain::SealCategory::RecordedAnswer, record_id_of(row_key), row.body)
    );
    return std::optional<Answer>(Answer{
        .status = row.status,
        .content_type = row.content_type,
        .body = std::string(body.begin(), body.end()),
    });
}

Status AnswerJournal::record(
    std::string_view scope, std::string_view key, std::string_view request, const Answer& answer
) {
    RecordedAnswer row;
    row.key = key_of(scope, key);
    row.request = blind_index_.key_of("request", request);
    row.status = answer.status;
    row.content_type = answer.content_type;
    row.at = clock_.now();
    const std::vector<std::uint8_t> clear(answer.body.begin(), answer.body.end());
    const auto store = [&]() -> Status {
        SALLYPORT_TRY(
            row.body,
            sealer_.seal(domain::SealCategory::RecordedAnswer, record_id_of(row.key), clear)
        );
        SALLYPORT_TRY(auto work, unit_of_work_.begin());
        SALLYPORT_CHECK(records_.add_answer(*work, row));
        return work->commit();
    };
    Status stored = store();
    forget(scope, key);
    return stored;
}

void AnswerJournal::forget(std::string_view scope, std::string_view key) {
    const domain::BlindKey row_key = key_of(scope, key);
    const std::lock_guard lock(mutex_);
    in_flight_.erase(row_key);
}

Status AnswerJournal::remove_old() {
    SALLYPORT_TRY(auto work, unit_of_work_.begin());
    SALLYPORT_CHECK(records_.remove_answers_before(*work, clock_.now() - answers_kept));
    return work->commit();
}

} // namespace sallyport::verification
