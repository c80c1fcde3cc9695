// A retention policy: what may be kept, for what purpose, where, how long, by which law. It is data
// (schema/retention/*.toml), read strictly: a policy with any fault is refused as a whole. What the
// policy does not name may not be kept. Immutable once read; safe from any thread.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "retention/citizenship.hpp"
#include "retention/period.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::retention {

enum class Category {
    LivePicture,     // pictures of a capture and the templates made of them
    Gallery,         // copies of held photos, and their templates, for one context
    Crossing,        // biographic record of an entry or exit
    EntryExitRecord, // entry, exit or refusal as the EU's Entry/Exit System has it
    IndividualFile,  // identity and face of a person in that system
    LogBody,         // private body of an event in the log
};
enum class Purpose {
    Verification, // whether a traveler is who they say
    BorderCrossing,
    PermanentResidentCrossing,
    CompletedStay, // there is an exit
    OpenStay,      // there is none yet
    EntryRefused,
    FamilyMemberStay, // of a family member of a Union citizen, without residence card
    Oversight,
    OversightOfOpenStay,
    OversightOfFamilyMemberStay,
};
enum class Store { Staging, Gallery, Ledger, Log };
enum class Action {
    Erase,
    HandOverThenErase, // to the repository that the law names; erased in time even if that fails
};
// What may end a clock before its period is over.
enum class EndingEvent { Decision, ContextClosed, HandOverAcknowledged };
enum class CountedFrom {
    Capture,
    AuthorisedStayExpiry, // of the stay that the capture opened; from the capture if not known
};
enum class Renewal {
    Never,
    NextCrossing, // a later crossing of the same person starts a clock anew
};

class EndingEvents {
public:
    constexpr EndingEvents() = default;
    constexpr EndingEvents(std::initializer_list<EndingEvent> events) {
        for (const EndingEvent event : events) {
            add(event);
        }
    }
    constexpr void add(EndingEvent event) { bits_ |= bit(event); }
    constexpr void add(const EndingEvents& others) { bits_ |= others.bits_; }
    [[nodiscard]] constexpr bool holds(EndingEvent event) const {
        return (bits_ & bit(event)) != 0;
    }
    [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
    constexpr bool operator==(const EndingEvents&) const = default;

private:
    [[nodiscard]] static constexpr unsigned bit(EndingEvent event) {
        return 1U << static_cast<unsigned>(event);
    }
    unsigned bits_ = 0;
};

// What a rule is found by.
struct RuleKey {
    Category category = Category::LivePicture;
    Citizenship citizenship = Citizenship::Unknown;
    Purpose purpose = Purpose::Verification;
    Store store = Store::Staging;
    bool operator==(const RuleKey&) const = default;
};

struct Rule {
    std::string id; // "citizen-live-picture"
    Category category = Category::LivePicture;
    std::optional<Citizenship> citizenship; // none: whoever it is
    Purpose purpose = Purpose::Verification;
    Store store = Store::Staging;
    Period period;
    CountedFrom counted_from = CountedFrom::Capture;
    EndingEvents ends_with;
    Action action = Action::Erase;
    Renewal renewal = Renewal::Never;
    std::optional<Period> warn_before;
    std::string source; // the law, with its citation
};

// How wrong the time of a capture may be; a clock starts that much earlier.
struct ClockMargins {
    std::chrono::seconds synchronised{0};
    std::chrono::seconds free_running{0};
    std::chrono::seconds unknown{0};
    [[nodiscard]] std::chrono::seconds of(ClockQuality quality) const;
};

// An erased record is final when its epoch's key died: at the latest one epoch plus the turn to the
// next one later. So erasing begins that long before the deadline.
struct ErasureLead {
    std::chrono::seconds epoch = std::chrono::hours(1);
    std::chrono::seconds turn = std::chrono::minutes(10);
    [[nodiscard]] std::chrono::seconds total() const { return epoch + turn; }
};

// No policy may keep the picture of a citizen, or of somebody who may be one, longer than this.
inline constexpr std::chrono::hours citizen_picture_period_max{12};

using PolicyHash = std::array<std::uint8_t, 32>;
[[nodiscard]] std::string policy_hash_text(const PolicyHash& hash); // 64 hex digits

class Policy {
public:
    // ConfigInvalid, naming every fault (up to limits::retention_faults_max) with its line: unknown
    // key or name, missing field, period without unit, rules that overlap, and what no policy may
    // do: keep a citizen's or unknown's picture beyond citizen_picture_period_max, longer than the
    // rule for anybody else, hand it over, or renew a picture's clock. `lead` must be that of the
    // installation: a period that it eats up is a fault.
    [[nodiscard]] static Result<Policy> read(std::string_view toml, const ErasureLead& lead = {});

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] const std::string& version() const { return version_; }
    // SHA-256 of the content in one fixed spelling: layout, comments and order do not matter.
    [[nodiscard]] const PolicyHash& hash() const { return hash_; }
    [[nodiscard]] const std::vector<Rule>& rules() const { return rules_; } // by id
    [[nodiscard]] const ClockMargins& margins() const { return margins_; }

    // NotFound when no rule allows keeping this: the caller must not keep it.
    [[nodiscard]] Result<Rule> find_rule(const RuleKey& key) const;
    [[nodiscard]] const Rule* find_rule(std::string_view id) const;
    [[nodiscard]] std::string canonical_content() const;

private:
    Policy() = default;
    std::string name_;
    std::string version_;
    ClockMargins margins_;
    std::vector<Rule> rules_;
    PolicyHash hash_{};
};

// True for a live picture of a citizen or of somebody who may be one.
[[nodiscard]] bool is_protected_picture(Category category, Citizenship citizenship);

[[nodiscard]] std::string_view category_name(Category category);
[[nodiscard]] std::string_view purpose_name(Purpose purpose);
[[nodiscard]] std::string_view store_name(Store store);
[[nodiscard]] std::string_view action_name(Action action);
[[nodiscard]] std::string_view ending_event_name(EndingEvent event);
[[nodiscard]] std::string_view counted_from_name(CountedFrom counted_from);
[[nodiscard]] std::string_view renewal_name(Renewal renewal);
[[nodiscard]] std::optional<Category> category_from_name(std::string_view name);
[[nodiscard]] std::optional<Purpose> purpose_from_name(std::string_view name);
[[nodiscard]] std::optional<Store> store_from_name(std::string_view name);
[[nodiscard]] std::optional<Action> action_from_name(std::string_view name);
[[nodiscard]] std::optional<EndingEvent> ending_event_from_name(std::string_view name);
[[nodiscard]] std::optional<CountedFrom> counted_from_from_name(std::string_view name);
[[nodiscard]] std::optional<Renewal> renewal_from_name(std::string_view name);

} // namespace sallyport::retention
