// Which data on a traveler is complete, the tables that say so, and what an external system
// decided.
#include "manifest/answers.hpp"

#include "base/limits.hpp"
#include "manifest/internal/edifact_dates.hpp"
#include "manifest/internal/paxlst_codes.hpp"
#include "manifest/internal/traveler_keys.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <toml++/toml.h>

namespace sallyport::manifest {

namespace {

using domain::Traveler;

// One document must have every part: a number here and an expiry there is no document.
const domain::TravelDocument* main_document(const Traveler& traveler) {
    const auto is_visa = [](const domain::TravelDocument& document) {
        return document.type.starts_with('V') || document.type.starts_with('v');
    };
    const auto found = std::ranges::find_if_not(traveler.documents, is_visa);
    return found == traveler.documents.end() ? nullptr : &*found;
}

enum class Finding { Good, Missing, Wrong };
using Check = Finding (*)(const Traveler&, const std::optional<domain::PartialDate>& on_date);

Finding text_check(const std::string& text, bool well_formed) {
    return text.empty() ? Finding::Missing : well_formed ? Finding::Good : Finding::Wrong;
}
Finding state_check(const std::string& code) {
    return text_check(code, internal::is_state_code(code));
}
Finding place_check(const std::string& code) {
    return text_check(code, internal::is_place_code(code));
}
Finding name_check(const std::string& name) {
    return text_check(name, name.find_first_of("0123456789") == std::string::npos);
}

Finding
birth_date_check(const Traveler& traveler, const std::optional<domain::PartialDate>& on_date) {
    constexpr int age_max = 130;
    if (!traveler.birth_date) {
        return Finding::Missing;
    }
    const domain::PartialDate& born = *traveler.birth_date;
    if (!on_date) {
        return Finding::Good;
    }
    // Unknown parts (0) compare as the earliest.
    return born > *on_date || born.year < on_date->year - age_max ? Finding::Wrong : Finding::Good;
}

Finding document_number_check(const Traveler& traveler) {
    constexpr std::size_t number_chars_max = 20; // room for visas; a passport's has 9
    const domain::TravelDocument* document = main_document(traveler);
    if (document == nullptr) {
        return Finding::Missing;
    }
    const std::string number = domain::normalised_document_number(document->number);
    const bool placeholder = number.find_first_not_of('0') == std::string::npos;
    return text_check(document->number, !placeholder && number.size() <= number_chars_max);
}

struct Field {
    std::string_view name;
    Check check;
};
using OnDate = std::optional<domain::PartialDate>;

const std::array fields{
    Field{
        "family_name", [](const Traveler& t, const OnDate&) { return name_check(t.family_name); }
    },
    Field{
        "given_names", [](const Traveler& t, const OnDate&) { return name_check(t.given_names); }
    },
    Field{"birth_date", birth_date_check},
    Field{
        "sex",
        [](const Traveler& t, const OnDate&) {
            // X cannot be told from silence here.
            return t.sex == domain::Sex::Unspecified ? Finding::Missing : Finding::Good;
        }
    },
    Field{
        "nationality", [](const Traveler& t, const OnDate&) { return state_check(t.nationality); }
    },
    Field{
        "document_type",
        [](const Traveler& t, const OnDate&) {
            const auto* document = main_document(t);
            return document == nullptr || document->type.empty() ? Finding::Missing : Finding::Good;
        }
    },
    Field{
        "document_number", [](const Traveler& t, const OnDate&) { return document_number_check(t); }
    },
    Field{
        "document_issuer",
        [](const Traveler& t, const OnDate&) {
            const auto* document = main_document(t);
            return document == nullptr ? Finding::Missing : state_check(document->issuer);
        }
    },
    Field{
        "document_expiry",
        [](const Traveler& t, const OnDate&) {
            const auto* document = main_document(t);
            return document == nullptr || !document->expiry ? Finding::Missing : Finding::Good;
        }
    },
    Field{"residence", [](const Traveler& t, const OnDate&) { return state_check(t.residence); }},
    Field{
        "embarkation", [](const Traveler& t, const OnDate&) { return place_check(t.embarkation); }
    },
    Field{
        "debarkation", [](const Traveler& t, const OnDate&) { return place_check(t.debarkation); }
    },
    Field{"clearance", [](const Traveler& t, const OnDate&) { return place_check(t.clearance); }},
    Field{
        "birth_place",
        [](const Traveler& t, const OnDate&) { return text_check(t.birth_place, true); }
    },
    Field{
        "reference", [](const Traveler& t, const OnDate&) { return text_check(t.reference, true); }
    },
    Field{
        "passenger_reference",
        [](const Traveler& t, const OnDate&) { return text_check(t.passenger_reference, true); }
    },
};

// Reads TOML tables and remembers the first thing that is wrong.
class TableReader {
public:
    TableReader(std::string_view what, std::string_view text) : what_(what) {
        if (text.size() > limits::code_table_bytes_max) {
            complain("larger than the limit for a code table");
            return;
        }
        try {
            table_ = toml::parse(text);
        } catch (const toml::parse_error& error) {
            complain(fmt::format("line {}: {}", error.source().begin.line, error.description()));
        }
    }
    std::string text(std::string_view path) {
        seen_.emplace_back(path);
        const auto value = table_.at_path(path).value<std::string>();
        if (!value) {
            complain(fmt::format("'{}' is missing or no text", path));
        }
        return value.value_or("");
    }
    std::vector<std::string> texts(std::string_view path) {
        seen_.emplace_back(path);
        std::vector<std::string> list;
        const toml::array* array = table_.at_path(path).as_array();
        if (array == nullptr) {
            complain(fmt::format("'{}' is missing or no list", path));
            return list;
        }
        for (const toml::node& node : *array) {
            list.push_back(node.value<std::string>().value_or(""));
        }
        return list;
    }
    void refuse_unknown() { refuse_unknown(table_, ""); }
    void complain(std::string text) {
        if (problem_.empty()) {
            problem_ = fmt::format("{}: {}", what_, text);
        }
    }
    [[nodiscard]] const std::string& problem() const { return problem_; }

private:
    void refuse_unknown(const toml::table& table, const std::string& prefix) {
        for (const auto& [key, value] : table) {
            const std::string path = prefix + std::string(key.str());
            if (const toml::table* inner = value.as_table()) {
                refuse_unknown(*inner, path + ".");
            } else if (std::ranges::find(seen_, path) == seen_.end()) {
                complain(fmt::format("'{}' is not a field of this table", path));
            }
        }
    }

    std::string_view what_;
    toml::table table_;
    std::vector<std::string> seen_;
    std::string problem_;
};

// Data element 9321: up to eight characters.
bool is_answer_code(std::string_view code) {
    return !code.empty() && code.size() <= 8 && std::ranges::all_of(code, [](char character) {
        return (character >= 'A' && character <= 'Z') || (character >= '0' && character <= '9');
    });
}

} // namespace

std::string_view data_sufficiency_name(DataSufficiency status) {
    switch (status) {
    case DataSufficiency::Complete:
        return "complete";
    case DataSufficiency::Insufficient:
        return "insufficient";
    case DataSufficiency::Error:
        break;
    }
    return "error";
}

Result<SufficiencyRules> read_sufficiency_rules(std::string_view toml) {
    TableReader reader("sufficiency rules", toml);
    SufficiencyRules rules{
        .source = reader.text("source"),
        .passenger = reader.texts("passenger.required"),
        .crew = reader.texts("crew.required"),
    };
    for (const auto* list : {&rules.passenger, &rules.crew}) {
        for (const std::string& name : *list) {
            if (std::ranges::find(fields, name, &Field::name) == fields.end()) {
                reader.complain(fmt::format("'{}' is not a field of a traveler", name));
            }
        }
    }
    reader.refuse_unknown();
    if (!reader.problem().empty()) {
        return fail(ErrorCode::ConfigInvalid, reader.problem());
    }
    return rules;
}

Result<AnswerCodes> read_answer_codes(std::string_view toml) {
    TableReader reader("answer codes", toml);
    AnswerCodes codes{
        .source = reader.text("source"),
        .agency = reader.text("agency"),
        .complete = reader.text("sufficiency.complete"),
        .insufficient = reader.text("sufficiency.insufficient"),
        .error = reader.text("sufficiency.error"),
        .decisions = reader.texts("clearance.decisions"),
    };
    std::vector<std::string> all{codes.complete, codes.insufficient, codes.error};
    all.insert(all.end(), codes.decisions.begin(), codes.decisions.end());
    if (!std::ranges::all_of(all, is_answer_code)) {
        reader.complain("a code has one to eight capitals and digits");
    }
    // A carrier must not take "data complete" for a clearance. Insufficient and error may share
    // one.
    const auto times = [&all](const std::string& code) { return std::ranges::count(all, code); };
    const bool shared = codes.insufficient == codes.error;
    if (times(codes.complete) > 1 || times(codes.insufficient) > (shared ? 2 : 1) ||
        times(codes.error) > (shared ? 2 : 1)) {
        reader.complain("a code has two meanings");
    }
    reader.refuse_unknown();
    if (!reader.problem().empty()) {
        return fail(ErrorCode::ConfigInvalid, reader.problem());
    }
    return codes;
}

TravelerSufficiency assess(
    const Traveler& traveler,
    const SufficiencyRules& rules,
    const std::optional<domain::PartialDate>& on_date
) {
    const std::vector<std::string>& required =
        internal::is_crew(traveler.kind) ? rules.crew : rules.passenger;
    TravelerSufficiency result;
    for (const std::string& name : required) {
        const auto field = std::ranges::find(fields, name, &Field::name);
        if (field != fields.end() && field->check(traveler, on_date) == Finding::Missing) {
            result.missing.push_back(name);
        }
    }
    // What is wrong is wrong whether it was required or not.
    for (const Field& field : fields) {
        if (field.check(traveler, on_date) == Finding::Wrong) {
            result.wrong.emplace_back(field.name);
        }
    }
    if (!result.wrong.empty()) {
        result.status = DataSufficiency::Error;
    } else if (!result.missing.empty()) {
        result.status = DataSufficiency::Insufficient;
    }
    return result;
}

bool carries_traveler_data(const PassengerList& list) {
    return list.purpose == ListFunction::Original || list.purpose == ListFunction::Change ||
           list.purpose == ListFunction::ChangeFlight;
}

std::vector<TravelerSufficiency>
assess_list(const PassengerList& list, const SufficiencyRules& rules) {
    const FlightLeg leg = list.main_leg();
    const std::optional<Instant> at = leg.departs_at ? leg.departs_at : leg.arrives_at;
    const OnDate on_date = at ? OnDate(internal::date_of(*at)) : OnDate();
    std::vector<TravelerSufficiency> results;
    results.reserve(list.travelers.size());
    for (const Traveler& traveler : list.travelers) {
        results.push_back(assess(traveler, rules, on_date));
    }
    return results;
}

Decisions decisions_of(ClearancePort* port, const PassengerList& list, const AnswerCodes& codes) {
    const std::size_t count = list.travelers.size();
    Decisions decisions;
    decisions.codes.resize(count);
    if (port == nullptr) {
        return decisions;
    }
    const auto given = port->decide(list);
    if (!given.has_value()) {
        decisions.warnings.push_back(fmt::format(
            "the clearance system gave no answer ({})", error_code_name(given.error().code())
        ));
        return decisions;
    }
    if (given->size() != count) {
        // Which answer belongs to whom cannot be told.
        decisions.warnings.push_back(fmt::format(
            "the clearance system answered for {} travelers instead of {}", given->size(), count
        ));
        return decisions;
    }
    std::size_t unknown = 0;
    for (std::size_t index = 0; index < count; ++index) {
        const std::optional<std::string>& code = (*given)[index];
        if (code && std::ranges::find(codes.decisions, *code) != codes.decisions.end()) {
            decisions.codes[index] = code;
        } else if (code) {
            ++unknown;
        }
    }
    if (unknown > 0) {
        decisions.warnings.push_back(fmt::format(
            "{} decisions of the clearance system are not in the table of codes", unknown
        ));
    }
    return decisions;
}

} // namespace sallyport::manifest
