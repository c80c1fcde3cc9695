// Proves that a policy with any fault is refused with its line, that the hash follows the content
// and nothing else, and that only what a rule names may be kept.
#include "retention/policy.hpp"
#include "retention/policy_test_text.hpp"

#include <gtest/gtest.h>

namespace sallyport::retention {
namespace {

std::string replaced(std::string text, std::string_view what, std::string_view with) {
    const std::size_t at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return at == std::string::npos ? text : text.replace(at, what.size(), with);
}

// The line on which a text stands for the first time.
std::string line_of(const std::string& text, std::string_view what) {
    const std::size_t at = text.find(what);
    const auto lines = 1 + std::count(text.begin(), text.begin() + static_cast<long>(at), '\n');
    return "line " + std::to_string(lines) + ": ";
}

std::string fault_of(const std::string& text) {
    const Result<Policy> policy = Policy::read(text);
    if (policy.has_value()) {
        return "no fault";
    }
    EXPECT_EQ(policy.error().code(), ErrorCode::ConfigInvalid);
    return policy.error().message();
}

void expect_fault(const std::string& text, const std::string& where, std::string_view what) {
    const std::string fault = fault_of(text);
    EXPECT_NE(fault.find(where), std::string::npos) << fault << " lacks " << where;
    EXPECT_NE(fault.find(what), std::string::npos) << fault << " lacks " << what;
}

TEST(PolicyReader, ReadsWhatTheFileSays) {
    const Policy policy = Policy::read(policy_text()).value();
    EXPECT_EQ(policy.name(), "test");
    EXPECT_EQ(policy.version(), "1");
    EXPECT_EQ(policy.margins().of(ClockQuality::Unknown), std::chrono::hours(1));
    ASSERT_EQ(policy.rules().size(), 4U);
    const Rule rule = policy.find_rule(picture_of(Citizenship::NonCitizen)).value();
    EXPECT_EQ(rule.id, "non-citizen");
    EXPECT_EQ(rule.period, (Period{.days = 14}));
    EXPECT_EQ(rule.action, Action::HandOverThenErase);
    EXPECT_TRUE(rule.ends_with.holds(EndingEvent::HandOverAcknowledged));
    EXPECT_FALSE(rule.ends_with.holds(EndingEvent::Decision));
    EXPECT_EQ(rule.source, "Act of Ruritania, article 1");
}

TEST(PolicyReader, NamesFaultsWithTheirLines) {
    const std::string good = policy_text();
    const auto check = [&](std::string_view what, std::string_view with, std::string_view fault) {
        const std::string text = replaced(good, what, with);
        expect_fault(text, line_of(text, with), fault);
    };
    check("store = \"staging\"", "stroe = \"staging\"", "'stroe' is not a field of a rule");
    check("version = \"1\"", "edition = \"1\"", "'edition' is not a field of a retention policy");
    check("\"live_picture\"", "\"live_pictures\"", "'live_pictures' is no category");
    check("\"verification\"", "\"convenience\"", "'convenience' is no purpose");
    check("\"staging\"", "\"cellar\"", "'cellar' is no store");
    check("citizenship = \"citizen\"", "citizenship = \"alien\"", "'alien' is no citizenship");
    check("period = \"12 h\"", "period = \"12\"", "without a unit");
    check("period = \"12 h\"", "period = 12", "must be a text");
    check("clock_start = \"capture\"", "clock_start = \"decision\"", "must be \"capture\"");
    check("action = \"erase\"", "action = \"hide\"", "'hide' is no action");
    check("[\"decision\"]", "[\"whenever\"]", "'whenever' is no ends_with");
    check("source = \"Act of Ruritania, article 1\"", "source = \"\"", "'source' must be a text");
    check("unknown = \"1 h\"", "unknown = \"1 d\"", "must be given in h, min or s");
    const std::string odd_id = replaced(good, "id = \"citizen\"", "id = \"Citizen\"");
    expect_fault(odd_id, line_of(odd_id, "[[rule]]"), "'id' must be of lower-case");
}

TEST(PolicyReader, RefusesAMissingSourceAtItsRule) {
    const std::string text =
        replaced(policy_text(), "source = \"Act of Ruritania, article 1\"\n", "");
    expect_fault(text, line_of(text, "[[rule]]"), "'source' is missing in a rule");
}

TEST(PolicyReader, NamesEveryFaultAtOnceButNotMoreThanTheLimit) {
    std::string text = policy_text();
    for (int count = 0; count < 3; ++count) {
        text = replaced(
            text, "store = \"staging\"", "store = \"cellar" + std::to_string(count) + "\""
        );
    }
    const std::string fault = fault_of(text);
    for (const char* name : {"cellar0", "cellar1", "cellar2"}) {
        EXPECT_NE(fault.find(name), std::string::npos) << fault;
    }
    std::string many = policy_text();
    for (int count = 0; count < 100; ++count) {
        many += "x" + std::to_string(count) + " = 1\n";
    }
    EXPECT_NE(fault_of(many).find("; and 80 more"), std::string::npos) << fault_of(many);
}

TEST(PolicyReader, RefusesWhatNoPolicyMayDo) {
    const auto refuses = [](const std::string& text, std::string_view what) {
        expect_fault(text, "line ", what);
    };
    refuses(policy_text({.citizen = "13 h"}), "12 h at most");
    refuses(policy_text({.unknown = "1 d"}), "12 h at most");
    refuses(policy_text({.citizen = "6 h"}), "unknown citizenship is kept longer");
    refuses(policy_text({.non_citizen = "8 h"}), "unknown citizenship is kept longer");
    refuses(policy_text({.citizen = "2 h", .unknown = "2 h"}), "before an erasure can be final");
    refuses(
        replaced(policy_text(), "action = \"erase\"", "action = \"hand_over_then_erase\""),
        "only records of known non-citizens"
    );
    refuses(
        replaced(
            policy_text(),
            "action = \"erase\"",
            "action = \"erase\"\nrenewed_by = \"next_crossing\""
        ),
        "cannot be renewed"
    );
    refuses(
        replaced(
            policy_text(),
            "action = \"erase\"",
            "action = \"erase\"\ncounted_from = \"authorised_stay_expiry\""
        ),
        "counts from its capture"
    );
    refuses(
        policy_text() + rule_text(
                            "more",
                            "crossing",
                            "citizen",
                            "border_crossing",
                            "ledger",
                            "1 year",
                            "action = \"erase\""
                        ),
        "covers the same records as line"
    );
    refuses(replaced(policy_text(), "id = \"unknown\"", "id = \"citizen\""), "the id of line");
}

TEST(PolicyReader, NeedsARuleForEverybodysPicture) {
    std::string text = policy_text();
    const std::size_t from = text.find("[[rule]]\nid = \"unknown\"");
    text.erase(from, text.find("[[rule]]", from + 1) - from);
    EXPECT_NE(fault_of(text).find("no rule for live pictures of unknown"), std::string::npos);
    EXPECT_NE(fault_of("").find("'name' is missing"), std::string::npos);
    EXPECT_NE(fault_of("name = ").find("line 1: "), std::string::npos);
    EXPECT_NE(
        fault_of(std::string(1U << 20U, '#')).find("larger than the limit"), std::string::npos
    );
}

TEST(PolicyHash, DoesNotChangeWithLayoutCommentsOrOrder) {
    const std::string text = policy_text();
    const std::size_t last = text.rfind("[[rule]]");
    const std::size_t first = text.find("[[rule]]");
    const std::string turned = "# a comment\n" + text.substr(0, first) + text.substr(last) +
                               "\n\n" + text.substr(first, last - first);
    const Policy one = Policy::read(text).value();
    const Policy other = Policy::read(replaced(turned, "\"12 h\"", "\"720 min\"")).value();
    EXPECT_EQ(one.hash(), other.hash());
    EXPECT_EQ(policy_hash_text(one.hash()).size(), 64U);
}

TEST(PolicyHash, ChangesWithEveryField) {
    const std::string text = policy_text();
    const Policy one = Policy::read(text).value();
    for (const auto& [what, with] : std::vector<std::pair<std::string, std::string>>{
             {"version = \"1\"", "version = \"2\""},
             {"name = \"test\"", "name = \"tset\""},
             {"\"1 s\"", "\"2 s\""},
             {"15 years", "14 years"},
             {"id = \"crossing\"", "id = \"crossings\""},
             {"article 1", "article 2"},
             {"[\"decision\"]", "[\"decision\", \"context_closed\"]"},
             {"citizenship = \"any\"", "citizenship = \"non_citizen\""},
             {"\"border_crossing\"", "\"permanent_resident_crossing\""},
         }) {
        const Policy other = Policy::read(replaced(text, what, with)).value();
        EXPECT_NE(one.hash(), other.hash()) << what;
    }
}

TEST(PolicyLookUp, FindsNothingThatNoRuleNames) {
    const Policy policy = Policy::read(policy_text()).value();
    EXPECT_EQ(policy.find_rule(crossing_of(Citizenship::Unknown)).value().id, "crossing");
    RuleKey key = picture_of(Citizenship::Citizen);
    key.store = Store::Ledger;
    EXPECT_EQ(policy.find_rule(key).error().code(), ErrorCode::NotFound);
    EXPECT_EQ(policy.find_rule("nothing"), nullptr);
    ASSERT_NE(policy.find_rule("citizen"), nullptr);
}

TEST(PolicyNames, RoundTrip) {
    for (int value = 0; value <= static_cast<int>(Category::LogBody); ++value) {
        EXPECT_EQ(category_from_name(category_name(Category(value))), Category(value));
    }
    for (int value = 0; value <= static_cast<int>(Purpose::OversightOfFamilyMemberStay); ++value) {
        EXPECT_EQ(purpose_from_name(purpose_name(Purpose(value))), Purpose(value));
    }
    for (int value = 0; value <= static_cast<int>(Store::Log); ++value) {
        EXPECT_EQ(store_from_name(store_name(Store(value))), Store(value));
    }
    for (int value = 0; value <= static_cast<int>(EndingEvent::HandOverAcknowledged); ++value) {
        EXPECT_EQ(
            ending_event_from_name(ending_event_name(EndingEvent(value))), EndingEvent(value)
        );
    }
    EXPECT_EQ(category_from_name(""), std::nullopt);
}

} // namespace
} // namespace sallyport::retention
