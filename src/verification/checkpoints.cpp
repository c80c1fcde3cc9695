#include "verification/checkpoints.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <toml++/toml.h>

namespace sallyport::verification {
namespace {

bool is_checkpoint_name(std::string_view name) {
    const auto allowed = [](char character) {
        return (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9') ||
               character == '-';
    };
    return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), allowed);
}

// Reads the fields of one profile and remembers the first thing that is wrong.
class ProfileReader {
public:
    explicit ProfileReader(const toml::table& table) : table_(table) {}

    std::string text(std::string_view key) {
        seen_.push_back(key);
        const auto value = table_[key].value<std::string>();
        if (!value || value->empty()) {
            complain(key, "a text is needed");
            return {};
        }
        return *value;
    }
    double number(std::string_view key, double low, double high) {
        seen_.push_back(key);
        const auto value = table_[key].value<double>();
        if (!value || !(*value >= low && *value <= high)) {
            complain(key, fmt::format("a number from {} to {} is needed", low, high));
            return low;
        }
        return *value;
    }
    int whole_number(std::string_view key, int low, int high) {
        const double value = number(key, low, high);
        if (value != std::floor(value)) {
            complain(key, "a whole number is needed");
        }
        return static_cast<int>(value);
    }
    domain::MatchingOrder order(std::string_view key) {
        const std::string name = text(key);
        for (const auto order :
             {domain::MatchingOrder::GalleryThenDocument,
              domain::MatchingOrder::GalleryOnly,
              domain::MatchingOrder::DocumentOnly,
              domain::MatchingOrder::Manual}) {
            if (domain::matching_order_name(order) == name) {
                return order;
            }
        }
        complain(key, "gallery_then_document, gallery_only, document_only or manual is needed");
        return domain::MatchingOrder::Manual;
    }
    std::set<domain::ContextKind> scope(std::string_view key) {
        seen_.push_back(key);
        std::set<domain::ContextKind> kinds;
        const toml::array* names = table_[key].as_array();
        if (names == nullptr) {
            complain(key, "a list of kinds of context is needed; an empty one searches nothing");
            return kinds;
        }
        for (const toml::node& name : *names) {
            const auto kind = domain::context_kind_from_name(name.value_or(std::string_view()));
            if (!kind || *kind == domain::ContextKind::Encounters) {
                complain(key, "flight, voyage, arrivals_window or private_movement is needed");
            } else if (!kinds.insert(*kind).second) {
                complain(key, "a kind is named twice");
            }
        }
        return kinds;
    }
    domain::Zone zone(std::string_view key) {
        seen_.push_back(key);
        const toml::array* sides = table_[key].as_array();
        domain::Zone zone;
        if (sides == nullptr || sides->size() != 4) {
            complain(key, "four fractions are needed: left, top, right, bottom");
            return zone;
        }
        zone.left = sides->get(0)->value_or(-1.0);
        zone.top = sides->get(1)->value_or(-1.0);
        zone.right = sides->get(2)->value_or(-1.0);
        zone.bottom = sides->get(3)->value_or(-1.0);
        if (!(zone.left >= 0 && zone.left < zone.right && zone.right <= 1 && zone.top >= 0 &&
              zone.top < zone.bottom && zone.bottom <= 1)) {
            complain(key, "the zone must lie within 0 and 1, left before right, top before bottom");
        }
        return zone;
    }
    void complain(std::string_view key, std::string_view what) {
        if (problem_.empty()) {
            problem_ = fmt::format("profile field '{}': {}", key, what);
        }
    }
    void refuse_unknown_fields() {
        for (const auto& [key, value] : table_) {
            if (std::find(seen_.begin(), seen_.end(), key.str()) == seen_.end()) {
                complain(key.str(), "unknown field");
            }
        }
    }
    [[nodiscard]] const std::string& problem() const { return problem_; }

private:
    const toml::table& table_;
    std::vector<std::string_view> seen_;
    std::string problem_;
};

// What no single field shows: a profile that could never do what it says.
void check_together(ProfileReader& reader, const domain::CheckpointProfile& profile) {
    if (searches_galleries(profile) && profile.scope.empty()) {
        reader.complain("scope", "an order with a gallery needs a kind of context to search");
    }
    if (!searches_galleries(profile) && !profile.scope.empty()) {
        reader.complain("scope", "an order without a gallery searches no context");
    }
    if (!searches_galleries(profile) && profile.decided_by == domain::DecidedBy::Rule) {
        reader.complain("decided_by", "without a gallery a person decides");
    }
}

} // namespace

bool searches_galleries(const domain::CheckpointProfile& profile) {
    return profile.order == domain::MatchingOrder::GalleryThenDocument ||
           profile.order == domain::MatchingOrder::GalleryOnly;
}

Result<domain::CheckpointProfile> read_profile(std::string_view text) {
    toml::table table;
    try {
        table = toml::parse(text);
    } catch (const toml::parse_error& error) {
        return fail(
            ErrorCode::ConfigInvalid,
            fmt::format("profile, line {}: {}", error.source().begin.line, error.description())
        );
    }
    ProfileReader reader(table);
    domain::CheckpointProfile profile;
    profile.name = reader.text("name");
    const std::string direction = reader.text("direction");
    const std::string decided_by = reader.text("decided_by");
    if (direction != "exit" && direction != "entry") {
        reader.complain("direction", "exit or entry is needed");
    }
    if (decided_by != "rule" && decided_by != "officer") {
        reader.complain("decided_by", "rule or officer is needed");
    }
    profile.direction = direction == "exit" ? domain::Direction::Exit : domain::Direction::Entry;
    profile.decided_by =
        decided_by == "rule" ? domain::DecidedBy::Rule : domain::DecidedBy::Officer;
    profile.order = reader.order("order");
    profile.scope = reader.scope("scope");
    profile.fmr_max = reader.number("fmr_max", 1e-7, 0.001);
    profile.mismatch_override_age_max = reader.whole_number("mismatch_override_age_max", 0, 13);
    profile.fpir_max = reader.number("fpir_max", 1e-6, 0.05);
    profile.attempts_max = reader.whole_number("attempts_max", 1, 10);
    profile.tie_margin = reader.number("tie_margin", 0.0, 0.5);
    profile.interocular_px_min = reader.number("interocular_px_min", 10, 400);
    profile.timeout = std::chrono::seconds(reader.whole_number("timeout_seconds", 10, 600));
    profile.notice_version = reader.text("notice_version");
    profile.zone = reader.zone("zone");
    check_together(reader, profile);
    reader.refuse_unknown_fields();
    if (!reader.problem().empty()) {
        return fail(ErrorCode::ConfigInvalid, reader.problem());
    }
    return profile;
}

Status Checkpoints::add(domain::CheckpointName name, domain::CheckpointProfile profile) {
    if (!is_checkpoint_name(name.value)) {
        return fail(
            ErrorCode::ConfigInvalid,
            "a checkpoint's name has lower-case letters, digits and hyphens, at most 64"
        );
    }
    const std::lock_guard lock(mutex_);
    Checkpoint checkpoint{.name = name, .profile = std::move(profile), .contexts = {}};
    if (!checkpoints_.emplace(std::move(name), std::move(checkpoint)).second) {
        return fail(ErrorCode::ConfigInvalid, "two checkpoints have the same name");
    }
    return {};
}

Result<Checkpoint> Checkpoints::find(const domain::CheckpointName& name) const {
    const std::lock_guard lock(mutex_);
    const auto found = checkpoints_.find(name);
    if (found == checkpoints_.end()) {
        return fail(ErrorCode::NotFound, "there is no checkpoint of this name");
    }
    return found->second;
}

std::vector<Checkpoint> Checkpoints::all() const {
    const std::lock_guard lock(mutex_);
    std::vector<Checkpoint> list;
    for (const auto& [name, checkpoint] : checkpoints_) {
        list.push_back(checkpoint);
    }
    return list;
}

Status
Checkpoints::assign(const domain::CheckpointName& name, std::vector<domain::ContextId> contexts) {
    SALLYPORT_TRY(const Checkpoint checkpoint, find(name));
    SALLYPORT_TRY(const auto known, records_.contexts());
    for (const domain::ContextId& id : contexts) {
        const auto found = std::find_if(known.begin(), known.end(), [&](const auto& context) {
            return context.id == id;
        });
        if (found == known.end()) {
            return fail(ErrorCode::NotFound, "there is no context with this id");
        }
        if (!found->searchable()) {
            return fail(ErrorCode::ContextClosed, "the context is closed");
        }
        if (!checkpoint.profile.scope.contains(found->kind)) {
            return fail(
                ErrorCode::InvalidArgument,
                fmt::format(
                    "a checkpoint of profile {} does not search contexts of kind {}",
                    checkpoint.profile.name,
                    domain::context_kind_name(found->kind)
                )
            );
        }
    }
    // A gallery searched twice would name everybody twice.
    std::vector<domain::ContextId> sorted = contexts;
    std::sort(sorted.begin(), sorted.end());
    if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) {
        return fail(ErrorCode::InvalidArgument, "a context is named twice");
    }
    const std::lock_guard lock(mutex_);
    const auto found = checkpoints_.find(name);
    if (found == checkpoints_.end()) {
        return fail(ErrorCode::NotFound, "there is no checkpoint of this name");
    }
    SALLYPORT_TRY(auto work, unit_of_work_.begin());
    SALLYPORT_CHECK(records_.assign_contexts(*work, name, contexts));
    SALLYPORT_CHECK(work->commit());
    found->second.contexts = std::move(contexts);
    return {};
}

Status Checkpoints::restore() {
    // Before reading: an assignment in between would be overwritten by what was read before it.
    const std::lock_guard lock(mutex_);
    SALLYPORT_TRY(const auto assignments, records_.assignments());
    SALLYPORT_TRY(const auto known, records_.contexts());
    for (const auto& [name, contexts] : assignments) {
        const auto checkpoint = checkpoints_.find(name);
        if (checkpoint == checkpoints_.end()) {
            continue; // no longer configured
        }
        checkpoint->second.contexts.clear();
        for (const domain::Context& context : known) {
            const bool assigned =
                std::find(contexts.begin(), contexts.end(), context.id) != contexts.end();
            if (assigned && context.searchable() &&
                checkpoint->second.profile.scope.contains(context.kind)) {
                checkpoint->second.contexts.push_back(context.id);
            }
        }
    }
    return {};
}

void Checkpoints::release(const domain::ContextId& context) {
    const std::lock_guard lock(mutex_);
    for (auto& [name, checkpoint] : checkpoints_) {
        std::erase(checkpoint.contexts, context);
    }
}

} // namespace sallyport::verification
