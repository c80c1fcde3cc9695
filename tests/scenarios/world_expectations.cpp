// What a scenario may expect. Only what a step names is compared; what differs is a problem.
#include "world.hpp"

#include <algorithm>
#include <set>

namespace sallyport::scenarios {

using verification::testing::must;

namespace {

// 2026-05-01T10:00
std::string minute_of(const std::optional<Instant>& instant) {
    return instant ? format_instant(*instant).substr(0, 16) : "unknown";
}

// 1-3,7
std::string ranges_of(const std::vector<std::size_t>& people) {
    std::string text;
    for (std::size_t first = 0; first < people.size();) {
        std::size_t last = first;
        while (last + 1 < people.size() && people[last + 1] == people[last] + 1) {
            ++last;
        }
        text += fmt::format("{}{}", text.empty() ? "" : ",", people[first]);
        text += last > first ? fmt::format("-{}", people[last]) : "";
        first = last + 1;
    }
    return text.empty() ? "nobody" : text;
}

std::string joined(const std::vector<std::string>& words) {
    return words.empty() ? "none" : fmt::format("{}", fmt::join(words, ","));
}

} // namespace

const std::map<std::string, World::Handler>& World::expectations() {
    static const std::map<std::string, Handler> table{
        {"assigned", &World::expect_assigned},
        {"changes", &World::expect_changes},
        {"coverage", &World::expect_coverage},
        {"crossing", &World::expect_crossing},
        {"diff", &World::expect_diff},
        {"document", &World::expect_document},
        {"events", &World::expect_events},
        {"exits", &World::expect_exits},
        {"expired", &World::expect_expired},
        {"gallery", &World::expect_gallery},
        {"list", &World::expect_list},
        {"order", &World::expect_order},
        {"person", &World::expect_person},
        {"refused", &World::expect_refused},
        {"searched", &World::expect_searched},
        {"verdict", &World::expect_verdict},
        {"versions", &World::expect_versions},
        {"warning", &World::expect_warning},
    };
    return table;
}

// --- refusals -----------------------------------------------------------------------------------

void World::expect_refused(Arguments& step) {
    const std::string code = step.word("the reason");
    const std::string text = step.has_word() ? step.word("its text") : "";
    if (!refusal_) {
        wrong(step.line(), fmt::format("should be refused as {} and was not", code));
        return;
    }
    const Refusal refusal = *std::exchange(refusal_, std::nullopt);
    if (refusal.code != code || refusal.text.find(text) == std::string::npos) {
        wrong(
            step.line(),
            fmt::format("refused as {}: {}; expected {} {}", refusal.code, refusal.text, code, text)
        );
    }
}

void World::expect_warning(Arguments& step) {
    const std::string text = step.word("its text");
    const auto found = std::find_if(warnings_.begin(), warnings_.end(), [&](const auto& warning) {
        return warning.find(text) != std::string::npos;
    });
    if (found == warnings_.end()) {
        wrong(step.line(), fmt::format("no warning says: {}", text));
        return;
    }
    warnings_.erase(found);
}

// --- lists --------------------------------------------------------------------------------------

void World::expect_list(Arguments& step) {
    const domain::ContextId id = context_in(step);
    const verification::ContextView view = must(site_.manifests->context(id));
    same(step, "state", domain::context_state_name(view.context.state));
    same(step, "kind", domain::context_kind_name(view.context.kind));
    same(step, "travelers", view.travelers);
    same(step, "listed", view.listed);
    same(step, "cancelled", view.cancelled);
    same(step, "on_board", view.on_board);
    same(step, "not_on_board", view.not_on_board);
    same(step, "confirmed", view.confirmed);
    same(step, "manual", view.manual);
    same(step, "referred", view.referred);
    same(step, "opted_out", view.opted_out);
    same(step, "from", view.context.departure);
    same(step, "to", view.context.arrival);
    same(step, "departs", minute_of(view.context.departs_at));
    same(step, "arrives", minute_of(view.context.arrives_at));
    same(step, "closes", minute_of(view.context.closes_at));
    const std::size_t by_lists = view.listed + view.cancelled + view.on_board + view.not_on_board;
    if (by_lists != view.travelers) {
        wrong(step.line(), "the numbers by list status do not add up to the travelers");
    }
}

void World::expect_person(Arguments& step) {
    const domain::ContextId context = context_in(step);
    const bool absent = step.has_word() && step.word("absent") == "absent";
    for (const std::size_t person : people_in(step, step.need("person"))) {
        const auto row = row_of(step.line(), context, person);
        if (row.has_value() == absent) {
            wrong(
                step.line(), fmt::format("person {} is {}on the list", person, row ? "" : "not ")
            );
        }
        if (!row) {
            continue;
        }
        Arguments each = step; // the same of each of them
        same(each, "state", verification::traveler_state_name(row->state));
        same(each, "listed", verification::list_status_name(row->listed));
        same(each, "name", row->traveler.family_name);
        same(each, "seat", row->traveler.seat);
        same(each, "kind", domain::traveler_kind_name(row->traveler.kind));
        std::vector<std::string> documents;
        for (const domain::TravelDocument& document : row->traveler.documents) {
            const std::string own = verification::testing::listed(person).document;
            documents.push_back(
                document.number == own             ? "own"
                : document.number.starts_with(own) ? "own+" + document.number.substr(own.size())
                                                   : document.number
            );
        }
        same(each, "documents", joined(documents));
    }
    for (const char* key : {"state", "listed", "name", "seat", "kind", "documents"}) {
        step.option(key);
    }
}

void World::expect_changes(Arguments& step) {
    if (!outcome_) {
        step.fail("no message was taken");
    }
    // What a message did is said in full: what is not named is zero.
    const auto exactly = [&](const char* key, std::size_t seen) {
        const std::size_t wanted = step.number(key, 0);
        if (seen != wanted) {
            wrong(step.line(), fmt::format("{} should be {} and is {}", key, wanted, seen));
        }
    };
    const verification::ListChanges& changes = outcome_->changes;
    exactly("added", changes.added);
    exactly("changed", changes.changed);
    exactly("cancelled", changes.cancelled);
    exactly("restored", changes.restored);
    exactly("on_board", changes.on_board);
    exactly("not_on_board", changes.not_on_board);
    exactly("moved", changes.moved);
    exactly("opted_out", changes.opted_out);
}

void World::expect_versions(Arguments& step) {
    same(step, "count", must(site_.manifests->versions(context_in(step))).size());
}

void World::expect_order(Arguments& step) {
    std::vector<std::string> references;
    for (const auto& version : must(site_.manifests->versions(context_in(step)))) {
        references.push_back(reference_of(version.manifest));
    }
    same(step, "refs", joined(references));
}

void World::expect_diff(Arguments& step) {
    const domain::ContextId context = context_in(step);
    const auto sent = sent_.find(step.need("ref"));
    if (sent == sent_.end() || !sent->second.accepted) {
        step.fail("no such message was taken");
    }
    const auto diff = must(site_.manifests->diff(context, *sent->second.accepted));
    using manifest::RollChangeKind;
    for (const RollChangeKind kind :
         {RollChangeKind::Added,
          RollChangeKind::Changed,
          RollChangeKind::Cancelled,
          RollChangeKind::Restored,
          RollChangeKind::OnBoard,
          RollChangeKind::NotOnBoard}) {
        const auto count =
            std::count_if(diff.travelers.begin(), diff.travelers.end(), [&](const auto& change) {
                return change.kind == kind;
            });
        const std::string key(manifest::roll_change_name(kind));
        const std::size_t wanted = step.number(key, 0);
        if (static_cast<std::size_t>(count) != wanted) {
            wrong(step.line(), fmt::format("{} should be {} and is {}", key, wanted, count));
        }
    }
    std::set<std::string> fields;
    for (const manifest::RollChange& change : diff.travelers) {
        for (const manifest::FieldChange& field : change.fields) {
            fields.insert(field.field);
        }
    }
    same(step, "fields", joined({fields.begin(), fields.end()}));
    std::set<std::string> of_flight;
    for (const manifest::FieldChange& field : diff.flight) {
        of_flight.insert(field.field);
    }
    same(step, "flight-fields", joined({of_flight.begin(), of_flight.end()}));
}

// --- galleries and checkpoints ------------------------------------------------------------------

void World::expect_coverage(Arguments& step) {
    const auto coverage = must(site_.galleries->coverage(context_in(step)));
    same(step, "state", verification::gallery_state_name(coverage.state));
    same(step, "travelers", coverage.travelers);
    same(step, "with_photo", coverage.with_photo);
    same(step, "without_photo", coverage.without_photo);
    same(step, "rejected_only", coverage.rejected_only);
    same(step, "opted_out", coverage.opted_out);
    same(step, "templates", coverage.templates);
}

void World::expect_gallery(Arguments& step) {
    const domain::ContextId context = context_in(step);
    const auto snapshot = site_.galleries->snapshot(context);
    if (const auto is = step.option("is")) {
        const std::string seen =
            snapshot.has_value() ? "served" : std::string(error_code_name(snapshot.error().code()));
        if (seen != *is) {
            wrong(step.line(), fmt::format("the gallery should be {} and is {}", *is, seen));
        }
        return;
    }
    if (!snapshot.has_value()) {
        wrong(step.line(), "there is no gallery: " + snapshot.error().describe());
        step.option("holds");
        return;
    }
    constexpr std::size_t people = 63;
    std::vector<std::size_t> held;
    for (std::size_t person = 0; person < people; ++person) {
        const auto row = row_of(step.line(), context, person);
        if (row && (*snapshot)->holds(row->traveler.id)) {
            held.push_back(person);
        }
    }
    same(step, "holds", ranges_of(held));
}

void World::expect_assigned(Arguments& step) {
    const auto checkpoint = must(site_.checkpoints->find({step.need("at")}));
    same(step, "contexts", names_of(checkpoint.contexts));
}

void World::expect_searched(Arguments& step) {
    const auto checkpoint = must(site_.checkpoints->find({step.need("at")}));
    const auto searched = site_.directory->searchable(checkpoint.profile, checkpoint.contexts);
    same(step, "contexts", names_of(searched));
}

// --- transactions -------------------------------------------------------------------------------

void World::expect_verdict(Arguments& step) {
    if (!view_) {
        step.fail("nobody was at a checkpoint");
    }
    const verification::TransactionView& view = *view_;
    same(step, "verdict", view.verdict.empty() ? "none" : view.verdict);
    same(step, "reason", view.reason ? domain::refer_reason_name(*view.reason) : "none");
    same(step, "decision", view.row.decision.empty() ? "none" : view.row.decision);
    same(step, "attempts_left", view.attempts_left);
    same(step, "allowed", joined(view.allowed));
    same(step, "held_photos", view.held_photos);
    if (view.row.context) {
        same(step, "flight", name_of(*view.row.context));
    }
    if (step.has("person")) {
        const auto wanted = people_in(step, step.need("person"));
        if (wanted.empty() == view.traveler.has_value()) {
            wrong(step.line(), view.traveler ? "somebody is named" : "nobody is named");
        }
        for (const std::size_t person : wanted) {
            const auto row =
                view.row.context ? row_of(step.line(), *view.row.context, person) : std::nullopt;
            if (view.traveler && (!row || row->traveler.id != view.traveler->traveler.id)) {
                wrong(step.line(), fmt::format("somebody else than person {} is named", person));
            }
        }
    }
}

void World::expect_document(Arguments& step) {
    if (!view_ || !view_->document) {
        step.fail("no document was presented");
    }
    const verification::DocumentView& document = *view_->document;
    same(step, "chip", verification::chip_verdict_name(document.chip));
    same(step, "portrait", verification::portrait_source_name(document.portrait));
    same(step, "on_list", document.on_list ? "yes" : "no");
    std::vector<std::string> fields;
    for (const verification::FieldDifference& difference : document.differences) {
        fields.push_back(difference.field);
    }
    same(step, "differences", joined(fields));
}

void World::expect_crossing(Arguments& step) {
    if (!view_) {
        step.fail("nobody was at a checkpoint");
    }
    const auto crossing = site_.crossing_of(view_->row.id);
    if (!crossing) {
        same(step, "outcome", "none");
        return;
    }
    same(step, "outcome", ledger::outcome_name(crossing->outcome));
    same(step, "direction", domain::direction_name(crossing->direction));
    same(step, "reason", crossing->reason.empty() ? "none" : crossing->reason);
    same(step, "by_face", crossing->biometrically_confirmed ? "yes" : "no");
    if (crossing->context) {
        same(step, "flight", name_of(*crossing->context));
    }
}

void World::expect_exits(Arguments& step) {
    const domain::ContextId context = context_in(step);
    std::map<domain::CrossingId, ledger::CrossingMark> latest;
    for (const ledger::CrossingMark& mark : must(site_.store->marks_of_context(context))) {
        latest[mark.crossing] = mark;
    }
    std::size_t written = 0;
    std::size_t final = 0;
    std::size_t voided = 0;
    constexpr std::size_t all = 100'000;
    for (const ledger::Crossing& crossing : must(site_.store->of_context(context, all))) {
        const auto transaction = must(site_.store->transaction(crossing.transaction));
        if (crossing.direction != domain::Direction::Exit || !transaction ||
            transaction->decision != "boarded") {
            continue; // nobody went through
        }
        const auto mark = latest.find(crossing.id);
        ++written;
        final += mark != latest.end() && mark->second.kind == ledger::MarkKind::Final ? 1U : 0U;
        voided += mark != latest.end() && mark->second.kind == ledger::MarkKind::Voided ? 1U : 0U;
    }
    same(step, "written", written);
    same(step, "final", final);
    same(step, "voided", voided);
    same(step, "open", written - final - voided);
}

void World::expect_expired(Arguments& step) {
    same(step, "contexts", expired_.first);
    same(step, "transactions", expired_.second);
}

void World::expect_events(Arguments& step) {
    const std::string kind = step.need("kind");
    const std::vector<std::string> kinds = site_.event_kinds({step.option("at").value_or("")});
    same(step, "count", std::count(kinds.begin(), kinds.end(), kind));
}

} // namespace sallyport::scenarios
