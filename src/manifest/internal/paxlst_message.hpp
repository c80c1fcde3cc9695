// The inside of one PAXLST message, from BGM to CNT: fills a PassengerList and reports what is
// wrong with it. The envelope around it (UNA to UNZ) is paxlst_reader.cpp's. One thread at a time.
#pragma once

#include "manifest/internal/edifact_tokenizer.hpp"
#include "manifest/internal/fault_log.hpp"
#include "manifest/passenger_list.hpp"

#include <array>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport::manifest::internal {

class PaxlstMessage {
public:
    // The log must outlive the message. sent_on: the date in UNB, for years of two digits.
    PaxlstMessage(FaultLog& faults, std::optional<domain::PartialDate> sent_on)
        : faults_(faults), sent_on_(sent_on) {}

    // Any segment between UNH and UNT.
    void take(const Segment& segment);
    // A segment of which only the tag is known. What belongs to it is lost, too: it must not be
    // added to the traveler, document or flight before.
    void take_lost(const Segment& segment);

    enum class Ending {
        Complete, // UNT was read
        CutShort, // the list breaks off: totals cannot be compared
    };
    [[nodiscard]] PassengerList finish(Place unt, Ending ending);

    [[nodiscard]] std::size_t travelers() const { return list_.travelers.size(); }

private:
    // Which segment group of the message what follows belongs to.
    enum class Group { Header, Flight, Traveler, Totals, Lost };
    using Handler = void (PaxlstMessage::*)(const Segment&);
    struct Known {
        std::string_view tag;
        Handler handler; // null: known and without use here
    };
    static const std::array<Known, 20> known_segments;

    // paxlst_message.cpp: what belongs to the message as a whole, and to its flights
    void take_bgm(const Segment& segment);
    void take_nad(const Segment& segment);
    void take_tdt(const Segment& segment);
    void take_loc(const Segment& segment);
    void take_dtm(const Segment& segment);
    void take_cnt(const Segment& segment);
    void take_leg_place(const Segment& segment);
    void take_leg_time(const Segment& segment);
    void add_leg(const Segment& segment, FlightLeg added);
    [[nodiscard]] std::optional<domain::PartialDate> reference_date() const;
    void check_legs(Place place);
    void check_totals(Place place);
    void compare_total(
        std::string_view qualifier,
        const std::optional<std::size_t>& stated,
        std::initializer_list<std::size_t> counted
    );

    // paxlst_traveler.cpp: what belongs to one traveler
    void take_att(const Segment& segment);
    void take_nat(const Segment& segment);
    void take_gei(const Segment& segment);
    void take_rff(const Segment& segment);
    void take_doc(const Segment& segment);
    void start_traveler(const Segment& segment, domain::TravelerKind kind);
    void take_name(const Segment& segment, domain::Traveler& added);
    void take_whole_name(const Segment& segment, domain::Traveler& added);
    void finish_traveler();
    void take_traveler_place(const Segment& segment);
    void take_issuer(const Segment& segment);
    void take_expiry(const Segment& segment);
    void take_birth_date(const Segment& segment);
    // A code in capitals; a warning where it was sent in small letters.
    [[nodiscard]] std::string code_of(const Segment& segment, std::string_view code);

    [[nodiscard]] domain::Traveler& traveler() { return list_.travelers.back(); }
    [[nodiscard]] FlightLeg& leg() { return list_.legs.back(); }

    FaultLog& faults_;
    std::optional<domain::PartialDate> sent_on_;
    PassengerList list_;
    std::optional<std::size_t> stated_total_; // CNT+3
    Group group_ = Group::Header;
    Place traveler_place_;
    Place totals_place_;
    bool in_document_ = false;      // a DOC of this traveler is open
    bool document_dropped_ = false; // it had no number, so its date and issuer go nowhere
    bool has_bgm_ = false;
    bool sex_stated_ = false;
    bool legs_full_ = false;
};

} // namespace sallyport::manifest::internal
