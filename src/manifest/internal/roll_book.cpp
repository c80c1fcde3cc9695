#include "manifest/internal/roll_book.hpp"

#include "base/limits.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace sallyport::manifest::internal {

namespace {

constexpr int by_reference = 4;
constexpr int by_document_and_person = 3;
constexpr int by_document = 2;
constexpr int by_person = 1;

bool holds(const std::vector<std::string>& keys, const std::string& key) {
    return std::ranges::find(keys, key) != keys.end();
}

bool share_one(const std::vector<std::string>& left, const std::vector<std::string>& right) {
    return std::ranges::any_of(left, [&right](const std::string& key) {
        return holds(right, key);
    });
}

// Both have documents, and no number is common to them.
bool documents_differ(const std::vector<std::string>& left, const std::vector<std::string>& right) {
    const auto in_right = [&right](const std::string& key) {
        return std::ranges::any_of(right, [&key](const std::string& other) {
            return number_of_key(other) == number_of_key(key);
        });
    };
    return !left.empty() && !right.empty() && std::ranges::none_of(left, in_right);
}

bool same_names(const domain::Traveler& left, const domain::Traveler& right) {
    return normalised_name(left.family_name) == normalised_name(right.family_name) &&
           normalised_name(left.given_names) == normalised_name(right.given_names);
}

} // namespace

const std::vector<std::size_t>& RollBook::holders_of(const std::string& key) const {
    static const std::vector<std::size_t> nobody;
    const auto found = holders_.find(key);
    // What very many share (a document number "000000") names nobody, and would make time
    // quadratic.
    return found == holders_.end() || found->second.size() > limits::roll_key_holders_max
               ? nobody
               : found->second;
}

// 0: not this one.
int RollBook::strength_of(
    std::size_t index, const domain::Traveler& traveler, const TravelerKeys& keys
) const {
    const Slot& slot = slots_[index];
    if (!keys.reference.empty() && holds(slot.references, keys.reference)) {
        return by_reference;
    }
    const bool person = !keys.person.empty() && holds(slot.people, keys.person);
    if (share_one(slot.documents, keys.documents)) {
        const bool both_nameless = keys.person.empty() && slot.people.empty();
        if (person || both_nameless) {
            return by_document_and_person;
        }
        const bool personal = std::ranges::any_of(keys.documents, [&](const std::string& key) {
            return holds(slot.documents, key) && holders_of(key).size() == 1;
        });
        const domain::Traveler& known = slot.entry.traveler;
        const bool correction = keys.person.empty() || slot.people.empty() ||
                                same_names(known, traveler) ||
                                (known.birth_date && known.birth_date == traveler.birth_date);
        return personal && correction && !named_by_message(slot) ? by_document : 0;
    }
    const bool other_reference = !keys.reference.empty() && !slot.references.empty();
    return person && !(other_reference && documents_differ(slot.documents, keys.documents))
               ? by_person
               : 0;
}

std::vector<RollBook::Fit>
RollBook::fits_of(const domain::Traveler& traveler, const TravelerKeys& keys) const {
    std::vector<std::size_t> candidates;
    const auto collect = [&](const std::string& key) {
        const std::vector<std::size_t>& holders = holders_of(key);
        candidates.insert(candidates.end(), holders.begin(), holders.end());
    };
    collect(keys.reference);
    std::ranges::for_each(keys.documents, collect);
    collect(keys.person);
    std::ranges::sort(candidates);
    const auto doubles = std::ranges::unique(candidates);
    candidates.erase(doubles.begin(), doubles.end());

    std::vector<Fit> fits;
    for (const std::size_t index : candidates) {
        const int strength = strength_of(index, traveler, keys);
        const domain::Traveler& known = slots_[index].entry.traveler;
        if (strength > 0) {
            fits.push_back({
                .slot = index,
                .strength = strength,
                .fresh = !named_by_message(slots_[index]),
                .same_reservation =
                    !traveler.reference.empty() && known.reference == traveler.reference,
                .same_seat = !traveler.seat.empty() && known.seat == traveler.seat,
            });
        }
    }
    std::ranges::stable_sort(fits, [](const Fit& left, const Fit& right) {
        return left.rank() > right.rank();
    });
    return fits;
}

RollBook::Naming RollBook::name(const domain::Traveler& traveler, Stranger stranger) {
    const TravelerKeys keys = keys_of(traveler);
    if (keys.empty()) {
        return {.outcome = Outcome::Unnameable};
    }
    const std::vector<Fit> fits = fits_of(traveler, keys);
    if (fits.empty() && stranger == Stranger::Leave) {
        return {.outcome = Outcome::Stranger};
    }
    Naming naming;
    if (fits.empty()) {
        naming = {.outcome = Outcome::Added, .slot = add(traveler)};
    } else {
        naming.slot = fits.front().slot;
        naming.named_twice = !fits.front().fresh;
        bool rivals = false;
        for (auto fit = std::next(fits.begin()); fit != fits.end(); ++fit) {
            if (differ(slots_[naming.slot], slots_[fit->slot])) {
                rivals = rivals || fit->rank() == fits.front().rank();
                continue;
            }
            naming.named_twice = naming.named_twice || !fit->fresh;
            naming.slot = join(naming.slot, fit->slot);
        }
        if (rivals && fits.front().strength == by_person) {
            naming.outcome = Outcome::Ambiguous;
            if (stranger == Stranger::Leave) {
                return naming;
            }
        }
    }
    slots_[naming.slot].mentioned_by = message_;
    add_keys(naming.slot, keys);
    return naming;
}

// Two people for certain: other references and other documents.
bool RollBook::differ(const Slot& left, const Slot& right) const {
    return !left.references.empty() && !right.references.empty() &&
           documents_differ(left.documents, right.documents);
}

// The earlier place in the roll is kept, with what is known of the one named.
std::size_t RollBook::join(std::size_t kept, std::size_t other) {
    const std::size_t place = std::min(kept, other);
    const std::size_t left = std::max(kept, other);
    if (place != kept) {
        std::swap(slots_[place].entry, slots_[left].entry);
        std::swap(slots_[place].mention, slots_[left].mention);
        std::swap(slots_[place].added_by_mention, slots_[left].added_by_mention);
    }
    if (slots_[place].added_by_mention && !slots_[left].added_by_mention) {
        // The status of somebody known stays; what is new of the person is in the mention.
        std::swap(slots_[place].entry, slots_[left].entry);
    }
    Slot& target = slots_[place];
    Slot& source = slots_[left];
    for (auto keys : {&Slot::references, &Slot::documents, &Slot::people}) {
        for (const std::string& key : source.*keys) {
            std::vector<std::size_t>& holders = holders_[key];
            std::erase(holders, left);
            if (!holds(target.*keys, key)) {
                (target.*keys).push_back(key);
                holders.push_back(place);
            }
        }
        (source.*keys).clear();
    }
    if (target.mention && source.mention) {
        join_mentions(*target.mention, *source.mention);
    } else if (source.mention) {
        target.mention = std::move(source.mention);
    }
    source.mention.reset();
    target.added_by_mention = target.added_by_mention && source.added_by_mention;
    target.named_absent = target.named_absent || source.named_absent;
    target.mentioned_by = std::max(target.mentioned_by, source.mentioned_by);
    source.joined_to = place;
    return place;
}

RollBook::Slot& RollBook::slot(std::size_t index) {
    while (slots_[index].joined_to) {
        index = *slots_[index].joined_to; // always an earlier one
    }
    return slots_[index];
}

std::size_t RollBook::add(const domain::Traveler& traveler) {
    Slot& slot = slots_.emplace_back();
    slot.entry.traveler = traveler;
    slot.entry.traveler.id = {};
    slot.added_by_mention = true;
    return slots_.size() - 1;
}

void RollBook::add_key(std::size_t index, std::vector<std::string>& held, const std::string& key) {
    if (!key.empty() && held.size() < limits::roll_keys_max && !holds(held, key)) {
        held.push_back(key);
        holders_[key].push_back(index);
    }
}

void RollBook::add_keys(std::size_t index, const TravelerKeys& keys) {
    Slot& slot = slots_[index];
    add_key(index, slot.references, keys.reference);
    for (const std::string& document : keys.documents) {
        add_key(index, slot.documents, document);
    }
    add_key(index, slot.people, keys.person);
}

std::vector<RollEntry> RollBook::take_entries() && {
    std::vector<RollEntry> entries;
    entries.reserve(slots_.size());
    for (Slot& slot : slots_) {
        if (slot.joined_to) {
            continue;
        }
        RollEntry& entry = entries.emplace_back(std::move(slot.entry));
        for (auto keys : {&slot.references, &slot.documents, &slot.people}) {
            std::ranges::move(*keys, std::back_inserter(entry.aliases));
        }
        std::ranges::sort(entry.aliases);
    }
    return entries;
}

} // namespace sallyport::manifest::internal
