// The import of master lists, certificates and revocation lists into a trust store's folder: read
// everything, decide, write new files, and last the index that makes them count.
#include "base/limits.hpp"
#include "base/secret_bytes.hpp"
#include "documents/internal/certificate_index.hpp"
#include "documents/internal/certificate_store.hpp"
#include "documents/internal/master_list_reader.hpp"
#include "documents/trust_store.hpp"

#include <algorithm>
#include <fcntl.h>
#include <fmt/format.h>
#include <map>
#include <openssl/pem.h>
#include <sys/file.h>
#include <unistd.h>

namespace sallyport::documents {
namespace {

using internal::CertificateRecord;
using internal::CRLRecord;
using internal::MasterListReading;
using internal::TrustIndex;

struct NamedList {
    std::filesystem::path path;
    SecretBytes bytes;
};

// What the operator named, read but not yet judged.
struct Material {
    std::vector<NamedList> lists;
    std::vector<CertificateRecord> certificates;
    std::vector<CertificateRecord> anchors;
    std::vector<CRLRecord> crls;
};

// What the store is to become.
struct Plan {
    TrustImport outcome;
    TrustIndex index;
    std::map<std::string, SecretBytes> certificates; // by SHA-256
    std::map<std::string, SecretBytes> crls;
};

std::string extension_of(const std::filesystem::path& path) {
    std::string extension = path.extension().string();
    std::ranges::transform(extension, extension.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    });
    return extension;
}

Result<CertificateRecord> named_certificate(const std::filesystem::path& path) {
    SALLYPORT_TRY(const auto der, read_certificate_file(path));
    return internal::read_certificate(der);
}

Status take_file(const std::filesystem::path& path, Material& material) {
    const std::string extension = extension_of(path);
    if (extension == ".ml") {
        SALLYPORT_TRY(auto bytes, internal::read_file(path, limits::master_list_bytes_max));
        material.lists.push_back({path, std::move(bytes)});
        return {};
    }
    if (extension == ".crl") {
        SALLYPORT_TRY(const auto bytes, internal::read_file(path, limits::crl_bytes_max));
        CRLRecord list = internal::read_crl(bytes);
        if (list.crl == nullptr) {
            return fail(
                ErrorCode::MalformedInput, fmt::format("{} is no revocation list", path.string())
            );
        }
        material.crls.push_back(std::move(list));
        return {};
    }
    if (extension == ".cer" || extension == ".crt" || extension == ".der" || extension == ".pem") {
        SALLYPORT_TRY(auto record, named_certificate(path));
        material.certificates.push_back(std::move(record));
        return {};
    }
    return fail(
        ErrorCode::InvalidArgument,
        fmt::format("{}: a name ends with .ml, .cer, .crt, .der, .pem or .crl", path.string())
    );
}

Result<Material> read_material(const TrustImportRequest& request) {
    if (request.files.size() + request.anchors.size() > limits::trust_import_files_max) {
        return fail(ErrorCode::PayloadTooLarge, "more than 1024 files in one import");
    }
    Material material;
    for (const std::filesystem::path& path : request.files) {
        SALLYPORT_CHECK(take_file(path, material));
    }
    for (const std::filesystem::path& path : request.anchors) {
        SALLYPORT_TRY(auto record, named_certificate(path));
        if (!record.summary.self_signed) {
            return fail(
                ErrorCode::InvalidArgument,
                fmt::format("{} is not self-signed and so no anchor", path.string())
            );
        }
        material.anchors.push_back(std::move(record));
    }
    for (const CertificateRecord& record : material.certificates) {
        if (record.summary.self_signed) {
            material.anchors.push_back(internal::read_certificate(record.der, true));
        }
    }
    return material;
}

Result<TrustIndex> held_index(const std::filesystem::path& store) {
    auto bytes = internal::read_file(internal::index_path(store), limits::trust_index_bytes_max);
    if (!bytes.has_value() && bytes.error().code() == ErrorCode::NotFound) {
        return TrustIndex{};
    }
    if (!bytes.has_value()) {
        return fail(std::move(bytes).error());
    }
    return internal::parse_index(std::string(bytes->begin(), bytes->end()));
}

void hold_certificate(const CertificateRecord& record, Plan& plan) {
    plan.index.certificates[record.summary.sha256].self_signed = record.summary.self_signed;
    plan.certificates.emplace(record.summary.sha256, record.der);
}

// Reads every list; the newest of each country is the one that counts. False when one is not
// vouched for, or older than the one the store holds: an old list would bring back what a state
// withdrew.
Result<bool> plan_lists(
    const Material& material,
    std::span<const CertificateRecord> anchors,
    const TrustIndex& held,
    Instant now,
    Plan& plan
) {
    struct Candidate {
        MasterListReading reading;
        std::string sha256;
        std::size_t at;
    };
    std::map<std::string, Candidate> newest;
    bool good = true;
    for (const NamedList& list : material.lists) {
        auto reading = internal::read_master_list_records(list.bytes, anchors, now);
        if (!reading.has_value()) {
            return fail(reading.error().code(), list.path.string(), std::move(reading).error());
        }
        reading->summary.file = list.path.string();
        plan.outcome.lists.push_back(reading->summary);
        if (!reading->summary.signature_good) {
            good = false;
            continue;
        }
        const auto known = newest.find(reading->summary.country);
        if (known == newest.end() ||
            known->second.reading.summary.signed_at <= reading->summary.signed_at) {
            const std::string country = reading->summary.country;
            newest[country] = {
                *std::move(reading), internal::sha256_hex(list.bytes), plan.outcome.lists.size() - 1
            };
        }
    }
    for (const auto& [country, candidate] : newest) {
        const auto& signed_at = candidate.reading.summary.signed_at;
        const auto before = held.lists.find(country);
        if (before != held.lists.end() && signed_at < before->second.signed_at) {
            plan.outcome.lists[candidate.at].reason = "older than the list of this country held";
            good = false;
            continue;
        }
        for (auto& [digest, entry] : plan.index.certificates) {
            entry.lists.erase(country);
        }
        for (const CertificateRecord& record : candidate.reading.certificates) {
            hold_certificate(record, plan);
            plan.index.certificates[record.summary.sha256].lists.insert(country);
        }
        plan.index.lists[country] = {candidate.sha256, candidate.reading.summary.signer, signed_at};
    }
    return good;
}

// The store as it will be, for finding who signed a named link certificate or revocation list.
Result<TrustStore::Impl> store_to_be(const std::filesystem::path& store, const Plan& plan) {
    TrustStore::Impl impl;
    for (const auto& [digest, entry] : plan.index.certificates) {
        const auto fresh = plan.certificates.find(digest);
        if (fresh != plan.certificates.end()) {
            impl.certificates.push_back(internal::read_certificate(fresh->second, entry.self_signed)
            );
            continue;
        }
        SALLYPORT_TRY(
            const auto bytes,
            internal::read_file(
                internal::certificate_path(store, digest), limits::master_list_bytes_max
            )
        );
        impl.certificates.push_back(internal::read_certificate(bytes, entry.self_signed));
    }
    for (const std::string& digest : plan.index.crls) {
        SALLYPORT_TRY(
            const auto bytes,
            internal::read_file(internal::crl_path(store, digest), limits::crl_bytes_max)
        );
        impl.crls.push_back(internal::read_crl(bytes));
    }
    return impl;
}

bool is_vouched_for(X509* certificate, const TrustStore::Impl& impl) {
    return std::ranges::any_of(impl.issuers_of(certificate), [&](const CertificateRecord* issuer) {
        return issuer->usable() && internal::is_signed_by(certificate, issuer->public_key());
    });
}

Status plan_certificates(const Material& material, TrustStore::Impl& impl, Plan& plan) {
    for (const CertificateRecord& record : material.certificates) {
        if (!record.summary.self_signed) {
            impl.index();
            if (!record.authority || !is_vouched_for(record.x509.get(), impl)) {
                return fail(
                    ErrorCode::Forbidden,
                    fmt::format(
                        "the certificate {} is neither self-signed nor signed by an authority of "
                        "the store",
                        record.summary.sha256
                    )
                );
            }
        }
        hold_certificate(record, plan);
        plan.index.certificates[record.summary.sha256].named = true;
        impl.certificates.push_back(
            internal::read_certificate(record.der, record.summary.self_signed)
        );
    }
    return {};
}

// The newest list of an issuer stays: an older one may lack what has been revoked since.
void hold_newest(const CRLRecord& fresh, TrustStore::Impl& impl, Plan& plan) {
    for (const CRLRecord& held : impl.crls) {
        if (X509_NAME_cmp(
                X509_CRL_get_issuer(held.crl.get()), X509_CRL_get_issuer(fresh.crl.get())
            ) != 0) {
            continue;
        }
        if (held.this_update > fresh.this_update) {
            return;
        }
        plan.index.crls.erase(held.sha256);
        plan.crls.erase(held.sha256);
    }
    std::erase_if(impl.crls, [&](const CRLRecord& held) {
        return !plan.index.crls.contains(held.sha256);
    });
    plan.index.crls.insert(fresh.sha256);
    plan.crls[fresh.sha256] = fresh.der;
    impl.crls.push_back(internal::read_crl(fresh.der));
}

Status plan_crls(const Material& material, TrustStore::Impl& impl, Plan& plan) {
    for (const CRLRecord& list : material.crls) {
        const bool known =
            std::ranges::any_of(impl.certificates, [&](const CertificateRecord& record) {
                return record.usable() &&
                       X509_NAME_cmp(
                           X509_get_subject_name(record.x509.get()),
                           X509_CRL_get_issuer(list.crl.get())
                       ) == 0 &&
                       internal::is_signed_by(list, record.public_key());
            });
        if (!known) {
            return fail(
                ErrorCode::Forbidden,
                fmt::format(
                    "the revocation list of {} is signed by nobody in the store", list.issuer
                )
            );
        }
        hold_newest(list, impl, plan);
    }
    return {};
}

Result<Plan>
make_plan(const TrustImportRequest& request, const Material& material, const TrustIndex& held) {
    Plan plan;
    plan.index = held;
    std::vector<CertificateRecord> anchors;
    for (const CertificateRecord& anchor : material.anchors) {
        anchors.push_back(internal::read_certificate(anchor.der, true));
    }
    for (const auto& [digest, entry] : held.certificates) {
        if (entry.anchor()) {
            SALLYPORT_TRY(
                const auto bytes,
                internal::read_file(
                    internal::certificate_path(request.store, digest), limits::certificate_bytes_max
                )
            );
            anchors.push_back(internal::read_certificate(bytes, true));
        }
    }
    SALLYPORT_TRY(const bool good, plan_lists(material, anchors, held, request.now, plan));
    if (!good) {
        return plan;
    }
    if (!material.certificates.empty() || !material.crls.empty()) {
        SALLYPORT_TRY(auto impl, store_to_be(request.store, plan));
        SALLYPORT_CHECK(plan_certificates(material, impl, plan));
        impl.index();
        SALLYPORT_CHECK(plan_crls(material, impl, plan));
    }
    std::erase_if(plan.index.certificates, [](const auto& entry) { return !entry.second.held(); });
    for (const auto& [digest, entry] : plan.index.certificates) {
        plan.outcome.added += held.certificates.contains(digest) ? 0 : 1;
    }
    for (const auto& [digest, entry] : held.certificates) {
        plan.outcome.removed += plan.index.certificates.contains(digest) ? 0 : 1;
    }
    plan.outcome.applied = true;
    return plan;
}

// One import at a time; the lock falls with the descriptor.
class ImportLock {
public:
    explicit ImportLock(const std::filesystem::path& store)
        : file_(::open((store / ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {}
    ~ImportLock() {
        if (file_ >= 0) {
            ::close(file_);
        }
    }
    ImportLock(const ImportLock&) = delete;
    ImportLock& operator=(const ImportLock&) = delete;
    [[nodiscard]] Status take() const {
        if (file_ < 0) {
            return fail(ErrorCode::IoFailed, "the trust store's folder cannot be written");
        }
        if (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
            return fail(
                ErrorCode::AlreadyRunning, "another import into this trust store is running"
            );
        }
        return {};
    }

private:
    int file_;
};

Status make_folders(const std::filesystem::path& store) {
    for (const std::filesystem::path& folder : {store, store / "certificates", store / "crls"}) {
        std::error_code error;
        std::filesystem::create_directories(folder, error);
        if (error) {
            return fail(
                ErrorCode::IoFailed,
                fmt::format("{} cannot be made: {}", folder.string(), error.message())
            );
        }
    }
    return {};
}

Status write_plan(const std::filesystem::path& store, const Plan& plan) {
    const auto write = [](const std::filesystem::path& path, std::span<const std::uint8_t> bytes) {
        return internal::write_file(path, bytes, internal::Durable::Later);
    };
    for (const auto& [digest, bytes] : plan.certificates) {
        if (plan.index.certificates.contains(digest)) {
            SALLYPORT_CHECK(write(internal::certificate_path(store, digest), bytes));
        }
    }
    for (const auto& [digest, bytes] : plan.crls) {
        SALLYPORT_CHECK(write(internal::crl_path(store, digest), bytes));
    }
    SALLYPORT_CHECK(internal::sync_files(store));
    const std::string text = internal::write_index(plan.index);
    const SecretBytes bytes(text.begin(), text.end());
    return internal::write_file(internal::index_path(store), bytes, internal::Durable::Now);
}

// Files that the index no longer names are of no consequence; what cannot be deleted stays.
void sweep(const std::filesystem::path& store, const TrustIndex& index) {
    std::error_code error;
    for (const auto& file : std::filesystem::directory_iterator(store / "certificates", error)) {
        if (!index.certificates.contains(file.path().stem().string())) {
            std::filesystem::remove(file.path(), error);
        }
    }
    for (const auto& file : std::filesystem::directory_iterator(store / "crls", error)) {
        if (!index.crls.contains(file.path().stem().string())) {
            std::filesystem::remove(file.path(), error);
        }
    }
}

} // namespace

Result<SecretBytes> read_certificate_file(const std::filesystem::path& path) {
    const internal::ErrorQueueGuard errors;
    SALLYPORT_TRY(auto bytes, internal::read_file(path, limits::certificate_bytes_max));
    constexpr std::string_view pem_mark = "-----BEGIN";
    const auto mark = std::search(bytes.begin(), bytes.end(), pem_mark.begin(), pem_mark.end());
    if (mark != bytes.end()) {
        const std::unique_ptr<BIO, internal::Freed<BIO_free>> source(
            BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size()))
        );
        // No passphrase is ever asked for: a certificate has none.
        const internal::X509Ptr x509(PEM_read_bio_X509(source.get(), nullptr, nullptr, nullptr));
        bytes = x509 == nullptr ? SecretBytes{} : internal::der_of(x509.get(), i2d_X509);
    }
    if (internal::read_certificate(bytes, false).x509 == nullptr) {
        return fail(ErrorCode::MalformedInput, fmt::format("{} is no certificate", path.string()));
    }
    return bytes;
}

Result<TrustImport> import_trust(const TrustImportRequest& request) {
    SALLYPORT_TRY(const Material material, read_material(request));
    SALLYPORT_TRY(const TrustIndex seen, held_index(request.store));
    SALLYPORT_TRY(Plan plan, make_plan(request, material, seen));
    if (!plan.outcome.applied) {
        return std::move(plan.outcome); // a refused import leaves no trace, not even a folder
    }
    SALLYPORT_CHECK(make_folders(request.store));
    const ImportLock lock(request.store);
    SALLYPORT_CHECK(lock.take());
    SALLYPORT_TRY(const TrustIndex held, held_index(request.store));
    if (internal::write_index(held) != internal::write_index(seen)) {
        // Another import finished in between: decide again on what it left.
        SALLYPORT_TRY(plan, make_plan(request, material, held));
        if (!plan.outcome.applied) {
            return std::move(plan.outcome);
        }
    }
    SALLYPORT_CHECK(write_plan(request.store, plan));
    sweep(request.store, plan.index);
    return std::move(plan.outcome);
}

} // namespace sallyport::documents
