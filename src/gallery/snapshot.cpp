#include "gallery/snapshot.hpp"

#include "base/limits.hpp"
#include "gallery/template_rows.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>

namespace sallyport::gallery {

using domain::ScoredIdentity;
using domain::TravelerId;

namespace {

// Rows of one block. A change copies the blocks it touches and no others, so that it neither floods
// the memory that searches read nor makes the next search fetch all rows anew; fewer rows a block
// would cost the search more than it saves.
constexpr std::size_t block_rows = 64;

// A template that goes into a block, wherever it lies now.
struct Piece {
    TravelerId traveler;
    std::span<const float> values;
};

} // namespace

// Rows grouped by traveler and the travelers sorted by id: a scan meets all photos of one identity
// in a row, holds() is a binary search, and equal scores come out in the order of ids whatever the
// order of adding was. Never empty, never changed, shared between snapshots, wiped by the last of
// them.
struct Snapshot::Block {
    TemplateRows rows;
    std::vector<TravelerId> identities;  // sorted, each once
    std::vector<std::size_t> row_bounds; // rows of identity i are [bounds[i], bounds[i + 1])

    // Room for exactly these pieces: no growing, so no second copy of a template on the way.
    Block(std::span<const Piece> pieces, std::size_t dimension) : rows(dimension) {
        rows.reserve(pieces.size());
        for (const Piece& piece : pieces) {
            if (identities.empty() || identities.back() != piece.traveler) {
                identities.push_back(piece.traveler);
                row_bounds.push_back(rows.size());
            }
            // All pieces are of one pack, so the dimension fits and append cannot fail.
            static_cast<void>(rows.append(piece.values));
        }
        row_bounds.push_back(rows.size());
    }
};

// Blocks in the order of ids.
struct Snapshot::Rows {
    domain::TemplateVersion version;
    std::size_t dimension;
    std::vector<std::shared_ptr<const Block>> blocks;
    std::size_t templates = 0;
    std::size_t identities = 0;

    Rows(domain::TemplateVersion of_version, std::size_t of_dimension)
        : version(std::move(of_version)), dimension(of_dimension) {}

    void push(std::shared_ptr<const Block> block) {
        templates += block->rows.size();
        identities += block->identities.size();
        blocks.push_back(std::move(block));
    }
    // Pieces in the order of ids, as blocks of even size. A traveler is never split.
    void push_pieces(std::span<const Piece> pieces) {
        const std::size_t count =
            std::max<std::size_t>(1, (pieces.size() + block_rows / 2) / block_rows);
        const std::size_t each = (pieces.size() + count - 1) / count;
        for (std::size_t begin = 0; begin < pieces.size();) {
            std::size_t end = std::min(begin + each, pieces.size());
            while (end < pieces.size() && pieces[end].traveler == pieces[end - 1].traveler) {
                ++end;
            }
            push(std::make_shared<const Block>(pieces.subspan(begin, end - begin), dimension));
            begin = end;
        }
    }
    // The block that holds this traveler if any does.
    [[nodiscard]] const Block* block_for(const TravelerId& traveler) const {
        const auto after = std::upper_bound(
            blocks.begin(),
            blocks.end(),
            traveler,
            [](const TravelerId& wanted, const auto& block) {
                return wanted < block->identities.front();
            }
        );
        return after == blocks.begin() ? nullptr : std::prev(after)->get();
    }
};

struct SnapshotBuilder::Loose {
    domain::TemplateVersion version;
    TemplateRows rows;
    std::vector<TravelerId> traveler_of_row; // in the order they came
};

namespace {

// Rows scored before their scores are looked at: the scores stay in the first-level cache.
constexpr std::size_t scan_block_rows = 256;

// The best few identities so far, best first. Travelers are offered in the order of their ids, so
// one that only equals the last place stays out, and ties end up ordered by id.
class BestIdentities {
public:
    explicit BestIdentities(std::size_t candidates_max) : candidates_max_(candidates_max) {}

    void offer(const TravelerId& traveler, float score) {
        if (best_first_.size() == candidates_max_) {
            if (candidates_max_ == 0 || score <= best_first_.back().score) {
                return;
            }
            best_first_.pop_back();
        }
        const auto place = std::find_if(
            best_first_.begin(),
            best_first_.end(),
            [score](const ScoredIdentity& candidate) { return candidate.score < score; }
        );
        best_first_.insert(place, ScoredIdentity{traveler, score});
    }
    [[nodiscard]] std::vector<ScoredIdentity> take() && { return std::move(best_first_); }

private:
    std::size_t candidates_max_;
    std::vector<ScoredIdentity> best_first_;
};

[[nodiscard]] tl::unexpected<Error> other_pack() {
    return fail(ErrorCode::ModelMismatch, "the template is of another pack than the gallery");
}

} // namespace

Snapshot::Snapshot(std::unique_ptr<Rows> rows) : rows_(std::move(rows)) {}
// The rows are zeroed by their allocator.
Snapshot::~Snapshot() = default;

Result<SearchResult>
Snapshot::search(const biometrics::Template& probe, const SearchOptions& options) const {
    if (probe.version() != rows_->version || probe.values().size() != rows_->dimension) {
        return other_pack();
    }
    TemplateRows probe_row(rows_->dimension);
    SALLYPORT_CHECK(probe_row.append(probe.values()));

    constexpr float none = -std::numeric_limits<float>::infinity();
    BestIdentities best(std::min(options.candidates_max, rows_->identities));
    std::array<float, scan_block_rows> scores{};
    for (const auto& block : rows_->blocks) {
        const TemplateRows& rows = block->rows;
        std::size_t identity = 0;
        float identity_score = none;
        for (std::size_t first = 0; first < rows.size(); first += scan_block_rows) {
            const std::size_t count = std::min(scan_block_rows, rows.size() - first);
            rows.score(probe_row, 0, first, std::span(scores).first(count));
            for (std::size_t index = 0; index < count; ++index) {
                identity_score = std::max(identity_score, scores[index]);
                if (first + index + 1 == block->row_bounds[identity + 1]) {
                    best.offer(block->identities[identity], identity_score);
                    ++identity;
                    identity_score = none;
                }
            }
        }
    }
    SearchResult result;
    result.best_first = std::move(best).take();
    result.templates_searched = rows_->templates;
    result.identities_searched = rows_->identities;
    return result;
}

const domain::TemplateVersion& Snapshot::version() const {
    return rows_->version;
}

std::size_t Snapshot::template_count() const {
    return rows_->templates;
}

std::size_t Snapshot::identity_count() const {
    return rows_->identities;
}

bool Snapshot::holds(const TravelerId& traveler) const {
    return photos_of(traveler) > 0;
}

std::size_t Snapshot::photos_of(const TravelerId& traveler) const {
    const Block* block = rows_->block_for(traveler);
    if (block == nullptr) {
        return 0;
    }
    const auto& identities = block->identities;
    const auto found = std::lower_bound(identities.begin(), identities.end(), traveler);
    if (found == identities.end() || *found != traveler) {
        return 0;
    }
    const auto index = static_cast<std::size_t>(found - identities.begin());
    return block->row_bounds[index + 1] - block->row_bounds[index];
}

std::shared_ptr<const Snapshot> Snapshot::without(const TravelerId& traveler) const {
    // Nothing is added, so nothing can be refused.
    return changed(std::span(&traveler, 1), {}).value();
}

namespace {

std::vector<const AddedPhoto*> sorted_by_traveler(std::span<const AddedPhoto> photos) {
    std::vector<const AddedPhoto*> sorted;
    sorted.reserve(photos.size());
    for (const AddedPhoto& photo : photos) {
        sorted.push_back(&photo);
    }
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto* left, const auto* right) {
        return left->traveler < right->traveler;
    });
    return sorted;
}

} // namespace

Result<std::shared_ptr<const Snapshot>>
Snapshot::changed(std::span<const TravelerId> gone, std::span<const AddedPhoto> added) const {
    // An empty gallery does not know the dimension of its pack yet.
    const bool was_empty = rows_->templates == 0;
    const std::size_t dimension =
        was_empty && !added.empty() ? added.front().photo.values().size() : rows_->dimension;
    for (const AddedPhoto& photo : added) {
        if (photo.photo.version() != rows_->version || photo.photo.values().size() != dimension) {
            return other_pack();
        }
    }
    const std::vector<const AddedPhoto*> more = sorted_by_traveler(added);
    std::vector<TravelerId> leaving(gone.begin(), gone.end());
    std::sort(leaving.begin(), leaving.end());

    auto next = std::make_unique<Rows>(rows_->version, dimension);
    std::vector<Piece> pieces; // of neighbouring blocks that change
    auto addition = more.begin();
    const auto add_before = [&](const TravelerId* bound) {
        for (; addition != more.end() && (bound == nullptr || (*addition)->traveler < *bound);
             ++addition) {
            pieces.push_back({(*addition)->traveler, (*addition)->photo.values()});
        }
    };
    const std::size_t count = rows_->blocks.size();
    // Many small blocks are what many changes leave: then all are written anew.
    const bool fragmented = count > 2 * (rows_->templates / block_rows) + 8;
    for (std::size_t at = 0; at < count; ++at) {
        const Block& block = *rows_->blocks[at];
        const TravelerId* after =
            at + 1 < count ? &rows_->blocks[at + 1]->identities.front() : nullptr;
        const auto leaves =
            std::lower_bound(leaving.begin(), leaving.end(), block.identities.front());
        const bool loses = leaves != leaving.end() && *leaves <= block.identities.back();
        const bool gains =
            addition != more.end() && (after == nullptr || (*addition)->traveler < *after);
        if (!loses && !gains && !fragmented) {
            next->push_pieces(pieces);
            pieces.clear();
            next->push(rows_->blocks[at]);
            continue;
        }
        for (std::size_t identity = 0; identity < block.identities.size(); ++identity) {
            const TravelerId& traveler = block.identities[identity];
            add_before(&traveler);
            if (std::binary_search(leaving.begin(), leaving.end(), traveler)) {
                continue;
            }
            for (std::size_t row = block.row_bounds[identity]; row < block.row_bounds[identity + 1];
                 ++row) {
                pieces.push_back({traveler, block.rows.row(row)});
            }
        }
        add_before(after);
    }
    add_before(nullptr);
    next->push_pieces(pieces);
    if (next->templates > limits::gallery_templates_max) {
        return fail(ErrorCode::PayloadTooLarge, "more templates than a gallery may hold");
    }
    return std::shared_ptr<const Snapshot>(new Snapshot(std::move(next)));
}

SnapshotBuilder::SnapshotBuilder(domain::TemplateVersion version, std::size_t dimension)
    : loose_(std::make_unique<Loose>(Loose{std::move(version), TemplateRows(dimension), {}})) {}
SnapshotBuilder::~SnapshotBuilder() = default;

Status SnapshotBuilder::add(const TravelerId& traveler, const biometrics::Template& photo) {
    if (loose_ == nullptr) {
        return fail(ErrorCode::StateConflict, "the gallery is frozen");
    }
    if (photo.version() != loose_->version || photo.values().size() != loose_->rows.dimension()) {
        return other_pack();
    }
    if (loose_->rows.size() >= limits::gallery_templates_max) {
        return fail(ErrorCode::PayloadTooLarge, "more templates than a gallery may hold");
    }
    SALLYPORT_CHECK(loose_->rows.append(photo.values()));
    loose_->traveler_of_row.push_back(traveler);
    return {};
}

Status SnapshotBuilder::add_all(const Snapshot& other) {
    if (loose_ == nullptr) {
        return fail(ErrorCode::StateConflict, "the gallery is frozen");
    }
    const Snapshot::Rows& more = *other.rows_;
    if (more.version != loose_->version || more.dimension != loose_->rows.dimension()) {
        return other_pack();
    }
    if (loose_->rows.size() + more.templates > limits::gallery_templates_max) {
        return fail(ErrorCode::PayloadTooLarge, "more templates than a gallery may hold");
    }
    for (const auto& block : more.blocks) {
        for (std::size_t identity = 0; identity < block->identities.size(); ++identity) {
            for (std::size_t row = block->row_bounds[identity];
                 row < block->row_bounds[identity + 1];
                 ++row) {
                SALLYPORT_CHECK(loose_->rows.append(block->rows.row(row)));
                loose_->traveler_of_row.push_back(block->identities[identity]);
            }
        }
    }
    return {};
}

std::shared_ptr<const Snapshot> SnapshotBuilder::freeze() && {
    const std::unique_ptr<Loose> loose = std::move(loose_);
    std::vector<std::size_t> order(loose->rows.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t left, std::size_t right) {
        return loose->traveler_of_row[left] < loose->traveler_of_row[right];
    });
    std::vector<Piece> pieces;
    pieces.reserve(order.size());
    for (const std::size_t row : order) {
        pieces.push_back({loose->traveler_of_row[row], loose->rows.row(row)});
    }
    auto rows = std::make_unique<Snapshot::Rows>(loose->version, loose->rows.dimension());
    rows->push_pieces(pieces);
    return std::shared_ptr<const Snapshot>(new Snapshot(std::move(rows)));
}

} // namespace sallyport::gallery
