// The part of ManifestService that looks back: the messages of a flight and what each changed.
#include "base/limits.hpp"
#include "verification/internal/flight_lists.hpp"
#include "verification/manifest_service.hpp"

#include <algorithm>
#include <unordered_map>

namespace sallyport::verification {
namespace {

using manifest::ListVersion;
using manifest::RollChangeKind;

// The lists in their order of effect; repeats stand nowhere.
std::vector<ListVersion> in_order_of_effect(std::vector<ListVersion> lists) {
    std::unordered_map<std::string, std::size_t> place;
    for (std::string& id : manifest::order_of_effect(lists)) {
        place.emplace(std::move(id), place.size());
    }
    std::erase_if(lists, [&](const ListVersion& list) { return !place.contains(list.id); });
    std::sort(lists.begin(), lists.end(), [&](const ListVersion& left, const ListVersion& right) {
        return place.at(left.id) < place.at(right.id);
    });
    return lists;
}

// A message with its lists: the roll before the first of them, and with all of them.
manifest::RollDiff diff_of_message(
    std::span<const ListVersion> ordered,
    const domain::ManifestId& message,
    const manifest::RollOptions& options
) {
    std::vector<ListVersion> before;
    std::vector<ListVersion> own;
    for (const ListVersion& list : ordered) {
        if (manifest_of(list) == message) {
            own.push_back(list);
        } else if (own.empty()) {
            before.push_back(list);
        }
    }
    const manifest::FlightRoll roll_before = manifest::roll_of(before, options);
    before.insert(before.end(), own.begin(), own.end());
    return manifest::diff_of(roll_before, manifest::roll_of(before, options));
}

void add_counts(ListChanges& changes, const manifest::RollDiff& diff) {
    for (const manifest::RollChange& change : diff.travelers) {
        switch (change.kind) {
        case RollChangeKind::Added:
            ++changes.added;
            break;
        case RollChangeKind::Changed:
            ++changes.changed;
            break;
        case RollChangeKind::Cancelled:
            ++changes.cancelled;
            break;
        case RollChangeKind::Restored:
            ++changes.restored;
            break;
        case RollChangeKind::OnBoard:
            ++changes.on_board;
            break;
        case RollChangeKind::NotOnBoard:
            ++changes.not_on_board;
            break;
        }
    }
}

VersionView view_of(const ListVersion& version) {
    VersionView view;
    view.manifest = manifest_of(version);
    view.received_at = version.received_at;
    view.prepared_at = version.list.prepared_at;
    view.kind = version.list.kind;
    view.purpose = version.list.purpose;
    view.sender = version.list.sender;
    view.reference = version.list.reference;
    return view;
}

} // namespace

Result<std::vector<VersionView>> ManifestService::versions(const domain::ContextId& id) {
    SALLYPORT_TRY(const domain::Context context, find_context(id));
    SALLYPORT_TRY(const FlightVersions kept, versions_of(ports_.records, ports_.sealer, context));
    const manifest::RollOptions options{.reopened_at = context.reopened_at};
    const std::vector<ListVersion> ordered = in_order_of_effect(kept.lists);
    std::vector<VersionView> views;
    const auto find_view = [&](const domain::ManifestId& message) {
        return std::find_if(views.begin(), views.end(), [&](const VersionView& view) {
            return view.manifest == message;
        });
    };
    const auto add = [&](const ListVersion& version) {
        if (find_view(manifest_of(version)) == views.end()) {
            views.push_back(view_of(version));
        }
    };
    std::for_each(ordered.begin(), ordered.end(), add);
    std::for_each(kept.lists.begin(), kept.lists.end(), add); // repeats, which had no effect
    for (const ListVersion& version : kept.lists) {
        find_view(manifest_of(version))->travelers += version.list.travelers.size();
    }
    for (const manifest::RollNote& note : manifest::roll_of(ordered, options).notes) {
        for (VersionView& view : views) {
            if (note.version.starts_with(view.manifest.hex())) {
                view.notes.push_back(note.text);
            }
        }
    }
    const std::size_t first = ordered.size() > limits::versions_compared_max
                                  ? ordered.size() - limits::versions_compared_max
                                  : 0;
    for (VersionView& view : views) {
        view.changes = ListChanges(); // of a repeat: none
    }
    for (std::size_t index = 0; index < first; ++index) {
        find_view(manifest_of(ordered[index]))->changes.reset();
    }
    manifest::visit_rolls(
        ordered,
        options,
        limits::versions_compared_max,
        [&](const ListVersion& version, const auto& before, const auto& after) {
            if (auto& changes = find_view(manifest_of(version))->changes) {
                add_counts(*changes, manifest::diff_of(before, after));
            }
        }
    );
    return views;
}

Result<manifest::RollDiff>
ManifestService::diff(const domain::ContextId& id, const domain::ManifestId& manifest) {
    SALLYPORT_TRY(const domain::Context context, find_context(id));
    SALLYPORT_TRY(const FlightVersions kept, versions_of(ports_.records, ports_.sealer, context));
    const bool known =
        std::any_of(kept.lists.begin(), kept.lists.end(), [&](const ListVersion& version) {
            return manifest_of(version) == manifest;
        });
    if (!known) {
        return fail(ErrorCode::NotFound, "this flight has no list with this id");
    }
    return diff_of_message(
        in_order_of_effect(kept.lists), manifest, {.reopened_at = context.reopened_at}
    );
}

} // namespace sallyport::verification
