#include "verification/internal/roll_application.hpp"

#include "base/limits.hpp"

#include <algorithm>
#include <tuple>
#include <unordered_map>

namespace sallyport::verification {
namespace {

using domain::BlindKey;
using manifest::FlightRoll;
using manifest::RollEntry;
using manifest::RollStatus;

constexpr std::size_t none = static_cast<std::size_t>(-1);
using Keys = std::vector<BlindKey>;

struct BlindKeyHash {
    std::size_t operator()(const BlindKey& key) const {
        std::size_t hash = 0; // a keyed hash already: any of its bytes will do
        std::copy_n(key.begin(), sizeof(hash), reinterpret_cast<std::uint8_t*>(&hash)); // NOLINT
        return hash;
    }
};

ListStatus list_status_of(RollStatus status) {
    switch (status) {
    case RollStatus::Listed:
        return ListStatus::Listed;
    case RollStatus::Cancelled:
        return ListStatus::Cancelled;
    case RollStatus::OnBoard:
        return ListStatus::OnBoard;
    case RollStatus::NotOnBoard:
        return ListStatus::NotOnBoard;
    }
    return ListStatus::Listed;
}

bool within(const Keys& part, const Keys& whole) {
    return std::all_of(part.begin(), part.end(), [&](const BlindKey& key) {
        return std::find(whole.begin(), whole.end(), key) != whole.end();
    });
}

// Pairs those who share most keys, each used once. Of two of a pair's equals the one in front.
std::vector<std::size_t> pairs_of(
    const std::vector<Keys>& left,
    const std::vector<Keys>& right,
    const std::vector<bool>& right_comes_first
) {
    std::unordered_map<BlindKey, std::vector<std::size_t>, BlindKeyHash> holders;
    for (std::size_t index = 0; index < right.size(); ++index) {
        for (const BlindKey& key : right[index]) {
            holders[key].push_back(index);
        }
    }
    struct Pair {
        std::size_t shared;
        bool first;
        std::size_t left;
        std::size_t right;
    };
    std::vector<Pair> pairs;
    std::unordered_map<std::size_t, std::size_t> shared;
    for (std::size_t index = 0; index < left.size(); ++index) {
        shared.clear();
        for (const BlindKey& key : left[index]) {
            const auto found = holders.find(key);
            // What very many share tells nobody apart.
            if (found != holders.end() && found->second.size() <= limits::roll_key_holders_max) {
                for (const std::size_t holder : found->second) {
                    ++shared[holder];
                }
            }
        }
        for (const auto& [holder, count] : shared) {
            const bool first = right_comes_first[holder] && within(right[holder], left[index]);
            pairs.push_back({count, first, index, holder});
        }
    }
    std::sort(pairs.begin(), pairs.end(), [](const Pair& one, const Pair& other) {
        return std::tuple(!one.first, other.shared, one.left, one.right) <
               std::tuple(!other.first, one.shared, other.left, other.right);
    });
    std::vector<std::size_t> partner(left.size(), none);
    std::vector<bool> used(right.size(), false);
    for (const Pair& pair : pairs) {
        if (partner[pair.left] == none && !used[pair.right]) {
            partner[pair.left] = pair.right;
            used[pair.right] = true;
        }
    }
    return partner;
}

std::vector<Keys> keys_of_entries(domain::BlindIndex& blind_index, const FlightRoll& roll) {
    std::vector<Keys> keys;
    keys.reserve(roll.entries.size());
    for (const RollEntry& entry : roll.entries) {
        keys.push_back(keys_of(blind_index, entry.aliases));
    }
    return keys;
}

std::vector<std::string> aliases_of(const domain::Traveler& traveler) {
    manifest::ListVersion version;
    version.id = "1";
    version.list.kind = manifest::ListKind::PassengerList;
    version.list.travelers = {traveler};
    const FlightRoll roll = manifest::roll_of(std::span(&version, 1), {});
    return roll.entries.empty() ? std::vector<std::string>() : roll.entries.front().aliases;
}

// A passenger reference is the carrier's own and may name somebody else on another flight.
bool tells_a_person(const std::string& alias) {
    return alias.starts_with("document:") || alias.starts_with("person:");
}

bool same_bytes(const SecretBytes& left, const SecretBytes& right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end());
}

} // namespace

std::vector<BlindKey>
keys_of(domain::BlindIndex& blind_index, std::span<const std::string> aliases) {
    Keys keys;
    keys.reserve(aliases.size());
    for (const std::string& alias : aliases) {
        const std::size_t colon = alias.find(':');
        if (colon != std::string::npos) {
            const std::string_view text(alias);
            keys.push_back(blind_index.key_of(text.substr(0, colon), text.substr(colon + 1)));
        }
    }
    return keys;
}

std::vector<BlindKey>
keys_of_traveler(domain::BlindIndex& blind_index, const domain::Traveler& traveler) {
    return keys_of(blind_index, aliases_of(traveler));
}

std::vector<BlindKey>
keys_of_reference(domain::BlindIndex& blind_index, const domain::Traveler& traveler) {
    std::vector<std::string> aliases = aliases_of(traveler);
    std::erase_if(aliases, tells_a_person);
    return keys_of(blind_index, aliases);
}

Result<domain::SealedBytes>
sealed_identity(domain::Sealer& sealer, const domain::Traveler& traveler) {
    return sealer.seal(
        domain::SealCategory::TravelerIdentity, traveler.id.bytes(), traveler_to_json(traveler)
    );
}

PreparedRoll
prepare(domain::BlindIndex& blind_index, const FlightRoll& before, const FlightRoll& after) {
    PreparedRoll roll;
    roll.before = &before;
    roll.after = &after;
    roll.keys = keys_of_entries(blind_index, after);
    const std::vector<Keys> earlier = keys_of_entries(blind_index, before);
    const auto before_of = pairs_of(roll.keys, earlier, std::vector<bool>(earlier.size(), false));
    for (std::size_t index = 0; index < after.entries.size(); ++index) {
        const RollEntry& entry = after.entries[index];
        const std::size_t pair = before_of[index];
        const RollEntry* known = pair == none ? nullptr : &before.entries[pair];
        roll.earlier.push_back(known);
        roll.unchanged.push_back(
            known != nullptr && known->status == entry.status && known->aliases == entry.aliases &&
            same_bytes(traveler_to_json(known->traveler), traveler_to_json(entry.traveler))
        );
    }
    return roll;
}

Status RollApplication::apply(const PreparedRoll& roll) {
    std::vector<Keys> rows;
    std::vector<bool> comes_first; // somebody a checkpoint dealt with already
    for (const TravelerRow& row : change_.travelers()) {
        rows.push_back(row.keys);
        comes_first.push_back(row.state != TravelerState::Expected);
    }
    const auto row_of = pairs_of(roll.keys, rows, comes_first);
    for (std::size_t index = 0; index < roll.after->entries.size(); ++index) {
        const RollEntry& entry = roll.after->entries[index];
        if (row_of[index] == none) {
            SALLYPORT_CHECK(add(entry, roll.keys[index]));
        } else if (!roll.unchanged[index] || !within(roll.keys[index], rows[row_of[index]])) {
            SALLYPORT_CHECK(update(row_of[index], roll.earlier[index], entry, roll.keys[index]));
        }
    }
    return join_rows(roll, row_of, rows.size());
}

// A message may show that two rows are one person: the other one stands for nobody now.
Status RollApplication::join_rows(
    const PreparedRoll& roll, const std::vector<std::size_t>& row_of, std::size_t rows
) {
    std::vector<bool> stands(rows, false);
    const std::vector<std::size_t> nobody;
    std::unordered_map<BlindKey, std::vector<std::size_t>, BlindKeyHash> holders;
    for (std::size_t index = 0; index < row_of.size(); ++index) {
        if (row_of[index] != none) {
            stands[row_of[index]] = true;
            for (const BlindKey& key : roll.keys[index]) {
                holders[key].push_back(index);
            }
        }
    }
    for (std::size_t other = 0; other < rows; ++other) {
        const Keys& keys = change_.travelers()[other].keys;
        if (stands[other] || keys.empty()) {
            continue;
        }
        // Whoever has all keys of the row has the one that fewest have.
        const std::vector<std::size_t>* fewest = nullptr;
        for (const BlindKey& key : keys) {
            const auto found = holders.find(key);
            const std::vector<std::size_t>& here = found == holders.end() ? nobody : found->second;
            fewest = fewest == nullptr || here.size() < fewest->size() ? &here : fewest;
        }
        if (fewest->size() > limits::roll_key_holders_max) {
            continue; // it tells nobody apart
        }
        const auto whole = std::find_if(fewest->begin(), fewest->end(), [&](std::size_t index) {
            return within(keys, roll.keys[index]);
        });
        if (whole == fewest->end()) {
            continue;
        }
        if (change_.travelers()[other].state == TravelerState::OptedOut) {
            change_.edit(row_of[*whole]).state = TravelerState::OptedOut;
        }
        SALLYPORT_CHECK(set_listed(other, ListStatus::Cancelled, {}, false));
    }
    return {};
}

Status RollApplication::add(const RollEntry& entry, Keys keys) {
    domain::Traveler traveler = entry.traveler;
    traveler.id = domain::TravelerId::random(ports_.random);
    TravelerRow row;
    row.id = traveler.id;
    row.context = change_.context().id;
    SALLYPORT_TRY(row.identity, sealed_identity(ports_.sealer, traveler));
    row.keys = std::move(keys);
    row.listed = list_status_of(entry.status);
    change_.add(std::move(row));
    ++changes_.added;
    const std::size_t index = change_.travelers().size() - 1;
    if (entry.status != RollStatus::Listed) {
        count(ListStatus::Listed, list_status_of(entry.status));
    }
    return entry.status == RollStatus::Cancelled ? Status() : follow_person(index, entry.aliases);
}

Status RollApplication::update(
    std::size_t index, const RollEntry* before, const RollEntry& entry, const Keys& keys
) {
    const TravelerRow& row = change_.travelers()[index];
    SALLYPORT_TRY(
        const SecretBytes clear,
        ports_.sealer.open(domain::SealCategory::TravelerIdentity, row.id.bytes(), row.identity)
    );
    SALLYPORT_TRY(const domain::Traveler known, traveler_from_json(clear));
    domain::Traveler traveler = entry.traveler;
    traveler.id = row.id;
    if (!same_bytes(traveler_to_json(known), traveler_to_json(traveler))) {
        SALLYPORT_TRY(auto identity, sealed_identity(ports_.sealer, traveler));
        change_.edit(index).identity = std::move(identity);
        ++changes_.changed;
    }
    if (!within(keys, row.keys)) {
        // What somebody found this traveler by stays.
        Keys all = keys;
        std::copy_if(
            row.keys.begin(),
            row.keys.end(),
            std::back_inserter(all),
            [&](const BlindKey& key) {
                return std::find(keys.begin(), keys.end(), key) == keys.end();
            }
        );
        change_.edit(index).keys = std::move(all);
    }
    const bool said = before == nullptr || before->status != entry.status;
    return said ? set_listed(index, list_status_of(entry.status), entry.aliases) : Status();
}

void RollApplication::count(ListStatus from, ListStatus to) {
    switch (to) {
    case ListStatus::Listed:
        changes_.restored += from == ListStatus::Cancelled ? 1U : 0U;
        break;
    case ListStatus::Cancelled:
        ++changes_.cancelled;
        break;
    case ListStatus::OnBoard:
        ++changes_.on_board;
        break;
    case ListStatus::NotOnBoard:
        ++changes_.not_on_board;
        break;
    }
}

Status RollApplication::set_listed(
    std::size_t index, ListStatus listed, std::span<const std::string> aliases, bool tells_of_change
) {
    const ListStatus from = change_.travelers()[index].listed;
    if (from == listed) {
        return {};
    }
    change_.edit(index).listed = listed;
    status_changed_.push_back(index);
    if (tells_of_change) {
        count(from, listed);
    }
    if (listed == ListStatus::Cancelled) {
        return find_where_to(change_.travelers()[index].id, aliases);
    }
    return from == ListStatus::Cancelled ? follow_person(index, aliases) : Status();
}

// --- the same person on other flights -----------------------------------------------------------

Result<std::vector<TravelerRow>>
RollApplication::elsewhere(const domain::TravelerId& self, std::span<const std::string> aliases) {
    const Instant now = change_.now();
    std::vector<TravelerRow> found;
    for (const std::string& alias : aliases) {
        if (!tells_a_person(alias)) {
            continue;
        }
        const Keys key = keys_of(ports_.blind_index, std::span(&alias, 1));
        SALLYPORT_TRY(auto rows, ports_.records.travelers_by_key(key.front()));
        for (TravelerRow& row : rows) {
            const auto context = ports_.directory.find(row.context);
            const bool known = std::any_of(found.begin(), found.end(), [&](const auto& other) {
                return other.id == row.id;
            });
            if (!known && row.id != self && row.context != change_.context().id && context &&
                context->may_be_searched(now)) {
                found.push_back(std::move(row));
            }
        }
    }
    return found;
}

bool RollApplication::same_departure(const domain::ContextId& other) const {
    constexpr std::chrono::hours rebooked_within{24};
    const auto context = ports_.directory.find(other);
    const domain::Context& own = change_.context();
    if (!context || context->departure != own.departure) {
        return false;
    }
    return !context->departs_at || !own.departs_at ||
           std::chrono::abs(*context->departs_at - *own.departs_at) <= rebooked_within;
}

bool RollApplication::travels_there(const TravelerRow& other) const {
    const auto context = ports_.directory.find(other.context);
    return other.listed == ListStatus::Listed && context && context->searchable();
}

Status RollApplication::follow_person(std::size_t index, std::span<const std::string> aliases) {
    const domain::TravelerId self = change_.travelers()[index].id;
    SALLYPORT_TRY(const auto others, elsewhere(self, aliases));
    bool moved = false;
    for (const TravelerRow& other : others) {
        if (other.state == TravelerState::OptedOut &&
            change_.travelers()[index].state == TravelerState::Expected) {
            change_.edit(index).state = TravelerState::OptedOut;
            ++changes_.opted_out;
        }
        // On two flights from one place at a time, or cancelled there; else it is a connection.
        if (!moved && (other.listed == ListStatus::Cancelled || same_departure(other.context))) {
            moved = true;
            moved_.push_back({.from = other.id, .to = self});
            ++changes_.moved;
        }
    }
    return {};
}

Status RollApplication::find_where_to(
    const domain::TravelerId& from, std::span<const std::string> aliases
) {
    SALLYPORT_TRY(const auto others, elsewhere(from, aliases));
    const auto told = [this](const TravelerRow& other) {
        return travels_there(other) && same_departure(other.context);
    };
    if (std::any_of(others.begin(), others.end(), told)) {
        return {}; // said when they were listed there; what else they are on is an onward flight
    }
    for (const TravelerRow& other : others) {
        if (travels_there(other)) {
            moved_.push_back({.from = from, .to = other.id});
            ++changes_.moved;
            break;
        }
    }
    return {};
}

} // namespace sallyport::verification
