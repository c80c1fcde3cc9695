// Held photos in a folder, for demonstrations, tests and small sites:
//   <document number>.jpg|jpeg|png, further ones as <document number>_2.jpg
//   <document number>/ with pictures
//   holdings.csv with document_number,issuer,photo,source,year: links documents to pictures, or to
//     sub-folders of pictures, that have any name; the only place that says source and year
// docs/holdings.md has the details. The index of names is read once, at open; pictures are read
// when asked for and never kept. Any thread may call.
#pragma once

#include "base/result.hpp"
#include "holdings/holdings.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace sallyport::holdings {

class FolderHoldings final : public Holdings {
public:
    ~FolderHoldings() override;
    FolderHoldings(const FolderHoldings&) = delete;
    FolderHoldings& operator=(const FolderHoldings&) = delete;

    // IoFailed when a picture of this traveler cannot be read any more, is over
    // limits::image_bytes_max, or now lies outside the folder.
    [[nodiscard]] Result<std::vector<HeldPhoto>> photos_of(const domain::Traveler& traveler
    ) override;

    // What open passed over, for the operator, without names of people or documents: lines of
    // holdings.csv whose photo is not there, links that leave the folder.
    [[nodiscard]] const std::vector<std::string>& warnings() const;
    [[nodiscard]] std::size_t document_count() const;

private:
    friend Result<std::unique_ptr<FolderHoldings>>
    open_folder_holdings(const std::filesystem::path& folder);
    struct Index;
    explicit FolderHoldings(std::unique_ptr<const Index> index);
    std::unique_ptr<const Index> index_;
};

// NotFound when there is no such folder, IoFailed when it cannot be read, MalformedInput when a row
// of holdings.csv is wrong (naming the line, not what it holds).
[[nodiscard]] Result<std::unique_ptr<FolderHoldings>>
open_folder_holdings(const std::filesystem::path& folder);

} // namespace sallyport::holdings
