// The people of a roll while it is being folded: finds who a message means and keeps the rule that
// nobody stands in it twice. Not safe for several threads at once.
//
// How a traveler of a message is told, strongest first:
//   1. the same passenger reference;
//   2. the same document, and the same names and birth date;
//   3. the same document, and the same names or the same birth date (a correction), unless the
//      document names two people already or this message has named its holder: parent and child on
//      one passport are two people;
//   4. the same names and birth date, unless passenger reference and documents both differ.
#pragma once

#include "manifest/flight_roll.hpp"
#include "manifest/internal/traveler_keys.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace sallyport::manifest::internal {

class RollBook {
public:
    struct Slot {
        RollEntry entry; // aliases are filled when the roll is taken out
        std::vector<std::string> references;
        std::vector<std::string> documents;
        std::vector<std::string> people;
        // What the current message says of this traveler; put into the entry at its end.
        std::optional<domain::Traveler> mention;
        std::size_t mentioned_by = 0; // number of the last message that named the traveler
        bool added_by_mention = false;
        bool named_absent = false;            // by a close-out with those not on board
        std::optional<std::size_t> joined_to; // this one is no longer an entry of its own
    };

    enum class Stranger { Add, Leave };
    enum class Outcome {
        Known,
        Added,
        Stranger,   // nobody of this kind here, and not added
        Ambiguous,  // fits several by name alone; the most likely one is given
        Unnameable, // without reference, document and name
    };
    struct Naming {
        Outcome outcome = Outcome::Known;
        std::size_t slot = 0;
        bool named_twice = false; // by this message
    };

    // Begins the next message.
    void begin_message() { ++message_; }
    [[nodiscard]] bool named_by_message(const Slot& slot) const {
        return slot.mentioned_by == message_;
    }
    // Finds whom the message names. Entries that this shows to be one person become one.
    [[nodiscard]] Naming name(const domain::Traveler& traveler, Stranger stranger);

    // All slots ever made; those joined to another one are marked.
    [[nodiscard]] std::vector<Slot>& slots() { return slots_; }
    // The slot, or the one it was joined to since.
    [[nodiscard]] Slot& slot(std::size_t index);
    [[nodiscard]] std::vector<RollEntry> take_entries() &&;

private:
    struct Fit {
        std::size_t slot = 0;
        // Compared in this order, larger is better.
        int strength = 0;
        bool fresh = false; // not yet named by this message
        bool same_reservation = false;
        bool same_seat = false;
        [[nodiscard]] auto rank() const {
            return std::tuple(strength, fresh, same_reservation, same_seat);
        }
    };

    [[nodiscard]] std::vector<Fit>
    fits_of(const domain::Traveler& traveler, const TravelerKeys& keys) const;
    [[nodiscard]] int strength_of(
        std::size_t index, const domain::Traveler& traveler, const TravelerKeys& keys
    ) const;
    [[nodiscard]] const std::vector<std::size_t>& holders_of(const std::string& key) const;
    [[nodiscard]] bool differ(const Slot& left, const Slot& right) const;
    [[nodiscard]] std::size_t join(std::size_t kept, std::size_t other);
    [[nodiscard]] std::size_t add(const domain::Traveler& traveler);
    void add_keys(std::size_t index, const TravelerKeys& keys);
    void add_key(std::size_t index, std::vector<std::string>& held, const std::string& key);

    std::vector<Slot> slots_;
    std::unordered_map<std::string, std::vector<std::size_t>> holders_;
    std::size_t message_ = 0;
};

} // namespace sallyport::manifest::internal
