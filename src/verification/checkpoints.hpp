// The checkpoints of this installation, the profile each works by, and the contexts each may
// search. Which checkpoint searches what is explicit: a checkpoint without a context searches
// nothing. Assignments are kept in the record and survive a restart. Safe from any thread.
#pragma once

#include "base/result.hpp"
#include "domain/checkpoint_profile.hpp"
#include "domain/ids.hpp"
#include "domain/unit_of_work.hpp"
#include "verification/record_store.hpp"

#include <map>
#include <mutex>
#include <string_view>
#include <vector>

namespace sallyport::verification {

struct Checkpoint {
    domain::CheckpointName name;
    domain::CheckpointProfile profile;
    std::vector<domain::ContextId> contexts;
};

// ConfigInvalid with line and field when a profile's TOML is not one.
[[nodiscard]] Result<domain::CheckpointProfile> read_profile(std::string_view toml);

// Whether a capture at such a checkpoint is searched in galleries at all.
[[nodiscard]] bool searches_galleries(const domain::CheckpointProfile& profile);

class Checkpoints {
public:
    Checkpoints(RecordStore& records, domain::UnitOfWorkFactory& unit_of_work)
        : records_(records), unit_of_work_(unit_of_work) {}

    [[nodiscard]] Status add(domain::CheckpointName name, domain::CheckpointProfile profile);
    [[nodiscard]] Result<Checkpoint> find(const domain::CheckpointName& name) const; // NotFound
    [[nodiscard]] std::vector<Checkpoint> all() const;
    // NotFound for an unknown checkpoint or context, ContextClosed for a closed one,
    // InvalidArgument when one is named twice or is of a kind that the profile does not search.
    // Durable.
    [[nodiscard]] Status
    assign(const domain::CheckpointName& name, std::vector<domain::ContextId> contexts);
    // Takes a closed context away from every checkpoint.
    void release(const domain::ContextId& context);

    // At start, and when a context opens again: takes the kept assignments, without contexts that
    // are closed by now.
    [[nodiscard]] Status restore();

private:
    RecordStore& records_;
    domain::UnitOfWorkFactory& unit_of_work_;
    mutable std::mutex mutex_;
    std::map<domain::CheckpointName, Checkpoint> checkpoints_;
};

} // namespace sallyport::verification
