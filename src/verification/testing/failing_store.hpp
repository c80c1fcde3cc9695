// The real stores behind a switch: the n-th call of one thread, be it a begin, a read, a write or a
// commit, fails instead of happening. Calls of other threads pass, so that a builder in the
// background does not disturb the count. Safe from any thread.
#pragma once

#include "domain/unit_of_work.hpp"
#include "ledger/crossing.hpp"
#include "verification/record_store.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace sallyport::verification::testing {

class FailingStore final : public domain::UnitOfWorkFactory,
                           public RecordStore,
                           public ledger::CrossingStore {
public:
    FailingStore(
        domain::UnitOfWorkFactory& units, RecordStore& records, ledger::CrossingStore& crossings
    )
        : units_(units), records_(records), crossings_(crossings) {}

    enum class Calls { All, Commits };
    // n from 1, of this thread from now on. Once; later calls pass.
    void fail_call(int n, Calls counted = Calls::All, ErrorCode code = ErrorCode::StorageFull);
    // From now on every call of every thread that writes fails, until work_again().
    void refuse_writes(ErrorCode code = ErrorCode::StorageReadOnly);
    // True when the armed failure came to pass. Disarms.
    bool work_again();

    [[nodiscard]] Result<std::unique_ptr<domain::UnitOfWork>> begin() override;

    [[nodiscard]] Status add_manifest(domain::UnitOfWork& work, const ManifestRow& row) override;
    [[nodiscard]] Result<std::optional<ManifestRow>>
    manifest_by_body(const domain::BlindKey& body_key) override;
    [[nodiscard]] Result<std::optional<ManifestRow>> manifest(const domain::ManifestId& id
    ) override;
    [[nodiscard]] Result<std::vector<ManifestRow>> manifests_of(const domain::ContextId& context
    ) override;
    [[nodiscard]] Status add_context(domain::UnitOfWork& work, const domain::Context& row) override;
    [[nodiscard]] Status
    update_context(domain::UnitOfWork& work, const domain::Context& row) override;
    [[nodiscard]] Result<std::vector<domain::Context>> contexts() override;
    [[nodiscard]] Status add_traveler(domain::UnitOfWork& work, const TravelerRow& row) override;
    [[nodiscard]] Status update_traveler(domain::UnitOfWork& work, const TravelerRow& row) override;
    [[nodiscard]] Status set_traveler_state(
        domain::UnitOfWork& work, const domain::TravelerId& id, TravelerState state
    ) override;
    [[nodiscard]] Result<std::optional<TravelerRow>> traveler(const domain::TravelerId& id
    ) override;
    [[nodiscard]] Result<std::vector<TravelerRow>> travelers_of(const domain::ContextId& context
    ) override;
    [[nodiscard]] Result<std::vector<TravelerRow>> travelers_by_key(const domain::BlindKey& key
    ) override;
    [[nodiscard]] Status assign_contexts(
        domain::UnitOfWork& work,
        const domain::CheckpointName& checkpoint,
        const std::vector<domain::ContextId>& contexts
    ) override;
    [[nodiscard]] Result<
        std::vector<std::pair<domain::CheckpointName, std::vector<domain::ContextId>>>>
    assignments() override;
    [[nodiscard]] Status
    put_transaction(domain::UnitOfWork& work, const TransactionRow& row) override;
    [[nodiscard]] Result<std::optional<TransactionRow>> transaction(const domain::TransactionId& id
    ) override;
    [[nodiscard]] Result<std::vector<TransactionRow>> unfinished_transactions() override;
    [[nodiscard]] Result<std::uint64_t>
    add_event(domain::UnitOfWork& work, const EventRow& row) override;
    [[nodiscard]] Result<std::vector<EventRow>> events_after(
        const domain::CheckpointName& checkpoint, std::uint64_t after, std::size_t rows_max
    ) override;
    [[nodiscard]] Result<std::uint64_t> last_event() override;
    [[nodiscard]] Status add_answer(domain::UnitOfWork& work, const RecordedAnswer& row) override;
    [[nodiscard]] Result<std::optional<RecordedAnswer>> answer(const domain::BlindKey& key
    ) override;
    [[nodiscard]] Status remove_answers_before(domain::UnitOfWork& work, Instant before) override;

    [[nodiscard]] Status add(domain::UnitOfWork& work, const ledger::Crossing& crossing) override;
    [[nodiscard]] Status mark(domain::UnitOfWork& work, const ledger::CrossingMark& mark) override;
    [[nodiscard]] Result<std::vector<ledger::CrossingMark>>
    marks_of_context(const domain::ContextId& context) override;
    [[nodiscard]] Result<std::vector<ledger::Crossing>>
    of_context(const domain::ContextId& context, std::size_t rows_max) override;
    [[nodiscard]] Result<std::vector<ledger::Crossing>> recent(std::size_t rows_max) override;

private:
    class Unit;
    enum class Kind { Read, Write, Commit };
    // Fails when it is this call's turn.
    [[nodiscard]] Status pass(Kind kind);
    [[nodiscard]] static domain::UnitOfWork& real(domain::UnitOfWork& work);

    domain::UnitOfWorkFactory& units_;
    RecordStore& records_;
    ledger::CrossingStore& crossings_;
    std::mutex mutex_;
    std::thread::id thread_;
    Calls counted_ = Calls::All;
    ErrorCode code_ = ErrorCode::StorageFull;
    int calls_left_ = 0;
    bool fired_ = false;
    std::optional<ErrorCode> refuses_;
};

} // namespace sallyport::verification::testing
