#include "holdings/folder_holdings.hpp"

#include "base/limits.hpp"
#include "holdings/internal/photo_links.hpp"

#include <algorithm>
#include <utility>

namespace sallyport::holdings {

using internal::PhotoLink;

struct FolderHoldings::Index {
    internal::PhotoLinks links;
};

FolderHoldings::FolderHoldings(std::unique_ptr<const Index> index) : index_(std::move(index)) {}
FolderHoldings::~FolderHoldings() = default;

const std::vector<std::string>& FolderHoldings::warnings() const {
    return index_->links.warnings;
}
std::size_t FolderHoldings::document_count() const {
    return index_->links.by_document.size();
}

Result<std::vector<HeldPhoto>> FolderHoldings::photos_of(const domain::Traveler& traveler) {
    std::vector<const PhotoLink*> wanted;
    for (const domain::TravelDocument& document : traveler.documents) {
        const auto found =
            index_->links.by_document.find(domain::normalised_document_number(document.number));
        if (found == index_->links.by_document.end()) {
            continue;
        }
        for (const PhotoLink& link : found->second) {
            const bool other_issuer =
                !link.issuer.empty() && !document.issuer.empty() && link.issuer != document.issuer;
            const bool known = std::ranges::any_of(wanted, [&link](const PhotoLink* other) {
                return other->file == link.file;
            });
            if (!other_issuer && !known) {
                wanted.push_back(&link);
            }
        }
    }
    // Newest first before anything is read: photos over the limit never come into memory.
    std::ranges::stable_sort(wanted, [](const PhotoLink* left, const PhotoLink* right) {
        return left->year > right->year;
    });
    if (wanted.size() > limits::photos_per_traveler_max) {
        wanted.resize(limits::photos_per_traveler_max);
    }
    std::vector<HeldPhoto> photos;
    for (const PhotoLink* link : wanted) {
        SALLYPORT_TRY(SecretBytes bytes, internal::read_photo(index_->links.folder, link->file));
        photos.push_back({std::move(bytes), link->source, link->year});
    }
    return photos;
}

Result<std::unique_ptr<FolderHoldings>> open_folder_holdings(const std::filesystem::path& folder) {
    SALLYPORT_TRY(internal::PhotoLinks links, internal::find_photo_links(folder));
    auto index = std::make_unique<FolderHoldings::Index>();
    index->links = std::move(links);
    return std::unique_ptr<FolderHoldings>(new FolderHoldings(std::move(index)));
}

} // namespace sallyport::holdings
