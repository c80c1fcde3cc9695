// An immutable set of templates for one context, searched exactly. Entries carry opaque traveler
// ids and nothing else. Safe to search from any thread; published as shared_ptr<const Snapshot> and
// wiped by its last reader. Fails only with ModelMismatch: scores do not compare across packs.
#pragma once

#include "base/result.hpp"
#include "biometrics/template.hpp"
#include "domain/ids.hpp"
#include "domain/verdict.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <unordered_set>
#include <vector>

namespace sallyport::gallery {

struct SearchOptions {
    std::size_t candidates_max = 8; // identities returned, best first
};

struct SearchResult {
    std::vector<domain::ScoredIdentity> best_first; // best photo of each identity
    std::size_t templates_searched = 0;             // N: tombstones left out
    std::size_t identities_searched = 0;
};

// One photo that a changed snapshot has beyond the old one.
struct AddedPhoto {
    domain::TravelerId traveler;
    biometrics::Template photo;
};

class Snapshot {
public:
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;
    ~Snapshot();

    // ModelMismatch when the probe's pack is another.
    [[nodiscard]] Result<SearchResult>
    search(const biometrics::Template& probe, const SearchOptions& options) const;

    [[nodiscard]] const domain::TemplateVersion& version() const;
    [[nodiscard]] std::size_t template_count() const; // tombstones left out
    [[nodiscard]] std::size_t identity_count() const;
    [[nodiscard]] bool holds(const domain::TravelerId& traveler) const;
    [[nodiscard]] std::size_t photos_of(const domain::TravelerId& traveler) const;

    // A new snapshot without this traveler; their templates are wiped when the last reader of this
    // one lets go. In the meantime the caller publishes the new one.
    [[nodiscard]] std::shared_ptr<const Snapshot> without(const domain::TravelerId& traveler) const;
    // The same for many at once, and with photos added. Both snapshots share what did not change:
    // templates are kept in blocks, and only a block in which somebody goes or comes is copied.
    // Somebody may go and be added: they then have the added photos alone. ModelMismatch for a
    // photo of another pack, PayloadTooLarge beyond limits::gallery_templates_max.
    [[nodiscard]] Result<std::shared_ptr<const Snapshot>>
    changed(std::span<const domain::TravelerId> gone, std::span<const AddedPhoto> added) const;

private:
    friend class SnapshotBuilder;
    struct Block;
    struct Rows;
    explicit Snapshot(std::unique_ptr<Rows> rows);
    std::unique_ptr<Rows> rows_;
};

// Collects templates on one thread, then freezes them. add() fails with PayloadTooLarge beyond
// limits::gallery_templates_max and with ModelMismatch for a template of another pack.
class SnapshotBuilder {
public:
    SnapshotBuilder(domain::TemplateVersion version, std::size_t dimension);
    ~SnapshotBuilder();
    [[nodiscard]] Status add(const domain::TravelerId& traveler, const biometrics::Template& photo);
    // Every entry of an existing snapshot (same pack).
    [[nodiscard]] Status add_all(const Snapshot& other);
    [[nodiscard]] std::shared_ptr<const Snapshot> freeze() &&;

private:
    struct Loose;
    std::unique_ptr<Loose> loose_;
};

} // namespace sallyport::gallery
