#include "verification/testing/failing_store.hpp"

namespace sallyport::verification::testing {

class FailingStore::Unit final : public domain::UnitOfWork {
public:
    Unit(FailingStore& store, std::unique_ptr<domain::UnitOfWork> inner)
        : store_(store), inner_(std::move(inner)) {}
    [[nodiscard]] Status commit() override {
        SALLYPORT_CHECK(store_.pass(Kind::Commit));
        return inner_->commit();
    }
    [[nodiscard]] domain::UnitOfWork& inner() { return *inner_; }

private:
    FailingStore& store_;
    std::unique_ptr<domain::UnitOfWork> inner_;
};

void FailingStore::fail_call(int n, Calls counted, ErrorCode code) {
    const std::lock_guard lock(mutex_);
    thread_ = std::this_thread::get_id();
    counted_ = counted;
    code_ = code;
    calls_left_ = n;
    fired_ = false;
}

void FailingStore::refuse_writes(ErrorCode code) {
    const std::lock_guard lock(mutex_);
    refuses_ = code;
}

bool FailingStore::work_again() {
    const std::lock_guard lock(mutex_);
    calls_left_ = 0;
    refuses_.reset();
    return std::exchange(fired_, false);
}

Status FailingStore::pass(Kind kind) {
    const std::lock_guard lock(mutex_);
    if (refuses_ && kind != Kind::Read) {
        return fail(*refuses_, "the script says so");
    }
    const bool counts = calls_left_ > 0 && std::this_thread::get_id() == thread_ &&
                        (counted_ == Calls::All || kind == Kind::Commit);
    if (counts && --calls_left_ == 0) {
        fired_ = true;
        return fail(code_, "the script says so");
    }
    return {};
}

domain::UnitOfWork& FailingStore::real(domain::UnitOfWork& work) {
    return dynamic_cast<Unit&>(work).inner();
}

Result<std::unique_ptr<domain::UnitOfWork>> FailingStore::begin() {
    SALLYPORT_CHECK(pass(Kind::Write));
    SALLYPORT_TRY(auto inner, units_.begin());
    return std::make_unique<Unit>(*this, std::move(inner));
}

// --- writes -------------------------------------------------------------------------------------

Status FailingStore::add_manifest(domain::UnitOfWork& work, const ManifestRow& row) {
    SALLYPORT_CHECK(pass(Kind::Write));
    return records_.add_manifest(real(work), row);
}

Status FailingStore::add_context(domain::UnitOfWork& work, const domain::Context& row) {
    SALLYPORT_CHECK(pass(Kind::Write));
    return records_.add_context(real(work), row);
}

Status FailingStore::update_context(domain::UnitOfWork& work, const domain::Context& row) {
    SALLYPORT_CHECK(pass(Kind::Write));
    return records_.update_context(real(work), row);
}

Status FailingStore::add_traveler(domain::UnitOfWork& work, const TravelerRow& row) {
    SALLYPORT_CHECK(pass(Kind::Write));
    return records_.add_traveler(real(work), row);
}

Status FailingStore::update_traveler(domain::UnitOfWork& work, const TravelerRow& row) {
    SALLYPORT_CHECK(pass(Kind::Write));
    return records_.update_traveler(real(work), row);
}

Status FailingStore::set_traveler_state(
    domain::UnitOfWork& work, const domain::TravelerId& id, TravelerState state
) {
    SALLYPORT_CHECK(pass(Kind::Write));
    return records_.set_traveler_state(real(work), id, state);
}

Status FailingStore::assign_contexts(
    domain::UnitOfWork& work,
    const domain::CheckpointName& checkpoint,
    const std::vector<domain::ContextId>& contexts
) {
    SALLYPORT_CHECK(pass(Kind::Write));
    return records_.assign_contexts(real(work), checkpoint, contexts);
}

Status FailingStore::put_transaction(domain::UnitOfWork& work, const TransactionRow& row) {
    SALLYPORT_CHECK(pass(Kind::Write));
    return records_.put_transaction(real(work), row);
}

Result<std::uint64_t> FailingStore::add_event(domain::UnitOfWork& work, const EventRow& row) {
    SALLYPORT_CHECK(pass(Kind::Write));
    return records_.add_event(real(work), row);
}

Status FailingStore::add_answer(domain::UnitOfWork& work, const RecordedAnswer& row) {
    SALLYPORT_CHECK(pass(Kind::Write));
    return records_.add_answer(real(work), row);
}

Status FailingStore::remove_answers_before(domain::UnitOfWork& work, Instant before) {
    SALLYPORT_CHECK(pass(Kind::Write));
    return records_.remove_answers_before(real(work), before);
}

Status FailingStore::add(domain::UnitOfWork& work, const ledger::Crossing& crossing) {
    SALLYPORT_CHECK(pass(Kind::Write));
    return crossings_.add(real(work), crossing);
}

Status FailingStore::mark(domain::UnitOfWork& work, const ledger::CrossingMark& mark) {
    SALLYPORT_CHECK(pass(Kind::Write));
    return crossings_.mark(real(work), mark);
}

// --- reads --------------------------------------------------------------------------------------

Result<std::optional<ManifestRow>> FailingStore::manifest_by_body(const domain::BlindKey& body_key
) {
    SALLYPORT_CHECK(pass(Kind::Read));
    return records_.manifest_by_body(body_key);
}

Result<std::optional<ManifestRow>> FailingStore::manifest(const domain::ManifestId& id) {
    SALLYPORT_CHECK(pass(Kind::Read));
    return records_.manifest(id);
}

Result<std::vector<ManifestRow>> FailingStore::manifests_of(const domain::ContextId& context) {
    SALLYPORT_CHECK(pass(Kind::Read));
    return records_.manifests_of(context);
}

Result<std::vector<domain::Context>> FailingStore::contexts() {
    SALLYPORT_CHECK(pass(Kind::Read));
    return records_.contexts();
}

Result<std::optional<TravelerRow>> FailingStore::traveler(const domain::TravelerId& id) {
    SALLYPORT_CHECK(pass(Kind::Read));
    return records_.traveler(id);
}

Result<std::vector<TravelerRow>> FailingStore::travelers_of(const domain::ContextId& context) {
    SALLYPORT_CHECK(pass(Kind::Read));
    return records_.travelers_of(context);
}

Result<std::vector<TravelerRow>> FailingStore::travelers_by_key(const domain::BlindKey& key) {
    SALLYPORT_CHECK(pass(Kind::Read));
    return records_.travelers_by_key(key);
}

Result<std::vector<std::pair<domain::CheckpointName, std::vector<domain::ContextId>>>>
FailingStore::assignments() {
    SALLYPORT_CHECK(pass(Kind::Read));
    return records_.assignments();
}

Result<std::optional<TransactionRow>> FailingStore::transaction(const domain::TransactionId& id) {
    SALLYPORT_CHECK(pass(Kind::Read));
    return records_.transaction(id);
}

Result<std::vector<TransactionRow>> FailingStore::unfinished_transactions() {
    SALLYPORT_CHECK(pass(Kind::Read));
    return records_.unfinished_transactions();
}

Result<std::vector<EventRow>> FailingStore::events_after(
    const domain::CheckpointName& checkpoint, std::uint64_t after, std::size_t rows_max
) {
    SALLYPORT_CHECK(pass(Kind::Read));
    return records_.events_after(checkpoint, after, rows_max);
}

Result<std::uint64_t> FailingStore::last_event() {
    SALLYPORT_CHECK(pass(Kind::Read));
    return records_.last_event();
}

Result<std::optional<RecordedAnswer>> FailingStore::answer(const domain::BlindKey& key) {
    SALLYPORT_CHECK(pass(Kind::Read));
    return records_.answer(key);
}

Result<std::vector<ledger::CrossingMark>>
FailingStore::marks_of_context(const domain::ContextId& context) {
    SALLYPORT_CHECK(pass(Kind::Read));
    return crossings_.marks_of_context(context);
}

Result<std::vector<ledger::Crossing>>
FailingStore::of_context(const domain::ContextId& context, std::size_t rows_max) {
    SALLYPORT_CHECK(pass(Kind::Read));
    return crossings_.of_context(context, rows_max);
}

Result<std::vector<ledger::Crossing>> FailingStore::recent(std::size_t rows_max) {
    SALLYPORT_CHECK(pass(Kind::Read));
    return crossings_.recent(rows_max);
}

} // namespace sallyport::verification::testing
