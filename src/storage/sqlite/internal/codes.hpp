// The numbers that stand for enumerators in the database. They never change and are never used
// again; a new enumerator gets a new number. The compiler insists on a number for each of them.
#pragma once

#include "base/clock.hpp"
#include "domain/checkpoint_profile.hpp"
#include "domain/context.hpp"
#include "ledger/crossing.hpp"
#include "verification/record_store.hpp"

#include <cstdint>
#include <optional>

namespace sallyport::storage::sqlite {

inline constexpr std::int64_t no_code = -1;

constexpr std::int64_t code_of(domain::ContextKind kind) {
    switch (kind) {
    case domain::ContextKind::Flight:
        return 1;
    case domain::ContextKind::Voyage:
        return 2;
    case domain::ContextKind::ArrivalsWindow:
        return 3;
    case domain::ContextKind::PrivateMovement:
        return 4;
    case domain::ContextKind::Encounters:
        return 5;
    }
    return no_code;
}

constexpr std::int64_t code_of(domain::ContextState state) {
    switch (state) {
    case domain::ContextState::Open:
        return 1;
    case domain::ContextState::Closed:
        return 2;
    case domain::ContextState::Departed:
        return 3;
    case domain::ContextState::Cancelled:
        return 4;
    }
    return no_code;
}

constexpr std::int64_t code_of(domain::Direction direction) {
    switch (direction) {
    case domain::Direction::Exit:
        return 1;
    case domain::Direction::Entry:
        return 2;
    }
    return no_code;
}

constexpr std::int64_t code_of(ClockQuality quality) {
    switch (quality) {
    case ClockQuality::Synchronised:
        return 1;
    case ClockQuality::FreeRunning:
        return 2;
    case ClockQuality::Unknown:
        return 3;
    }
    return no_code;
}

constexpr std::int64_t code_of(ledger::Outcome outcome) {
    switch (outcome) {
    case ledger::Outcome::Confirmed:
        return 1;
    case ledger::Outcome::Manual:
        return 2;
    case ledger::Outcome::Referred:
        return 3;
    case ledger::Outcome::OptedOut:
        return 4;
    case ledger::Outcome::Abandoned:
        return 5;
    case ledger::Outcome::Interrupted:
        return 6;
    }
    return no_code;
}

constexpr std::int64_t code_of(ledger::MarkKind kind) {
    switch (kind) {
    case ledger::MarkKind::Final:
        return 1;
    case ledger::MarkKind::Voided:
        return 2;
    }
    return no_code;
}

constexpr std::int64_t code_of(verification::ListStatus status) {
    switch (status) {
    case verification::ListStatus::Listed:
        return 1; // what 0002_versions.sql gives to older rows
    case verification::ListStatus::Cancelled:
        return 2;
    case verification::ListStatus::OnBoard:
        return 3;
    case verification::ListStatus::NotOnBoard:
        return 4;
    }
    return no_code;
}

constexpr std::int64_t code_of(verification::TravelerState state) {
    switch (state) {
    case verification::TravelerState::Expected:
        return 1;
    case verification::TravelerState::Confirmed:
        return 2;
    case verification::TravelerState::Manual:
        return 3;
    case verification::TravelerState::Referred:
        return 4;
    case verification::TravelerState::OptedOut:
        return 5;
    }
    return no_code;
}

constexpr std::int64_t code_of(verification::TransactionState state) {
    switch (state) {
    case verification::TransactionState::Open:
        return 1;
    case verification::TransactionState::Captured:
        return 2;
    case verification::TransactionState::Verdict:
        return 3;
    case verification::TransactionState::Decided:
        return 4;
    case verification::TransactionState::Closed:
        return 5; // the index in 0001_init.sql names it
    }
    return no_code;
}

// The enumerator of a number; nothing when no version up to this one has written it.
template <class Enum>
constexpr std::optional<Enum> from_code(std::int64_t code) {
    constexpr int enumerators_max = 32;
    for (int value = 0; value < enumerators_max; ++value) {
        // Every int is a value of these enumerations; those without a code drop out below.
        // NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange)
        const auto candidate = static_cast<Enum>(value);
        if (code != no_code && code_of(candidate) == code) {
            return candidate;
        }
    }
    return std::nullopt;
}

} // namespace sallyport::storage::sqlite
