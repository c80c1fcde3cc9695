// verification::RecordStore on SQLite. Borrows the connections, which outlive it. Safe from any
// thread; reads see what is committed.
#pragma once

#include "storage/sqlite/internal/connections.hpp"
#include "verification/record_store.hpp"

namespace sallyport::storage::sqlite {

class RecordTables final : public verification::RecordStore {
public:
    explicit RecordTables(Connections& connections) : connections_(connections) {}

    [[nodiscard]] Status
    add_manifest(domain::UnitOfWork& work, const verification::ManifestRow& row) override;
    [[nodiscard]] Result<std::optional<verification::ManifestRow>>
    manifest_by_body(const domain::BlindKey& body_key) override;
    [[nodiscard]] Result<std::optional<verification::ManifestRow>>
    manifest(const domain::ManifestId& id) override;
    [[nodiscard]] Result<std::vector<verification::ManifestRow>>
    manifests_of(const domain::ContextId& context) override;

    [[nodiscard]] Status add_context(domain::UnitOfWork& work, const domain::Context& row) override;
    [[nodiscard]] Status
    update_context(domain::UnitOfWork& work, const domain::Context& row) override;
    [[nodiscard]] Result<std::vector<domain::Context>> contexts() override;

    [[nodiscard]] Status
    add_traveler(domain::UnitOfWork& work, const verification::TravelerRow& row) override;
    [[nodiscard]] Status
    update_traveler(domain::UnitOfWork& work, const verification::TravelerRow& row) override;
    // NotFound for an unknown id.
    [[nodiscard]] Status set_traveler_state(
        domain::UnitOfWork& work, const domain::TravelerId& id, verification::TravelerState state
    ) override;
    [[nodiscard]] Result<std::optional<verification::TravelerRow>>
    traveler(const domain::TravelerId& id) override;
    // In the order in which they were added.
    [[nodiscard]] Result<std::vector<verification::TravelerRow>>
    travelers_of(const domain::ContextId& context) override;
    [[nodiscard]] Result<std::vector<verification::TravelerRow>>
    travelers_by_key(const domain::BlindKey& key) override;

    [[nodiscard]] Status assign_contexts(
        domain::UnitOfWork& work,
        const domain::CheckpointName& checkpoint,
        const std::vector<domain::ContextId>& contexts
    ) override;
    // By name; a checkpoint without any context is not listed.
    [[nodiscard]] Result<
        std::vector<std::pair<domain::CheckpointName, std::vector<domain::ContextId>>>>
    assignments() override;

    [[nodiscard]] Status
    put_transaction(domain::UnitOfWork& work, const verification::TransactionRow& row) override;
    [[nodiscard]] Result<std::optional<verification::TransactionRow>>
    transaction(const domain::TransactionId& id) override;
    // Oldest first.
    [[nodiscard]] Result<std::vector<verification::TransactionRow>>
    unfinished_transactions() override;

    [[nodiscard]] Result<std::uint64_t>
    add_event(domain::UnitOfWork& work, const verification::EventRow& row) override;
    [[nodiscard]] Result<std::vector<verification::EventRow>> events_after(
        const domain::CheckpointName& checkpoint, std::uint64_t after, std::size_t rows_max
    ) override;
    [[nodiscard]] Result<std::uint64_t> last_event() override;

    // AlreadyExists when the key has an answer.
    [[nodiscard]] Status
    add_answer(domain::UnitOfWork& work, const verification::RecordedAnswer& row) override;
    [[nodiscard]] Result<std::optional<verification::RecordedAnswer>>
    answer(const domain::BlindKey& key) override;
    // The bytes are gone from the log, too, once commit() has returned; with a reader in the way,
    // after one of the next commits or SqliteRecords::truncate_log().
    [[nodiscard]] Status remove_answers_before(domain::UnitOfWork& work, Instant before) override;

private:
    Connections& connections_;
};

} // namespace sallyport::storage::sqlite
