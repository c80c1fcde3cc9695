#include "verification/document_examination.hpp"

#include "documents/name_comparison.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace sallyport::verification {
namespace {

using documents::DataGroup;

documents::Finding finding(std::string code, std::string text) {
    return {.code = std::move(code), .text = std::move(text)};
}

domain::Traveler holder_of(const documents::MRZFields& fields) {
    domain::Traveler holder;
    holder.family_name = fields.family_name;
    holder.given_names = fields.given_names;
    holder.sex = fields.sex;
    holder.birth_date = fields.birth_date;
    holder.nationality = documents::iso_code_of_mrz(fields.nationality);
    holder.documents.push_back(
        {.type = fields.document_code,
         .number = fields.document_number,
         .issuer = documents::iso_code_of_mrz(fields.issuer),
         .expiry = fields.expiry}
    );
    return holder;
}

tl::unexpected<Error> invalid_zone(const documents::MRZReading& zone) {
    std::string text = "the machine-readable zone does not hold";
    if (!zone.faults.empty()) {
        text += ": " + zone.faults.front();
    }
    return fail(ErrorCode::InvalidArgument, text);
}

class Examination {
public:
    Examination(const PresentedDocument& presented, const documents::TrustStore& trust, Instant now)
        : presented_(presented), trust_(trust), now_(now) {
        result_.reader = presented.reader;
    }

    Result<DocumentExamination> run() {
        SALLYPORT_CHECK(read_zone());
        if (presented_.chip.sod || !presented_.chip.groups.empty()) {
            examine_chip();
        }
        if (!presented_.boarding_pass.empty()) {
            SALLYPORT_TRY(
                result_.boarding_pass, documents::read_boarding_pass(presented_.boarding_pass)
            );
        }
        return std::move(result_);
    }

private:
    Status read_zone() {
        const auto group = presented_.chip.groups.find(DataGroup::DG1);
        std::optional<documents::MRZReading> printed;
        if (!presented_.mrz.empty()) {
            SALLYPORT_TRY(
                printed,
                documents::read_mrz(presented_.mrz, {.mode = presented_.mrz_mode, .today = now_})
            );
            if (!printed->valid) {
                return invalid_zone(*printed);
            }
            for (const documents::MRZRepair& repair : printed->repairs) {
                result_.findings.push_back(finding(
                    "mrz.repaired",
                    fmt::format("line {}, column {} was read wrongly", repair.line, repair.column)
                ));
            }
        }
        std::optional<documents::MRZReading> signed_zone;
        if (group != presented_.chip.groups.end()) {
            auto read = documents::read_dg1(group->second, now_);
            if (read.has_value() && read->valid) {
                signed_zone = *std::move(read);
            } else {
                unreadable_ = true;
                result_.findings.push_back(
                    finding("dg1.unreadable", "the chip's machine-readable zone does not hold")
                );
            }
        }
        if (!printed && !signed_zone) {
            return fail(
                ErrorCode::InvalidArgument,
                "a document needs its machine-readable zone, printed or from the chip"
            );
        }
        if (printed && signed_zone && printed->text != signed_zone->text) {
            zones_differ_ = true;
            result_.findings.push_back(
                finding("mrz.differs_from_chip", "the printed zone is not that of the chip")
            );
        }
        // What the traveler holds in the hand names them; the chip must agree with it.
        const documents::MRZReading& zone = printed ? *printed : *signed_zone;
        result_.holder = holder_of(zone.fields);
        result_.names_truncated = zone.fields.names_truncated;
        result_.format = documents::mrz_format_name(zone.format);
        issuer_ = zone.fields.issuer;
        return {};
    }

    void examine_chip() {
        result_.authentication =
            documents::authenticate_chip(presented_.chip, trust_, {.now = now_, .issuer = issuer_});
        const documents::PassiveAuthentication& checked = *result_.authentication;
        result_.findings.insert(
            result_.findings.end(), checked.findings.begin(), checked.findings.end()
        );
        result_.chip = chip_verdict(checked);
        if (result_.chip == ChipVerdict::Genuine) {
            take_portrait();
        }
    }

    ChipVerdict chip_verdict(const documents::PassiveAuthentication& checked) {
        // Without a readable EF.SOD there is nothing that a hash could differ from.
        const bool hash_differs =
            checked.signature != documents::SignatureState::Absent &&
            std::any_of(checked.hashes.begin(), checked.hashes.end(), [](const auto& group) {
                return group.second == documents::HashState::Differs;
            });
        const bool copied = presented_.reader.chip_authentication == ReaderCheck::Failed ||
                            presented_.reader.active_authentication == ReaderCheck::Failed;
        if (copied) {
            result_.findings.push_back(
                finding("chip.copied", "the chip could not prove that it is not a copy")
            );
        }
        if (presented_.reader.passive_authentication == ReaderCheck::Failed) {
            result_.findings.push_back(
                finding("reader.refused", "the document reader refused the chip's signature")
            );
        }
        if (checked.signature == documents::SignatureState::Bad || hash_differs || copied) {
            return ChipVerdict::Altered;
        }
        const bool doubt = unreadable_ || zones_differ_ ||
                           presented_.reader.passive_authentication == ReaderCheck::Failed;
        return checked.passed() && !doubt ? ChipVerdict::Genuine : ChipVerdict::Unproven;
    }

    void take_portrait() {
        if (!result_.authentication->portrait_trusted()) {
            result_.findings.push_back(
                finding("portrait.not_presented", "the chip's portrait was not presented")
            );
            return;
        }
        auto portraits = documents::read_dg2(presented_.chip.groups.at(DataGroup::DG2));
        if (!portraits.has_value() || portraits->empty()) {
            result_.findings.push_back(
                finding("portrait.unreadable", "the chip's portrait cannot be read")
            );
            return;
        }
        result_.portrait = std::move(portraits->front());
    }

    const PresentedDocument& presented_;
    const documents::TrustStore& trust_;
    Instant now_;
    DocumentExamination result_;
    std::string issuer_;
    bool unreadable_ = false;
    bool zones_differ_ = false;
};

class Comparison {
public:
    Comparison(
        const domain::Traveler* listed, std::string_view flight, const DocumentExamination& document
    )
        : listed_(listed), flight_(flight), document_(document) {}

    std::vector<FieldDifference> run() && {
        if (listed_ != nullptr) {
            compare_person();
            compare_document();
        }
        if (document_.boarding_pass) {
            compare_boarding_pass(*document_.boarding_pass);
        }
        return std::move(result_);
    }

private:
    void
    add(std::string field,
        std::string source,
        std::string expected,
        std::string presented,
        bool minor = false) {
        result_.push_back(
            {.field = std::move(field),
             .source = std::move(source),
             .expected = std::move(expected),
             .presented = std::move(presented),
             .minor = minor}
        );
    }

    void add_name(
        const char* field,
        const char* source,
        documents::NameAgreement agreement,
        const std::string& expected,
        const std::string& presented
    ) {
        if (agreement != documents::NameAgreement::Same) {
            const bool minor = agreement == documents::NameAgreement::Shortened;
            add(field, source, expected, presented, minor);
        }
    }

    // A field that one side does not have is worth a look, not an alarm.
    void compare_texts(const char* field, const std::string& expected, const std::string& shown) {
        if (expected != shown) {
            add(field, "list", expected, shown, expected.empty() || shown.empty());
        }
    }

    static std::string text_of(const std::optional<domain::PartialDate>& date) {
        return date ? domain::format_date(*date) : std::string();
    }

    void compare_person() {
        const domain::Traveler& holder = document_.holder;
        const bool cut = document_.names_truncated;
        add_name(
            "family_name",
            "list",
            documents::compare_family_names(listed_->family_name, holder.family_name, cut),
            listed_->family_name,
            holder.family_name
        );
        add_name(
            "given_names",
            "list",
            documents::compare_given_names(listed_->given_names, holder.given_names, cut),
            listed_->given_names,
            holder.given_names
        );
        compare_texts("birth_date", text_of(listed_->birth_date), text_of(holder.birth_date));
        compare_texts("nationality", listed_->nationality, holder.nationality);
        if (listed_->sex != holder.sex) {
            const bool unsaid =
                listed_->sex == domain::Sex::Unspecified || holder.sex == domain::Sex::Unspecified;
            add("sex",
                "list",
                std::string(domain::sex_letter(listed_->sex)),
                std::string(domain::sex_letter(holder.sex)),
                unsaid);
        }
    }

    void compare_document() {
        const domain::TravelDocument& shown = document_.holder.documents.front();
        const std::string number = domain::normalised_document_number(shown.number);
        const auto same = std::find_if(
            listed_->documents.begin(),
            listed_->documents.end(),
            [&](const auto& one) {
                return domain::normalised_document_number(one.number) == number;
            }
        );
        if (same == listed_->documents.end()) {
            const std::string expected =
                listed_->documents.empty() ? std::string() : listed_->documents.front().number;
            add("document_number", "list", expected, shown.number, expected.empty());
            return;
        }
        compare_texts("document_issuer", same->issuer, shown.issuer);
        compare_texts("document_expiry", text_of(same->expiry), text_of(shown.expiry));
    }

    void compare_boarding_pass(const documents::BoardingPass& pass) {
        const domain::Traveler& holder = document_.holder;
        add_name(
            "family_name",
            "boarding_pass",
            documents::compare_family_names(pass.family_name, holder.family_name, true),
            pass.family_name,
            holder.family_name
        );
        const bool on_flight =
            flight_.empty() ||
            std::any_of(pass.legs.begin(), pass.legs.end(), [&](const auto& leg) {
                return leg.flight() == flight_;
            });
        if (!on_flight) {
            const std::string shown = pass.legs.empty() ? "" : pass.legs.front().flight();
            add("flight", "boarding_pass", std::string(flight_), shown);
        }
    }

    const domain::Traveler* listed_;
    std::string_view flight_;
    const DocumentExamination& document_;
    std::vector<FieldDifference> result_;
};

std::chrono::year_month_day day_of(int year, int month, int day) {
    const std::chrono::year_month_day date{
        std::chrono::year(year),
        std::chrono::month(static_cast<unsigned>(month)),
        std::chrono::day(static_cast<unsigned>(day))
    };
    // 30 February and the like count as the last day of that month.
    return date.ok() ? date : date.year() / date.month() / std::chrono::last;
}

int years_between(std::chrono::year_month_day from, std::chrono::year_month_day to) {
    int years = static_cast<int>(to.year()) - static_cast<int>(from.year());
    const bool before_birthday =
        to.month() < from.month() || (to.month() == from.month() && to.day() < from.day());
    years -= before_birthday ? 1 : 0;
    return years;
}

} // namespace

std::string_view reader_check_name(ReaderCheck check) {
    switch (check) {
    case ReaderCheck::NotDone:
        return "not_done";
    case ReaderCheck::Passed:
        return "passed";
    case ReaderCheck::Failed:
        return "failed";
    }
    return "not_done";
}

Result<ReaderCheck> reader_check_from_name(std::string_view name) {
    for (const ReaderCheck check :
         {ReaderCheck::NotDone, ReaderCheck::Passed, ReaderCheck::Failed}) {
        if (reader_check_name(check) == name) {
            return check;
        }
    }
    return fail(ErrorCode::InvalidArgument, "a reader's check is not_done, passed or failed");
}

std::string_view chip_verdict_name(ChipVerdict verdict) {
    switch (verdict) {
    case ChipVerdict::None:
        return "none";
    case ChipVerdict::Genuine:
        return "genuine";
    case ChipVerdict::Unproven:
        return "unproven";
    case ChipVerdict::Altered:
        return "altered";
    }
    return "altered";
}

bool DocumentExamination::copying_unchecked() const {
    return chip == ChipVerdict::Genuine && reader.chip_authentication != ReaderCheck::Passed &&
           reader.active_authentication != ReaderCheck::Passed;
}

Result<DocumentExamination> examine_document(
    const PresentedDocument& presented, const documents::TrustStore& trust, Instant now
) {
    return Examination(presented, trust, now).run();
}

std::vector<FieldDifference> differences_of(
    const domain::Traveler* listed, std::string_view flight, const DocumentExamination& document
) {
    return Comparison(listed, flight, document).run();
}

std::optional<AgeRange> age_on(const std::optional<domain::PartialDate>& birth_date, Instant day) {
    if (!birth_date || birth_date->year == 0) {
        return std::nullopt;
    }
    const std::chrono::year_month_day today{std::chrono::floor<std::chrono::days>(day)};
    const int month = birth_date->month;
    const int day_of_month = birth_date->day;
    const auto earliest =
        day_of(birth_date->year, month == 0 ? 1 : month, day_of_month == 0 ? 1 : day_of_month);
    const auto latest =
        day_of(birth_date->year, month == 0 ? 12 : month, day_of_month == 0 ? 31 : day_of_month);
    return AgeRange{
        .least = std::max(0, years_between(latest, today)),
        .most = std::max(0, years_between(earliest, today)),
    };
}

} // namespace sallyport::verification
