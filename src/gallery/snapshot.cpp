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

// While building, rows stand in the order they came. Frozen, they are grouped by traveler and the
// travelers sorted by id: a scan then meets all photos of one identity in a row, holds() is a
// binary search, and equal scores come out in the order of ids whatever the order of adding was.
struct Snapshot::Rows {
    domain::TemplateVersion version;
    TemplateRows rows;
    std::vector<TravelerId> traveler_of_row;
    std::vector<TravelerId> identities; // frozen: sorted, each once
    std::vector<std::size_t>
        row_bounds; // frozen: rows of identity i are [bounds[i], bounds[i + 1])

    Rows(domain::TemplateVersion of_version, std::size_t dimension)
        : version(std::move(of_version)), rows(dimension) {}

    [[nodiscard]] Status append(const TravelerId& traveler, std::span<const float> values) {
        SALLYPORT_CHECK(rows.append(values));
        traveler_of_row.push_back(traveler);
        return {};
    }
    void append_range(const Rows& other, std::size_t begin, std::size_t end) {
        for (std::size_t row = begin; row < end; ++row) {
            // Both sides are of one pack, so the dimension fits and append cannot fail.
            static_cast<void>(append(other.traveler_of_row[row], other.rows.row(row)));
        }
    }
    void index_grouped_rows();
};

void Snapshot::Rows::index_grouped_rows() {
    identities.clear();
    row_bounds.clear();
    for (std::size_t row = 0; row < traveler_of_row.size(); ++row) {
        if (identities.empty() || identities.back() != traveler_of_row[row]) {
            identities.push_back(traveler_of_row[row]);
            row_bounds.push_back(row);
        }
    }
    row_bounds.push_back(traveler_of_row.size());
}

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
    const TemplateRows& rows = rows_->rows;
    if (probe.version() != rows_->version || probe.values().size() != rows.dimension()) {
        return other_pack();
    }
    TemplateRows probe_row(rows.dimension());
    SALLYPORT_CHECK(probe_row.append(probe.values()));

    constexpr float none = -std::numeric_limits<float>::infinity();
    BestIdentities best(std::min(options.candidates_max, rows_->identities.size()));
    std::array<float, scan_block_rows> scores{};
    std::size_t identity = 0;
    float identity_score = none;
    for (std::size_t first = 0; first < rows.size(); first += scan_block_rows) {
        const std::size_t count = std::min(scan_block_rows, rows.size() - first);
        rows.score(probe_row, 0, first, std::span(scores).first(count));
        for (std::size_t index = 0; index < count; ++index) {
            identity_score = std::max(identity_score, scores[index]);
            if (first + index + 1 == rows_->row_bounds[identity + 1]) {
                best.offer(rows_->identities[identity], identity_score);
                ++identity;
                identity_score = none;
            }
        }
    }
    SearchResult result;
    result.best_first = std::move(best).take();
    result.templates_searched = rows.size();
    result.identities_searched = rows_->identities.size();
    return result;
}

const domain::TemplateVersion& Snapshot::version() const {
    return rows_->version;
}

std::size_t Snapshot::template_count() const {
    return rows_->rows.size();
}

std::size_t Snapshot::identity_count() const {
    return rows_->identities.size();
}

bool Snapshot::holds(const TravelerId& traveler) const {
    return std::binary_search(rows_->identities.begin(), rows_->identities.end(), traveler);
}

std::shared_ptr<const Snapshot> Snapshot::without(const TravelerId& traveler) const {
    const auto [begin, end] =
        std::equal_range(rows_->traveler_of_row.begin(), rows_->traveler_of_row.end(), traveler);
    const auto gone_begin = static_cast<std::size_t>(begin - rows_->traveler_of_row.begin());
    const auto gone_end = static_cast<std::size_t>(end - rows_->traveler_of_row.begin());
    const std::size_t kept = rows_->rows.size() - (gone_end - gone_begin);

    auto copy = std::make_unique<Rows>(rows_->version, rows_->rows.dimension());
    // Exactly as large as needed: no growing, so no second copy of a template on the way.
    copy->rows.reserve(kept);
    copy->traveler_of_row.reserve(kept);
    copy->append_range(*rows_, 0, gone_begin);
    copy->append_range(*rows_, gone_end, rows_->rows.size());
    copy->index_grouped_rows();
    return std::shared_ptr<const Snapshot>(new Snapshot(std::move(copy)));
}

SnapshotBuilder::SnapshotBuilder(domain::TemplateVersion version, std::size_t dimension)
    : rows_(std::make_unique<Snapshot::Rows>(std::move(version), dimension)) {}
SnapshotBuilder::~SnapshotBuilder() = default;

Status SnapshotBuilder::add(const TravelerId& traveler, const biometrics::Template& photo) {
    if (rows_ == nullptr) {
        return fail(ErrorCode::StateConflict, "the gallery is frozen");
    }
    if (photo.version() != rows_->version || photo.values().size() != rows_->rows.dimension()) {
        return other_pack();
    }
    if (rows_->rows.size() >= limits::gallery_templates_max) {
        return fail(ErrorCode::PayloadTooLarge, "more templates than a gallery may hold");
    }
    return rows_->append(traveler, photo.values());
}

Status SnapshotBuilder::add_all(const Snapshot& other) {
    if (rows_ == nullptr) {
        return fail(ErrorCode::StateConflict, "the gallery is frozen");
    }
    const Snapshot::Rows& more = *other.rows_;
    if (more.version != rows_->version || more.rows.dimension() != rows_->rows.dimension()) {
        return other_pack();
    }
    if (rows_->rows.size() + more.rows.size() > limits::gallery_templates_max) {
        return fail(ErrorCode::PayloadTooLarge, "more templates than a gallery may hold");
    }
    rows_->append_range(more, 0, more.rows.size());
    return {};
}

std::shared_ptr<const Snapshot> SnapshotBuilder::freeze() && {
    const std::unique_ptr<Snapshot::Rows> loose = std::move(rows_);
    std::vector<std::size_t> order(loose->rows.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t left, std::size_t right) {
        return loose->traveler_of_row[left] < loose->traveler_of_row[right];
    });
    auto grouped = std::make_unique<Snapshot::Rows>(loose->version, loose->rows.dimension());
    grouped->rows.reserve(order.size());
    grouped->traveler_of_row.reserve(order.size());
    for (const std::size_t row : order) {
        grouped->append_range(*loose, row, row + 1);
    }
    grouped->index_grouped_rows();
    return std::shared_ptr<const Snapshot>(new Snapshot(std::move(grouped)));
}

} // namespace sallyport::gallery
