// Recorded answers: a request with an Idempotency-Key that was answered before gets the same answer
// again, byte for byte, also after a restart. Answers are sealed, since they may name people, and
// kept for a day. Safe from any thread.
#pragma once

#include "base/clock.hpp"
#include "domain/sealer.hpp"
#include "verification/record_store.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace sallyport::verification {

struct Answer {
    int status = 0;
    std::string content_type;
    std::string body;
};

class AnswerJournal {
public:
    AnswerJournal(
        RecordStore& records,
        domain::UnitOfWorkFactory& unit_of_work,
        domain::Sealer& sealer,
        domain::BlindIndex& blind_index,
        const Clock& clock
    )
        : records_(records), unit_of_work_(unit_of_work), sealer_(sealer),
          blind_index_(blind_index), clock_(clock) {}

    // scope: route and the caller's role. The recorded answer; nothing for a key not seen (it is
    // then taken until record() or forget()); IdempotencyMismatch when the request differs;
    // StateConflict while the first request with this key is still being answered.
    [[nodiscard]] Result<std::optional<Answer>>
    begin(std::string_view scope, std::string_view key, std::string_view request);
    [[nodiscard]] Status record(
        std::string_view scope, std::string_view key, std::string_view request, const Answer& answer
    );
    void forget(std::string_view scope, std::string_view key);
    [[nodiscard]] Status remove_old();

private:
    [[nodiscard]] domain::BlindKey key_of(std::string_view scope, std::string_view key);
    RecordStore& records_;
    domain::UnitOfWorkFactory& unit_of_work_;
    domain::Sealer& sealer_;
    domain::BlindIndex& blind_index_;
    const Clock& clock_;
    std::mutex mutex_;
    std::set<domain::BlindKey> in_flight_;
};

} // namespace sallyport::verification
