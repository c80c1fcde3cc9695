// The part of ManifestService that looks things up: contexts with their numbers, travelers, and the
// rows by which somebody is found again.
#include "verification/internal/roll_application.hpp"
#include "verification/manifest_service.hpp"

#include <algorithm>

namespace sallyport::verification {

Result<TravelerView> ManifestService::opened(const TravelerRow& row) {
    SALLYPORT_TRY(
        const SecretBytes clear,
        ports_.sealer.open(domain::SealCategory::TravelerIdentity, row.id.bytes(), row.identity)
    );
    SALLYPORT_TRY(domain::Traveler traveler, traveler_from_json(clear));
    traveler.id = row.id;
    return TravelerView{.traveler = std::move(traveler), .state = row.state, .listed = row.listed};
}

Result<std::vector<ContextView>> ManifestService::contexts() {
    SALLYPORT_TRY(const auto contexts, ports_.records.contexts());
    std::vector<ContextView> views;
    for (const domain::Context& context : contexts) {
        SALLYPORT_TRY(const auto rows, ports_.records.travelers_of(context.id));
        ContextView view{.context = context};
        view.travelers = rows.size();
        for (const TravelerRow& row : rows) {
            view.confirmed += row.state == TravelerState::Confirmed ? 1U : 0U;
            view.manual += row.state == TravelerState::Manual ? 1U : 0U;
            view.referred += row.state == TravelerState::Referred ? 1U : 0U;
            view.opted_out += row.state == TravelerState::OptedOut ? 1U : 0U;
            view.listed += row.listed == ListStatus::Listed ? 1U : 0U;
            view.cancelled += row.listed == ListStatus::Cancelled ? 1U : 0U;
            view.on_board += row.listed == ListStatus::OnBoard ? 1U : 0U;
            view.not_on_board += row.listed == ListStatus::NotOnBoard ? 1U : 0U;
        }
        views.push_back(view);
    }
    return views;
}

Result<ContextView> ManifestService::context(const domain::ContextId& id) {
    SALLYPORT_TRY(auto views, contexts());
    for (ContextView& view : views) {
        if (view.context.id == id) {
            return std::move(view);
        }
    }
    return fail(ErrorCode::NotFound, "there is no context with this id");
}

Result<domain::Context> ManifestService::find_context(const domain::ContextId& id) {
    SALLYPORT_TRY(const auto contexts, ports_.records.contexts());
    for (const domain::Context& context : contexts) {
        if (context.id == id) {
            return context;
        }
    }
    return fail(ErrorCode::NotFound, "there is no context with this id");
}

Result<std::vector<TravelerView>> ManifestService::travelers(const domain::ContextId& id) {
    SALLYPORT_TRY([[maybe_unused]] const domain::Context context, find_context(id));
    SALLYPORT_TRY(const auto rows, ports_.records.travelers_of(id));
    std::vector<TravelerView> views;
    views.reserve(rows.size());
    for (const TravelerRow& row : rows) {
        SALLYPORT_TRY(TravelerView view, opened(row));
        views.push_back(std::move(view));
    }
    return views;
}

Result<TravelerView> ManifestService::traveler(const domain::TravelerId& id) {
    SALLYPORT_TRY(const auto row, ports_.records.traveler(id));
    if (!row) {
        return fail(ErrorCode::NotFound, "there is no traveler with this id");
    }
    return opened(*row);
}

Result<TravelerRow>
ManifestService::row_for(const domain::ContextId& id, const domain::Traveler& traveler) {
    TravelerRow row;
    row.id = traveler.id;
    row.context = id;
    SALLYPORT_TRY(row.identity, sealed_identity(ports_.sealer, traveler));
    row.keys = keys_of_traveler(ports_.blind_index, traveler);
    return row;
}

Result<std::vector<TravelerRow>> ManifestService::rows_with(const domain::TravelDocument& document
) {
    domain::Traveler holder;
    holder.documents.push_back(document);
    const auto keys = keys_of_traveler(ports_.blind_index, holder);
    if (keys.empty()) {
        return std::vector<TravelerRow>(); // a visa, or without a number
    }
    return ports_.records.travelers_by_key(keys.front());
}

Result<std::vector<TravelerRow>> ManifestService::rows_of_person(const TravelerRow& row) {
    // A passenger reference is the carrier's own and may name somebody else on another flight.
    const auto references_of = [this](const TravelerRow& of
                               ) -> Result<std::vector<domain::BlindKey>> {
        SALLYPORT_TRY(const TravelerView view, opened(of));
        return keys_of_reference(ports_.blind_index, view.traveler);
    };
    const auto has = [](const std::vector<domain::BlindKey>& keys, const domain::BlindKey& key) {
        return std::find(keys.begin(), keys.end(), key) != keys.end();
    };
    SALLYPORT_TRY(const auto own_references, references_of(row));
    const Instant now = ports_.clock.now();
    std::vector<TravelerRow> found;
    for (const domain::BlindKey& key : row.keys) {
        if (has(own_references, key)) {
            continue;
        }
        SALLYPORT_TRY(const auto others, ports_.records.travelers_by_key(key));
        for (const TravelerRow& other : others) {
            const auto context = ports_.directory.find(other.context);
            const bool known =
                std::any_of(found.begin(), found.end(), [&](const TravelerRow& earlier) {
                    return earlier.id == other.id;
                });
            if (known || other.context == row.context || !context ||
                !context->may_be_searched(now)) {
                continue;
            }
            SALLYPORT_TRY(const auto references, references_of(other));
            if (!has(references, key)) {
                found.push_back(other);
            }
        }
    }
    return found;
}

} // namespace sallyport::verification
