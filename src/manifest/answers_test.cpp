// Proves: what counts as complete data, that the tables are checked, that only an external system's
// listed code can appear as a clearance, and that CUSRES and its JSON say the same of each
// traveler.
#include "manifest/answers.hpp"
#include "manifest/internal/edifact_tokenizer.hpp"
#include "manifest/paxlst_test_text.hpp"
#include "manifest/roll_test_text.hpp"

#include <boost/json.hpp>
#include <fstream>
#include <gmock/gmock.h>
#include <iterator>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace sallyport::manifest {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

std::string table_text(const std::string& name) {
    std::ifstream file(SALLYPORT_SOURCE_DIR "/schema/codes/" + name);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

SufficiencyRules default_rules() {
    return read_sufficiency_rules(table_text("sufficiency.toml")).value();
}
AnswerCodes default_codes() {
    return read_answer_codes(table_text("paxlst_answers.toml")).value();
}
AnswerCodes codes_with_decisions() {
    AnswerCodes codes = default_codes();
    codes.decisions = {"0Z", "1Z"};
    return codes;
}

domain::Traveler complete_traveler() {
    domain::Traveler traveler = testing::person(1);
    traveler.family_name = "FAMILY";
    traveler.residence = "UTO";
    traveler.embarkation = "AMS";
    traveler.debarkation = "JFK";
    traveler.reference = "ABC123";
    traveler.documents[0].expiry = domain::PartialDate{2032, 4, 15};
    return traveler;
}

const domain::PartialDate journey{2026, 12, 1};

TEST(DataSufficiency, IsCompleteWithEveryRequiredField) {
    const TravelerSufficiency result = assess(complete_traveler(), default_rules(), journey);
    EXPECT_EQ(result.status, DataSufficiency::Complete);
    EXPECT_THAT(result.missing, IsEmpty());
    EXPECT_THAT(result.wrong, IsEmpty());
}

TEST(DataSufficiency, NamesWhatIsMissing) {
    domain::Traveler traveler = complete_traveler();
    traveler.documents.clear();
    traveler.birth_date.reset();
    const TravelerSufficiency result = assess(traveler, default_rules(), journey);
    EXPECT_EQ(result.status, DataSufficiency::Insufficient);
    EXPECT_THAT(
        result.missing,
        ElementsAre(
            "birth_date", "document_type", "document_number", "document_issuer", "document_expiry"
        )
    );
}

TEST(DataSufficiency, CallsWhatCannotBeWrong) {
    domain::Traveler traveler = complete_traveler();
    traveler.nationality = "NL";
    traveler.birth_date = domain::PartialDate{2026, 12, 2};
    traveler.documents[0].number = "000000";
    traveler.given_names = "ANNA1";
    traveler.reference.clear();
    const TravelerSufficiency result = assess(traveler, default_rules(), journey);
    EXPECT_EQ(result.status, DataSufficiency::Error);
    EXPECT_THAT(
        result.wrong, ElementsAre("given_names", "birth_date", "nationality", "document_number")
    );
    EXPECT_THAT(result.missing, ElementsAre("reference"));
}

TEST(DataSufficiency, AnExpiredDocumentIsCompleteData) {
    domain::Traveler traveler = complete_traveler();
    traveler.documents[0].expiry = domain::PartialDate{2020, 1, 1};
    EXPECT_EQ(assess(traveler, default_rules(), journey).status, DataSufficiency::Complete);
}

TEST(DataSufficiency, AVisaAloneIsNoTravelDocument) {
    domain::Traveler traveler = complete_traveler();
    traveler.documents[0].type = "V";
    EXPECT_THAT(assess(traveler, default_rules(), journey).missing, Contains("document_number"));
}

TEST(DataSufficiency, AsksOtherFieldsOfCrew) {
    domain::Traveler pilot = complete_traveler();
    pilot.kind = domain::TravelerKind::Crew;
    pilot.reference.clear();
    EXPECT_THAT(assess(pilot, default_rules(), journey).missing, ElementsAre("birth_place"));
}

TEST(AnswerTables, RefuseWhatTheyDoNotKnow) {
    const auto problem = [](const auto& result) {
        EXPECT_FALSE(result.has_value());
        return result.has_value() ? std::string() : std::string(result.error().message());
    };
    EXPECT_THAT(
        problem(read_sufficiency_rules(
            "source='x'\n[passenger]\nrequired=['shoe_size']\n[crew]\nrequired=[]"
        )),
        HasSubstr("'shoe_size' is not a field of a traveler")
    );
    EXPECT_THAT(problem(read_sufficiency_rules("source='x'")), HasSubstr("passenger.required"));
    EXPECT_THAT(problem(read_sufficiency_rules("= nonsense")), HasSubstr("line 1"));
    const std::string codes = "source='x'\nagency=''\n[sufficiency]\ncomplete='A'\n"
                              "insufficient='B'\nerror='B'\n[clearance]\n";
    EXPECT_TRUE(read_answer_codes(codes + "decisions=['0','1']").has_value());
    EXPECT_THAT(problem(read_answer_codes(codes + "decisions=['A']")), HasSubstr("two meanings"));
    EXPECT_THAT(problem(read_answer_codes(codes + "decisions=['']")), HasSubstr("one to eight"));
    EXPECT_THAT(problem(read_answer_codes(codes + "decisions=[]\nx=1")), HasSubstr("clearance.x"));
}

TEST(AnswerTables, TheDefaultSendsNoDecision) {
    EXPECT_THAT(default_codes().decisions, IsEmpty());
}

// Answers what it was told to.
class TestPort final : public ClearancePort {
public:
    explicit TestPort(Result<std::vector<std::optional<std::string>>> answer)
        : answer_(std::move(answer)) {}
    Result<std::vector<std::optional<std::string>>> decide(const PassengerList&) override {
        return answer_;
    }

private:
    Result<std::vector<std::optional<std::string>>> answer_;
};

PassengerList list_of_three() {
    PassengerList list = testing::message(1, ListFunction::Original).list;
    list.recipient = "UTOAPIS";
    list.transaction_reference = "TN:1+1";
    list.travelers = {complete_traveler(), complete_traveler(), complete_traveler()};
    list.travelers[1].passenger_reference = "O'NE?:+";
    list.travelers[1].birth_date.reset();
    list.travelers[2].passenger_reference.clear();
    list.travelers[2].nationality = "nl";
    return list;
}

TEST(Clearance, WithoutASystemThereIsNoCodeAndNoWarning) {
    const Decisions decisions = decisions_of(nullptr, list_of_three(), codes_with_decisions());
    EXPECT_THAT(decisions.codes, ElementsAre(std::nullopt, std::nullopt, std::nullopt));
    EXPECT_THAT(decisions.warnings, IsEmpty());
}

TEST(Clearance, AFailureIsNeverACode) {
    TestPort failing(fail(ErrorCode::DeadlineExceeded, "no answer"));
    TestPort short_answer(std::vector<std::optional<std::string>>{"0Z", "0Z"});
    for (TestPort* port : {&failing, &short_answer}) {
        const Decisions decisions = decisions_of(port, list_of_three(), codes_with_decisions());
        EXPECT_THAT(decisions.codes, ElementsAre(std::nullopt, std::nullopt, std::nullopt));
        EXPECT_THAT(decisions.warnings, SizeIs(1));
    }
}

TEST(Clearance, OnlyCodesOfTheTableAreSent) {
    TestPort port(std::vector<std::optional<std::string>>{"0Z", std::nullopt, "OK"});
    const Decisions decisions = decisions_of(&port, list_of_three(), codes_with_decisions());
    EXPECT_THAT(decisions.codes, ElementsAre("0Z", std::nullopt, std::nullopt));
    EXPECT_THAT(
        decisions.warnings,
        ElementsAre("1 decisions of the clearance system are not in the table of codes")
    );
    EXPECT_THAT(
        decisions_of(&port, list_of_three(), default_codes()).codes,
        ElementsAre(std::nullopt, std::nullopt, std::nullopt)
    );
}

// The segments of an interchange, elements joined by '|' and components by ','.
std::vector<std::string> lines_of(const std::string& text) {
    internal::EdifactTokenizer tokenizer(text);
    EXPECT_EQ(tokenizer.take_advice(), internal::Advice::Taken);
    std::vector<std::string> lines;
    internal::Segment segment;
    while (tokenizer.next(segment) == internal::EdifactTokenizer::Outcome::Segment) {
        std::string line;
        for (std::size_t element = 0; element < segment.elements(); ++element) {
            line += line.empty() ? "" : "|";
            for (std::size_t index = 0; index < segment.components(element); ++index) {
                line += index > 0 ? "," : "";
                line += segment.component(element, index);
            }
        }
        lines.push_back(line);
    }
    EXPECT_THAT(tokenizer.rest(), IsEmpty());
    return lines;
}

const AnswerEnvelope envelope{
    .control_number = 4711, .made_at = testing::minute(0), .own_identifier = ""
};

TEST(Cusres, AnswersForEachTravelerAndReadsBack) {
    const PassengerList list = list_of_three();
    const auto assessments = assess_list(list, default_rules());
    const std::string text = write_cusres(list, assessments, {}, envelope, default_codes()).value();
    EXPECT_THAT(
        lines_of(text),
        ElementsAre(
            "UNB|UNOA,4|UTOAPIS|XX|20270115,0800|4711||CUSRES",
            "UNH|1|CUSRES,D,05B,UN,IATA",
            "BGM|962",
            "RFF|TN,TN:1+1",
            "RFF|AF,XX100",
            "DTM|189,2701151800,201",
            "DTM|232,2701160040,201",
            "LOC|125|AMS",
            "LOC|87|JFK",
            "ERP|2",
            "RFF|AVF,ABC123",
            "RFF|ABO,U1",
            "ERC|DC,,ZZZ",
            "ERP|2",
            "RFF|AVF,ABC123",
            "RFF|ABO,O'NE?:+",
            "ERC|DI,,ZZZ",
            "ERP|2",
            "RFF|AVF,ABC123",
            "RFF|LI,3",
            "ERC|DE,,ZZZ",
            "UNT|21|1",
            "UNZ|1|4711"
        )
    );
    EXPECT_THAT(text, Not(HasSubstr("FAMILY"))) << "an answer holds no names";
}

TEST(Cusres, CarriesADecisionOnlyWhereThereIsOne) {
    const PassengerList list = list_of_three();
    const auto assessments = assess_list(list, default_rules());
    const std::vector<std::optional<std::string>> decisions{std::nullopt, "0Z", std::nullopt};
    const auto lines = lines_of(
        write_cusres(list, assessments, decisions, envelope, codes_with_decisions()).value()
    );
    EXPECT_EQ(std::ranges::count(lines, "ERC|0Z"), 1);
    EXPECT_THAT(lines, Contains("UNT|22|1"));
    // A code that is not in the table does not get through here either.
    EXPECT_FALSE(write_cusres(list, assessments, decisions, envelope, default_codes()).has_value());
    EXPECT_FALSE(write_cusres(list, {}, {}, envelope, default_codes()).has_value());
}

RC_GTEST_PROP(Cusres, AnyReferenceSurvives, (std::string reference)) {
    std::erase_if(reference, [](char character) {
        const auto code = static_cast<unsigned char>(character);
        return code <= 0x20 || code >= 0x7F; // blanks around a value do not count
    });
    RC_PRE(!reference.empty());
    PassengerList list = testing::message(1, ListFunction::Original).list;
    list.travelers = {complete_traveler()};
    list.travelers[0].passenger_reference = reference;
    list.sender = reference;
    const auto assessments = assess_list(list, default_rules());
    const auto lines =
        lines_of(write_cusres(list, assessments, {}, envelope, default_codes()).value());
    RC_ASSERT(std::ranges::count(lines, "RFF|ABO," + reference) == 1);
    RC_ASSERT(lines[lines.size() - 2] == fmt::format("UNT|{}|1", lines.size() - 2));
}

TEST(DataSufficiency, IsAskedOfMessagesThatCarryDataOnly) {
    const auto carries = [](ListFunction purpose) {
        PassengerList list;
        list.purpose = purpose;
        return carries_traveler_data(list);
    };
    EXPECT_TRUE(carries(ListFunction::Original));
    EXPECT_TRUE(carries(ListFunction::Change));
    EXPECT_TRUE(carries(ListFunction::ChangeFlight));
    for (const ListFunction names_only :
         {ListFunction::CancelTravelers,
          ListFunction::Reduction,
          ListFunction::Close,
          ListFunction::CloseOnBoard,
          ListFunction::CloseNotOnBoard,
          ListFunction::CancelFlight}) {
        EXPECT_FALSE(carries(names_only));
    }
}

TEST(AnswerJson, SaysTheSameWithoutNames) {
    namespace json = boost::json;
    const PassengerList list = list_of_three();
    const auto assessments = assess_list(list, default_rules());
    const std::vector<std::optional<std::string>> decisions{"0Z", std::nullopt, std::nullopt};
    const std::string text = answer_json("m1", list, assessments, decisions);
    EXPECT_THAT(text, Not(HasSubstr("FAMILY")));
    EXPECT_EQ(json::parse(text), json::parse(R"({"manifest":"m1","status":"error","travelers":[
        {"passenger_reference":"U1","reference":"ABC123","status":"complete","missing":[],
         "wrong":[],"decision":"0Z"},
        {"passenger_reference":"O'NE?:+","reference":"ABC123","status":"insufficient",
         "missing":["birth_date"],"wrong":[],"decision":null},
        {"passenger_reference":null,"position":3,"reference":"ABC123","status":"error",
         "missing":[],"wrong":["nationality"],"decision":null}]})"));
}

// --- acknowledgement ---

std::vector<std::string> acknowledged(const std::string& bytes) {
    const auto answers = write_acknowledgement(read_paxlst(bytes), bytes, envelope);
    EXPECT_TRUE(answers.has_value());
    EXPECT_EQ(answers.value().size(), 1U);
    return lines_of(answers.value().at(0));
}

std::string good_list() {
    testing::MessageText text;
    text.travelers = {testing::traveler_text()};
    return text.str();
}

TEST(Acknowledgement, OfAGoodListNamesItAndTurnsTheAddressesRound) {
    EXPECT_THAT(
        acknowledged(good_list()),
        ElementsAre(
            "UNB|UNOA,4|UTOAPIS,ZZ|XX,ZZ|20270115,0800|4711||CONTRL",
            "UNH|1|CONTRL,4,1,UN",
            "UCI|77|XX,ZZ|UTOAPIS,ZZ|7",
            "UCM|M1|PAXLST,D,05B,UN,IATA|7",
            "UNT|4|1",
            "UNZ|1|4711"
        )
    );
}

TEST(Acknowledgement, NamesTheSegmentsInError) {
    testing::MessageText text;
    text.travelers = {"NAD+FL+++DOE:JOHN'ATT+2++M'DTM+329:991332'NAT+2+UTO'DOC+P:110:111+'XYZ+1'"};
    text.totals = "CNT+42:9'";
    // UNH BGM TDT LOC DTM LOC DTM NAD ATT DTM NAT DOC XYZ CNT UNT
    EXPECT_THAT(
        acknowledged(text.str()),
        ElementsAre(
            "UNB|UNOA,4|UTOAPIS,ZZ|XX,ZZ|20270115,0800|4711||CONTRL",
            "UNH|1|CONTRL,4,1,UN",
            "UCI|77|XX,ZZ|UTOAPIS,ZZ|7",
            "UCM|M1|PAXLST,D,05B,UN,IATA|4",
            "UCS|10",
            "UCD|12|2,2",
            "UCS|12",
            "UCD|13|3,1",
            "UCS|13|15",
            "UCS|14",
            "UCD|29|2,2",
            "UNT|11|1",
            "UNZ|1|4711"
        )
    );
}

TEST(Acknowledgement, NamesCountsAndReferencesThatDiffer) {
    testing::MessageText text;
    text.travelers = {testing::traveler_text()};
    text.unt = "UNT+99+M1'";
    const auto wrong_count = acknowledged(text.str());
    EXPECT_THAT(wrong_count, Contains("UCM|M1|PAXLST,D,05B,UN,IATA|4"));
    EXPECT_THAT(wrong_count, Contains("UCD|29|2"));
    std::string other_reference = good_list();
    other_reference.replace(other_reference.find("UNZ+1+77"), 8, "UNZ+1+78");
    EXPECT_THAT(acknowledged(other_reference), Contains("UCI|77|XX,ZZ|UTOAPIS,ZZ|4|28|UNZ"));
}

TEST(Acknowledgement, RejectsWhatIsCutShortOrOfAnotherType) {
    std::string cut = good_list();
    cut.resize(cut.find("CNT"));
    const auto lines = acknowledged(cut);
    EXPECT_THAT(lines, Contains("UCI|77|XX,ZZ|UTOAPIS,ZZ|4|13|UNZ"));
    EXPECT_THAT(lines, Contains("UCM|M1|PAXLST,D,05B,UN,IATA|4|13|UNT"));
    std::string foreign = good_list();
    foreign.replace(foreign.find("PAXLST"), 6, "PNRGOV");
    EXPECT_THAT(acknowledged(foreign), Contains("UCM|M1|PNRGOV,D,05B,UN,IATA|4|14|UNH"));
}

TEST(Acknowledgement, AnswersEachInterchangeAndNoAcknowledgement) {
    const std::string both = good_list() +
                             "UNB+UNOA:4+YY+UTOAPIS+261130:1810+78'"
                             "UNH+1+CONTRL:4:1:UN'UCI+5+A+B+7'UNT+3+1'UNZ+1+78'" +
                             good_list();
    const auto answers = write_acknowledgement(read_paxlst(both), both, envelope);
    ASSERT_EQ(answers.value().size(), 2U);
    EXPECT_THAT(lines_of(answers.value()[1]), Contains("UNZ|1|4712"));
    EXPECT_THAT(lines_of(answers.value()[1]), Contains("UCM|M1|PAXLST,D,05B,UN,IATA|7"));
}

TEST(Acknowledgement, KeepsGroupsAndReleasedCharacters) {
    std::string text = good_list();
    text.replace(
        text.find("UNB"),
        text.find("UNH") - text.find("UNB"),
        "UNB+UNOA:4+X?+X:ZZ+UTOAPIS+261130:1810+7?'7++APIS++++1'"
        "UNG+PAXLST+AIR?:LINE+UTO+261130:1810+G1+UN+D:05B'"
    );
    text.replace(text.find("UNZ"), std::string::npos, "UNE+1+G1'UNZ+1+7?'7'");
    const auto lines = acknowledged(text);
    EXPECT_THAT(
        lines,
        ElementsAre(
            "UNB|UNOA,4|UTOAPIS|X+X,ZZ|20270115,0800|4711||CONTRL||||1",
            "UNH|1|CONTRL,4,1,UN",
            "UCI|7'7|X+X,ZZ|UTOAPIS|7",
            "UCF|G1|AIR:LINE|UTO|7",
            "UCM|M1|PAXLST,D,05B,UN,IATA|7",
            "UNT|5|1",
            "UNZ|1|4711"
        )
    );
}

TEST(Acknowledgement, NeedsAnInterchange) {
    for (const std::string& bytes : {std::string("{}"), std::string(), std::string("hello")}) {
        EXPECT_FALSE(write_acknowledgement(read_paxlst(bytes), bytes, envelope).has_value());
    }
}

TEST(Acknowledgement, IsTheSameAsJson) {
    namespace json = boost::json;
    testing::MessageText text;
    text.travelers = {"NAD+FL+++DOE:JOHN'ATT+2++M'DTM+329:991332'NAT+2+UTO'"};
    const std::string bytes = text.str();
    EXPECT_EQ(
        json::parse(acknowledgement_json(read_paxlst(bytes), bytes)),
        json::parse(R"({"interchanges":[{"reference":"77","sender":"XX","recipient":"UTOAPIS",
        "action":"acknowledged","code":null,"segment":"","messages":[{"reference":"M1",
        "type":"PAXLST","action":"rejected","code":null,
        "errors":[{"segment":10,"code":12,"element":2,"component":2}]}]}]})")
    );
}

RC_GTEST_PROP(Acknowledgement, OfAnyBytesIsWellFormedAndKeepsItsCounts, ()) {
    std::string bytes = good_list();
    const int edits = *rc::gen::inRange(0, 8);
    for (int edit = 0; edit < edits; ++edit) {
        const auto at = static_cast<std::size_t>(*rc::gen::inRange(0, 400)) % bytes.size();
        bytes[at] = *rc::gen::elementOf(std::string("'+:?UNHZTB19\n\x01\xE9 "));
    }
    const auto answers = write_acknowledgement(read_paxlst(bytes), bytes, envelope);
    if (!answers.has_value()) {
        return;
    }
    for (const std::string& answer : answers.value()) {
        const auto lines = lines_of(answer);
        RC_ASSERT(lines.front().starts_with("UNB|"));
        RC_ASSERT(lines.back().starts_with("UNZ|1|"));
        RC_ASSERT(lines[lines.size() - 2] == fmt::format("UNT|{}|1", lines.size() - 2));
    }
    const bool all_good = !read_paxlst(bytes).has_errors();
    const bool rejects = std::ranges::any_of(answers.value(), [](const std::string& answer) {
        return std::ranges::any_of(lines_of(answer), [](const std::string& line) {
            return line.starts_with("UCM") && line.find("|4") != std::string::npos;
        });
    });
    RC_ASSERT(!(all_good && rejects));
}

} // namespace
} // namespace sallyport::manifest
