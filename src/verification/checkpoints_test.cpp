// Proves that a profile with any fault is refused with its place, that a checkpoint searches only
// open contexts that were given to it, and that assignments survive a restart.
#include "verification/testing/fixture.hpp"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>

namespace sallyport::verification {
namespace {

using testing::code_of;
using ::testing::ElementsAre;
using testing::gate;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::json_list;
using testing::listed_from;
using testing::must;
using testing::other_gate;
using ::testing::SizeIs;

constexpr std::string_view good = R"(name = "air-exit"
direction = "exit"
decided_by = "rule"
order = "gallery_then_document"
scope = ["flight", "arrivals_window"]
fpir_max = 0.001
fmr_max = 0.0005
attempts_max = 3
tie_margin = 0.05
mismatch_override_age_max = 13
interocular_px_min = 24
timeout_seconds = 120
notice_version = "3.2"
zone = [0.1, 0.0, 0.9, 1.0]
)";

std::string with_line(std::string_view key, std::string_view line) {
    std::string text(good);
    const std::size_t start = text.find(std::string(key) + " =");
    const std::size_t end = text.find('\n', start);
    text.replace(start, end - start, line);
    return text;
}

TEST(ReadProfile, ReadsEveryField) {
    const auto profile = must(read_profile(good));
    EXPECT_EQ(profile.name, "air-exit");
    EXPECT_EQ(profile.direction, domain::Direction::Exit);
    EXPECT_EQ(profile.decided_by, domain::DecidedBy::Rule);
    EXPECT_EQ(profile.order, domain::MatchingOrder::GalleryThenDocument);
    EXPECT_THAT(
        profile.scope, ElementsAre(domain::ContextKind::Flight, domain::ContextKind::ArrivalsWindow)
    );
    EXPECT_DOUBLE_EQ(profile.fpir_max, 0.001);
    EXPECT_DOUBLE_EQ(profile.fmr_max, 0.0005);
    EXPECT_EQ(profile.mismatch_override_age_max, 13);
    EXPECT_EQ(profile.attempts_max, 3);
    EXPECT_DOUBLE_EQ(profile.tie_margin, 0.05);
    EXPECT_DOUBLE_EQ(profile.interocular_px_min, 24.0);
    EXPECT_EQ(profile.timeout, std::chrono::seconds(120));
    EXPECT_EQ(profile.notice_version, "3.2");
    EXPECT_DOUBLE_EQ(profile.zone.left, 0.1);
    EXPECT_DOUBLE_EQ(profile.zone.right, 0.9);
}

TEST(ReadProfile, ThoseThatComeWithTheProgramAreGood) {
    testing::Installation site; // reads both from schema/profiles
    EXPECT_EQ(site.exit_profile.decided_by, domain::DecidedBy::Rule);
    EXPECT_EQ(site.entry_profile.decided_by, domain::DecidedBy::Officer);
    EXPECT_EQ(site.entry_profile.direction, domain::Direction::Entry);
}

TEST(ReadProfile, NamesTheFieldThatIsWrong) {
    const std::vector<std::pair<std::string_view, std::string_view>> cases{
        {"name", "name = \"\""},
        {"direction", "direction = \"sideways\""},
        {"decided_by", "decided_by = \"nobody\""},
        {"order", "order = \"gallery\""},
        {"order", "order = 1"},
        {"scope", "scope = \"flight\""},
        {"scope", "scope = [\"train\"]"},
        {"scope", "scope = [\"flight\", \"flight\"]"},
        {"scope", "scope = [\"encounters\"]"},
        {"scope", "scope = [7]"},
        {"scope", "scope = []"},
        {"fmr_max", "fmr_max = 0.01"},
        {"fmr_max", "fmr_max = 0.0"},
        {"mismatch_override_age_max", "mismatch_override_age_max = 14"},
        {"mismatch_override_age_max", "mismatch_override_age_max = -1"},
        {"mismatch_override_age_max", "mismatch_override_age_max = 12.5"},
        {"fpir_max", "fpir_max = 0.5"},
        {"fpir_max", "fpir_max = 0.0"},
        {"fpir_max", "fpir_max = nan"},
        {"fpir_max", "fpir_max = \"small\""},
        {"attempts_max", "attempts_max = 0"},
        {"attempts_max", "attempts_max = 11"},
        {"tie_margin", "tie_margin = -0.1"},
        {"interocular_px_min", "interocular_px_min = 1"},
        {"timeout_seconds", "timeout_seconds = 100000"},
        {"notice_version", "notice_version = 3.2"},
        {"zone", "zone = [0.1, 0.0, 0.9]"},
        {"zone", "zone = [0.9, 0.0, 0.1, 1.0]"},
        {"zone", "zone = [0.1, 0.0, 0.9, 1.1]"},
        {"zone", "zone = [\"a\", 0.0, 0.9, 1.0]"},
    };
    for (const auto& [key, line] : cases) {
        const auto profile = read_profile(with_line(key, line));
        ASSERT_EQ(code_of(profile), ErrorCode::ConfigInvalid) << line;
        EXPECT_THAT(profile.error().message(), HasSubstr("'" + std::string(key) + "'")) << line;
    }
}

TEST(ReadProfile, EveryFieldIsNeededAndNoOtherIsTaken) {
    for (const std::string_view key :
         {"name",
          "direction",
          "decided_by",
          "order",
          "scope",
          "fpir_max",
          "fmr_max",
          "mismatch_override_age_max",
          "attempts_max",
          "tie_margin",
          "interocular_px_min",
          "timeout_seconds",
          "notice_version",
          "zone"}) {
        const auto profile = read_profile(with_line(key, ""));
        ASSERT_EQ(code_of(profile), ErrorCode::ConfigInvalid) << key;
        EXPECT_THAT(profile.error().message(), HasSubstr("'" + std::string(key) + "'"));
    }
    const auto unknown = read_profile(std::string(good) + "treshold = 0.2\n");
    ASSERT_EQ(code_of(unknown), ErrorCode::ConfigInvalid);
    EXPECT_THAT(unknown.error().message(), HasSubstr("'treshold'"));
}

TEST(ReadProfile, WithoutAGalleryNothingIsSearchedAndAPersonDecides) {
    for (const std::string_view order : {"document_only", "manual"}) {
        std::string text = with_line("order", "order = \"" + std::string(order) + "\"");
        const auto with_scope = read_profile(text);
        ASSERT_EQ(code_of(with_scope), ErrorCode::ConfigInvalid);
        EXPECT_THAT(with_scope.error().message(), HasSubstr("'scope'"));
        const std::string_view scope = "scope = [\"flight\", \"arrivals_window\"]";
        text.replace(text.find(scope), scope.size(), "scope = []");
        const auto by_rule = read_profile(text);
        ASSERT_EQ(code_of(by_rule), ErrorCode::ConfigInvalid);
        EXPECT_THAT(by_rule.error().message(), HasSubstr("'decided_by'"));
        text.replace(text.find("\"rule\""), 6, "\"officer\"");
        EXPECT_FALSE(searches_galleries(must(read_profile(text))));
    }
}

TEST(ReadProfile, EveryProfileOfTheProgramIsGoodAndSearchesOnlyItsKinds) {
    using domain::ContextKind;
    const std::vector<std::pair<std::string, std::set<ContextKind>>> profiles{
        {"air-exit", {ContextKind::Flight}},
        {"air-entry", {ContextKind::Flight, ContextKind::ArrivalsWindow}},
        {"transfer", {ContextKind::Flight, ContextKind::ArrivalsWindow}},
        {"sea", {ContextKind::Voyage}},
        {"private", {ContextKind::PrivateMovement}},
        {"pedestrian", {}},
        {"paper", {}},
    };
    for (const auto& [name, scope] : profiles) {
        std::ifstream file(SALLYPORT_SOURCE_DIR "/schema/profiles/" + name + ".toml");
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        const auto profile = must(read_profile(text));
        EXPECT_EQ(profile.name, name);
        EXPECT_EQ(profile.scope, scope) << name;
        EXPECT_EQ(searches_galleries(profile), !scope.empty()) << name;
    }
}

TEST(ReadProfile, NamesTheLineThatIsNoTOML) {
    const auto profile = read_profile("name = \"air-exit\"\ndirection = \n");
    ASSERT_EQ(code_of(profile), ErrorCode::ConfigInvalid);
    EXPECT_THAT(profile.error().message(), HasSubstr("line 2"));
}

TEST(ReadProfile, AttemptsAndSecondsAreWholeNumbers) {
    for (const std::string key : {"attempts_max", "timeout_seconds"}) {
        EXPECT_EQ(code_of(read_profile(with_line(key, key + " = 10.0"))), std::nullopt);
        const auto broken = read_profile(with_line(key, key + " = 9.7"));
        EXPECT_EQ(code_of(broken), ErrorCode::ConfigInvalid) << key;
    }
}

TEST(Checkpoints, NamesAreLowerCaseAndSingle) {
    testing::Installation site;
    for (const std::string name : {"", "Gate", "gate b", "gate/1", "g\xC3\xA4te"}) {
        EXPECT_EQ(
            code_of(site.checkpoints->add({name}, site.exit_profile)), ErrorCode::ConfigInvalid
        ) << name;
    }
    EXPECT_EQ(
        code_of(site.checkpoints->add({std::string(65, 'g')}, site.exit_profile)),
        ErrorCode::ConfigInvalid
    );
    EXPECT_EQ(code_of(site.checkpoints->add(gate, site.exit_profile)), ErrorCode::ConfigInvalid);
    EXPECT_TRUE(site.checkpoints->add({"gate-1"}, site.exit_profile).has_value());
    EXPECT_EQ(must(site.checkpoints->find({"gate-1"})).profile.name, "air-exit");
    EXPECT_EQ(code_of(site.checkpoints->find({"gate-2"})), ErrorCode::NotFound);
    EXPECT_THAT(site.checkpoints->all(), SizeIs(6));
}

TEST(Checkpoints, AreGivenOnlyOpenContextsThatExist) {
    testing::Installation site;
    const auto open = site.receive(json_list("XX100", listed_from(0, 1)));
    const auto closed = site.receive(json_list("YY200", listed_from(1, 1)));
    must(site.contexts->close(closed));
    must(site.checkpoints->assign(gate, {open}));
    EXPECT_EQ(
        code_of(site.checkpoints->assign(gate, {domain::ContextId::random(site.random)})),
        ErrorCode::NotFound
    );
    EXPECT_EQ(code_of(site.checkpoints->assign(gate, {open, closed})), ErrorCode::ContextClosed);
    EXPECT_EQ(code_of(site.checkpoints->assign({"nowhere"}, {open})), ErrorCode::NotFound);
    EXPECT_EQ(code_of(site.checkpoints->assign(gate, {open, open})), ErrorCode::InvalidArgument);
    // None of these changed anything.
    EXPECT_THAT(must(site.checkpoints->find(gate)).contexts, ElementsAre(open));
    must(site.checkpoints->assign(gate, {}));
    EXPECT_THAT(must(site.checkpoints->find(gate)).contexts, IsEmpty());
}

TEST(Checkpoints, AreNotGivenAKindTheyDoNotSearch) {
    testing::Installation site;
    const auto flight = site.receive(json_list("XX100", listed_from(0, 1)));
    domain::CheckpointProfile profile = site.entry_profile;
    profile.name = "sea";
    profile.scope = {domain::ContextKind::Voyage};
    must(site.checkpoints->add({"quay-1"}, profile));
    const Status assigned = site.checkpoints->assign({"quay-1"}, {flight});
    ASSERT_EQ(code_of(assigned), ErrorCode::InvalidArgument);
    EXPECT_THAT(assigned.error().message(), HasSubstr("flight"));
    EXPECT_THAT(must(site.checkpoints->find({"quay-1"})).contexts, IsEmpty());
}

TEST(Checkpoints, AnAssignmentThatCannotBeKeptIsNotMade) {
    testing::Installation site;
    const auto context = site.receive(json_list("XX100", listed_from(0, 1)));
    site.await_gallery(context);
    site.store->refuse_writes();
    EXPECT_EQ(code_of(site.checkpoints->assign(gate, {context})), ErrorCode::StorageReadOnly);
    EXPECT_THAT(must(site.checkpoints->find(gate)).contexts, IsEmpty());
    site.store->work_again();
}

TEST(Checkpoints, AssignmentsSurviveARestartWithoutClosedContexts) {
    testing::Installation site;
    const auto first = site.receive(json_list("XX100", listed_from(0, 1)));
    const auto second = site.receive(json_list("YY200", listed_from(1, 1)));
    must(site.checkpoints->assign(gate, {first, second}));
    must(site.checkpoints->assign(other_gate, {second}));
    must(site.contexts->close(second));
    site.restart();
    EXPECT_THAT(must(site.checkpoints->find(gate)).contexts, ElementsAre(first));
    EXPECT_THAT(must(site.checkpoints->find(other_gate)).contexts, IsEmpty());
}

TEST(Checkpoints, ReleaseTakesAContextFromEveryCheckpoint) {
    testing::Installation site;
    const auto first = site.receive(json_list("XX100", listed_from(0, 1)));
    const auto second = site.receive(json_list("YY200", listed_from(1, 1)));
    site.assign_everywhere({first, second});
    site.checkpoints->release(first);
    for (const Checkpoint& checkpoint : site.checkpoints->all()) {
        if (searches_galleries(checkpoint.profile)) {
            EXPECT_THAT(checkpoint.contexts, ElementsAre(second)) << checkpoint.name.value;
        }
    }
}

} // namespace
} // namespace sallyport::verification
