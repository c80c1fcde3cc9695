// The names that policies, stored clocks and reports use for the enumerations of a policy.
#include "retention/policy.hpp"

#include <algorithm>
#include <array>

namespace sallyport::retention {

namespace {

template <class Value>
struct Named {
    Value value;
    std::string_view name;
};

constexpr std::array categories{
    Named{Category::LivePicture, std::string_view("live_picture")},
    Named{Category::Gallery, std::string_view("gallery")},
    Named{Category::Crossing, std::string_view("crossing")},
    Named{Category::EntryExitRecord, std::string_view("entry_exit_record")},
    Named{Category::IndividualFile, std::string_view("individual_file")},
    Named{Category::LogBody, std::string_view("log_body")},
};
constexpr std::array purposes{
    Named{Purpose::Verification, std::string_view("verification")},
    Named{Purpose::BorderCrossing, std::string_view("border_crossing")},
    Named{Purpose::PermanentResidentCrossing, std::string_view("permanent_resident_crossing")},
    Named{Purpose::CompletedStay, std::string_view("completed_stay")},
    Named{Purpose::OpenStay, std::string_view("open_stay")},
    Named{Purpose::EntryRefused, std::string_view("entry_refused")},
    Named{Purpose::FamilyMemberStay, std::string_view("family_member_stay")},
    Named{Purpose::Oversight, std::string_view("oversight")},
    Named{Purpose::OversightOfOpenStay, std::string_view("oversight_of_open_stay")},
    Named{
        Purpose::OversightOfFamilyMemberStay, std::string_view("oversight_of_family_member_stay")
    },
};
constexpr std::array stores{
    Named{Store::Staging, std::string_view("staging")},
    Named{Store::Gallery, std::string_view("gallery")},
    Named{Store::Ledger, std::string_view("ledger")},
    Named{Store::Log, std::string_view("log")},
};
constexpr std::array actions{
    Named{Action::Erase, std::string_view("erase")},
    Named{Action::HandOverThenErase, std::string_view("hand_over_then_erase")},
};
constexpr std::array ending_events{
    Named{EndingEvent::Decision, std::string_view("decision")},
    Named{EndingEvent::ContextClosed, std::string_view("context_closed")},
    Named{EndingEvent::HandOverAcknowledged, std::string_view("hand_over_acknowledged")},
};
constexpr std::array counted_froms{
    Named{CountedFrom::Capture, std::string_view("capture")},
    Named{CountedFrom::AuthorisedStayExpiry, std::string_view("authorised_stay_expiry")},
};
constexpr std::array renewals{
    Named{Renewal::Never, std::string_view("never")},
    Named{Renewal::NextCrossing, std::string_view("next_crossing")},
};

// Every value stands in its table: the tests walk them.
template <class Value, std::size_t count>
std::string_view name_in(const std::array<Named<Value>, count>& table, Value value) {
    const auto found = std::ranges::find(table, value, &Named<Value>::value);
    return found == table.end() ? std::string_view() : found->name;
}

template <class Value, std::size_t count>
std::optional<Value> value_in(const std::array<Named<Value>, count>& table, std::string_view name) {
    const auto found = std::ranges::find(table, name, &Named<Value>::name);
    return found == table.end() ? std::nullopt : std::optional(found->value);
}

} // namespace

std::string_view category_name(Category category) {
    return name_in(categories, category);
}
std::string_view purpose_name(Purpose purpose) {
    return name_in(purposes, purpose);
}
std::string_view store_name(Store store) {
    return name_in(stores, store);
}
std::string_view action_name(Action action) {
    return name_in(actions, action);
}
std::string_view ending_event_name(EndingEvent event) {
    return name_in(ending_events, event);
}
std::string_view counted_from_name(CountedFrom counted_from) {
    return name_in(counted_froms, counted_from);
}
std::string_view renewal_name(Renewal renewal) {
    return name_in(renewals, renewal);
}

std::optional<Category> category_from_name(std::string_view name) {
    return value_in(categories, name);
}
std::optional<Purpose> purpose_from_name(std::string_view name) {
    return value_in(purposes, name);
}
std::optional<Store> store_from_name(std::string_view name) {
    return value_in(stores, name);
}
std::optional<Action> action_from_name(std::string_view name) {
    return value_in(actions, name);
}
std::optional<EndingEvent> ending_event_from_name(std::string_view name) {
    return value_in(ending_events, name);
}
std::optional<CountedFrom> counted_from_from_name(std::string_view name) {
    return value_in(counted_froms, name);
}
std::optional<Renewal> renewal_from_name(std::string_view name) {
    return value_in(renewals, name);
}

} // namespace sallyport::retention
