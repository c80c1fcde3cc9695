#include "documents/trust_store.hpp"

#include "base/limits.hpp"
#include "base/secret_bytes.hpp"
#include "documents/internal/certificate_index.hpp"
#include "documents/internal/certificate_store.hpp"
#include "documents/internal/master_list_reader.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <tuple>

namespace sallyport::documents {
namespace {

using internal::CertificateRecord;

Result<TrustStore::Impl>
load_files(const std::filesystem::path& folder, const internal::TrustIndex& index) {
    TrustStore::Impl impl;
    impl.certificates.reserve(index.certificates.size());
    const auto differs = [](const std::filesystem::path& path) {
        return fail(
            ErrorCode::DigestMismatch, fmt::format("{} is not what its name states", path.string())
        );
    };
    for (const auto& [digest, entry] : index.certificates) {
        const std::filesystem::path path = internal::certificate_path(folder, digest);
        SALLYPORT_TRY(const auto bytes, internal::read_file(path, limits::master_list_bytes_max));
        CertificateRecord record = internal::read_certificate(bytes, entry.self_signed);
        if (record.summary.sha256 != digest) {
            return differs(path);
        }
        impl.certificates.push_back(std::move(record));
    }
    for (const std::string& digest : index.crls) {
        const std::filesystem::path path = internal::crl_path(folder, digest);
        SALLYPORT_TRY(const auto bytes, internal::read_file(path, limits::crl_bytes_max));
        internal::CRLRecord list = internal::read_crl(bytes);
        if (list.sha256 != digest) {
            return differs(path);
        }
        impl.crls.push_back(std::move(list));
    }
    impl.index();
    return impl;
}

auto summary_order(const CertificateSummary& summary) {
    return std::tie(summary.country, summary.subject, summary.not_before, summary.sha256);
}

std::vector<CertificateSummary> missing_from(
    const std::vector<CertificateSummary>& these, const std::vector<CertificateSummary>& those
) {
    std::set<std::string> known;
    for (const CertificateSummary& summary : those) {
        known.insert(summary.sha256);
    }
    std::vector<CertificateSummary> out;
    std::ranges::copy_if(these, std::back_inserter(out), [&](const CertificateSummary& summary) {
        return !known.contains(summary.sha256);
    });
    std::ranges::sort(out, {}, summary_order);
    return out;
}

} // namespace

TrustStore::TrustStore() : impl_(std::make_unique<Impl>()) {}
TrustStore::~TrustStore() = default;
TrustStore::TrustStore(TrustStore&&) noexcept = default;
TrustStore& TrustStore::operator=(TrustStore&&) noexcept = default;

Result<TrustStore> TrustStore::load(const std::filesystem::path& folder) {
    // An import may take files away that an index read a moment before still names; then there is a
    // newer index to read.
    constexpr int attempts = 3;
    for (int attempt = 1;; ++attempt) {
        auto bytes =
            internal::read_file(internal::index_path(folder), limits::trust_index_bytes_max);
        if (!bytes.has_value()) {
            return fail(
                bytes.error().code(),
                fmt::format("{} is no trust store", folder.string()),
                std::move(bytes).error()
            );
        }
        auto index = internal::parse_index(std::string(bytes->begin(), bytes->end()));
        if (!index.has_value()) {
            return fail(std::move(index).error());
        }
        auto impl = load_files(folder, *index);
        if (impl.has_value()) {
            TrustStore store;
            *store.impl_ = *std::move(impl);
            return store;
        }
        if (impl.error().code() != ErrorCode::NotFound || attempt == attempts) {
            return fail(
                ErrorCode::MalformedInput,
                fmt::format("the trust store {} cannot be read", folder.string()),
                std::move(impl).error()
            );
        }
    }
}

std::size_t TrustStore::size() const {
    return impl_->certificates.size();
}

std::vector<CertificateSummary> TrustStore::certificates() const {
    std::vector<CertificateSummary> out;
    for (const CertificateRecord& record : impl_->certificates) {
        out.push_back(record.summary);
    }
    std::ranges::sort(out, {}, summary_order);
    return out;
}

std::size_t TrustStore::countries() const {
    std::set<std::string> countries;
    for (const CertificateRecord& record : impl_->certificates) {
        if (!record.summary.country.empty()) {
            countries.insert(record.summary.country);
        }
    }
    return countries.size();
}

Result<MasterListSummary> read_master_list(
    std::span<const std::uint8_t> bytes, std::span<const SecretBytes> anchors, Instant now
) {
    std::vector<CertificateRecord> records;
    for (const SecretBytes& anchor : anchors) {
        records.push_back(internal::read_certificate(anchor));
    }
    auto reading = internal::read_master_list_records(bytes, records, now);
    if (!reading.has_value()) {
        return fail(std::move(reading).error());
    }
    return std::move(reading->summary);
}

Result<MasterListSummary> read_master_list_file(
    const std::filesystem::path& path, std::span<const SecretBytes> anchors, Instant now
) {
    SALLYPORT_TRY(const auto bytes, internal::read_file(path, limits::master_list_bytes_max));
    auto summary = read_master_list(bytes, anchors, now);
    if (!summary.has_value()) {
        return fail(summary.error().code(), path.string(), std::move(summary).error());
    }
    summary->file = path.string();
    return summary;
}

TrustDiff diff_lists(const MasterListSummary& older, const MasterListSummary& newer) {
    return {
        .added = missing_from(newer.content, older.content),
        .removed = missing_from(older.content, newer.content),
    };
}

} // namespace sallyport::documents
