#include "manifest/internal/roll_order.hpp"

#include "manifest/internal/traveler_keys.hpp"

#include <algorithm>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

namespace sallyport::manifest::internal {

namespace {

bool is_digit(char character) {
    return character >= '0' && character <= '9';
}

// Takes the digits at the front, without leading zeros.
std::string_view take_digits(std::string_view& text) {
    const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
    std::string_view digits = text.substr(0, end);
    text.remove_prefix(end);
    digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
    return digits;
}

int sign(bool less, bool more) {
    return static_cast<int>(more) - static_cast<int>(less);
}

bool same_leg(const FlightLeg& left, const FlightLeg& right) {
    return left.flight == right.flight && left.departure == right.departure &&
           left.arrival == right.arrival && left.departs_at == right.departs_at &&
           left.arrives_at == right.arrives_at && left.crosses_border == right.crosses_border;
}

bool same_content(const PassengerList& left, const PassengerList& right) {
    const auto header = [](const PassengerList& list) {
        return std::tie(
            list.kind,
            list.movement,
            list.purpose,
            list.function,
            list.sender,
            list.recipient,
            list.interchange_reference,
            list.reference,
            list.transaction_reference,
            list.prepared_at
        );
    };
    return header(left) == header(right) && std::ranges::equal(left.legs, right.legs, same_leg) &&
           std::ranges::equal(left.travelers, right.travelers, same_fields);
}

// Whether the message can be recognised when it comes again.
bool is_identified(const PassengerList& list) {
    return list.prepared_at || !list.interchange_reference.empty() || !list.reference.empty();
}

std::string identity_of(const PassengerList& list) {
    return list.sender + '\n' + list.interchange_reference + '\n' + list.reference;
}

} // namespace

int compare_references(std::string_view left, std::string_view right) {
    while (!left.empty() && !right.empty()) {
        const bool left_number = is_digit(left.front());
        const bool right_number = is_digit(right.front());
        if (left_number != right_number) {
            return left_number ? -1 : 1;
        }
        int order = 0;
        if (left_number) {
            const std::string_view left_digits = take_digits(left);
            const std::string_view right_digits = take_digits(right);
            order = left_digits.size() != right_digits.size()
                        ? sign(
                              left_digits.size() < right_digits.size(),
                              left_digits.size() > right_digits.size()
                          )
                        : left_digits.compare(right_digits);
        } else {
            order = sign(left.front() < right.front(), left.front() > right.front());
            left.remove_prefix(1);
            right.remove_prefix(1);
        }
        if (order != 0) {
            return order;
        }
    }
    return sign(left.empty() && !right.empty(), !left.empty() && right.empty());
}

std::vector<OrderedVersion> in_order(std::span<const ListVersion> versions) {
    std::vector<OrderedVersion> ordered;
    ordered.reserve(versions.size());
    for (const ListVersion& version : versions) {
        const std::optional<Instant>& prepared = version.list.prepared_at;
        ordered.push_back(
            {&version, prepared ? std::min(*prepared, version.received_at) : version.received_at}
        );
    }
    std::ranges::stable_sort(ordered, [](const OrderedVersion& left, const OrderedVersion& right) {
        if (left.made_at != right.made_at) {
            return left.made_at < right.made_at;
        }
        const PassengerList& left_list = left.version->list;
        const PassengerList& right_list = right.version->list;
        const int interchange =
            compare_references(left_list.interchange_reference, right_list.interchange_reference);
        if (interchange != 0) {
            return interchange < 0;
        }
        const int message = compare_references(left_list.reference, right_list.reference);
        return message != 0 ? message < 0 : left.version->id < right.version->id;
    });

    std::unordered_set<std::string_view> ids;
    std::unordered_map<std::string, std::vector<const PassengerList*>> taken;
    std::erase_if(ordered, [&](const OrderedVersion& candidate) {
        if (!ids.insert(candidate.version->id).second) {
            return true;
        }
        const PassengerList& list = candidate.version->list;
        if (!is_identified(list)) {
            return false;
        }
        std::vector<const PassengerList*>& alike = taken[identity_of(list)];
        const bool repeat = std::ranges::any_of(alike, [&list](const PassengerList* other) {
            return same_content(*other, list);
        });
        if (!repeat) {
            alike.push_back(&list);
        }
        return repeat;
    });
    return ordered;
}

} // namespace sallyport::manifest::internal
