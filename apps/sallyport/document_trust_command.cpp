// sallyport document trust import, list and diff; sallyport document check
#include "base/limits.hpp"
#include "commands.hpp"
#include "documents/passive_authentication.hpp"
#include "documents/trust_store.hpp"
#include "exit_status.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <regex>

namespace sallyport::app {
namespace {

using documents::CertificateSummary;
using documents::MasterListSummary;

int failure(const Error& error) {
    fmt::print(stderr, "sallyport: {}\n", error.describe());
    switch (error.code()) {
    case ErrorCode::InvalidArgument:
        return exit_wrong_use;
    case ErrorCode::Forbidden:
    case ErrorCode::MalformedInput:
        return exit_answer_is_no;
    default:
        return exit_could_not;
    }
}

std::string_view good_or_bad(bool good) {
    return good ? "good" : "bad";
}

boost::json::object list_json(const MasterListSummary& list) {
    boost::json::object out{
        {"file", list.file},
        {"signature", good_or_bad(list.signature_good)},
        {"signer", list.signer},
        {"certificates", list.certificates},
        {"countries", list.countries},
    };
    if (list.signed_at.has_value()) {
        out["signed_at"] = format_instant(*list.signed_at);
    }
    if (!list.reason.empty()) {
        out["reason"] = list.reason;
    }
    return out;
}

boost::json::array certificates_json(const std::vector<CertificateSummary>& certificates) {
    boost::json::array out;
    for (const CertificateSummary& summary : certificates) {
        out.push_back(boost::json::object{
            {"country", summary.country},
            {"subject", summary.subject},
            {"serial", summary.serial},
            {"sha256", summary.sha256},
            {"key", summary.key},
            {"not_before", format_instant(summary.not_before)},
            {"not_after", format_instant(summary.not_after)},
            {"self_signed", summary.self_signed},
        });
    }
    return out;
}

void print_certificate(std::string_view mark, const CertificateSummary& summary) {
    fmt::print(
        "{}{:<3} {}  until {}  {}  {}\n",
        mark,
        summary.country,
        summary.subject,
        format_instant(summary.not_after).substr(0, 10),
        summary.key,
        summary.sha256.substr(0, 16)
    );
}

void print_list(const MasterListSummary& list) {
    fmt::print(
        "{}: signature {}, signed by {}, {} certificates of {} countries{}{}\n",
        list.file,
        good_or_bad(list.signature_good),
        list.signer.empty() ? "nobody" : list.signer,
        list.certificates,
        list.countries,
        list.reason.empty() ? "" : "; ",
        list.reason
    );
}

Result<documents::Bytes> read_bytes(const std::filesystem::path& path, std::size_t bytes_max) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    if (error) {
        return fail(ErrorCode::IoFailed, fmt::format("{}: {}", path.string(), error.message()));
    }
    if (size > bytes_max) {
        return fail(
            ErrorCode::PayloadTooLarge,
            fmt::format("{} has more than {} bytes", path.string(), bytes_max)
        );
    }
    std::ifstream stream(path, std::ios::binary);
    documents::Bytes bytes{
        std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()
    };
    if (stream.bad() || bytes.size() != size) {
        return fail(ErrorCode::IoFailed, fmt::format("{} cannot be read", path.string()));
    }
    return bytes;
}

// EF_DG1.bin, EF.DG1, DG1.bin, dg1; the same for SOD and COM.
Result<documents::ChipFiles> read_chip(const std::filesystem::path& folder) {
    static const std::regex pattern(
        R"((?:ef[._-]?)?(sod|com|dg(1[0-6]|[1-9]))(?:\.(?:bin|dat|der))?)",
        std::regex::icase | std::regex::ECMAScript
    );
    documents::ChipFiles files;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
        const std::string name = entry.path().filename().string();
        std::smatch match;
        if (!entry.is_regular_file() || !std::regex_match(name, match, pattern)) {
            continue;
        }
        SALLYPORT_TRY(auto bytes, read_bytes(entry.path(), limits::chip_file_bytes_max));
        bool first = true;
        if (match[2].matched) {
            const auto group = documents::data_group_from_number(std::stoi(match[2].str()));
            first = files.groups.emplace(*group, std::move(bytes)).second;
        } else {
            const bool common = match[1].str().front() == 'c' || match[1].str().front() == 'C';
            auto& place = common ? files.com : files.sod;
            first = !place.has_value();
            place = std::move(bytes);
        }
        if (!first) {
            return fail(
                ErrorCode::InvalidArgument, fmt::format("{} is in the folder twice", match[1].str())
            );
        }
    }
    if (error) {
        return fail(ErrorCode::IoFailed, fmt::format("{}: {}", folder.string(), error.message()));
    }
    if (!files.sod.has_value() && files.groups.empty()) {
        return fail(
            ErrorCode::InvalidArgument,
            fmt::format("{} holds no EF.SOD and no data group", folder.string())
        );
    }
    return files;
}

struct Checked {
    documents::PassiveAuthentication result;
    bool passed = false;
};

Result<Checked> check(const DocumentCheckCommand& command, const documents::TrustStore& trust) {
    const documents::AuthenticationOptions options{.now = SystemClock().now(), .issuer = {}};
    Checked checked;
    if (std::filesystem::is_directory(command.path)) {
        SALLYPORT_TRY(const auto files, read_chip(command.path));
        checked.result = documents::authenticate_chip(files, trust, options);
        checked.passed = checked.result.passed();
        return checked;
    }
    SALLYPORT_TRY(const auto sod, read_bytes(command.path, limits::chip_file_bytes_max));
    checked.result = documents::authenticate_sod(sod, trust, options);
    // Nothing was presented to compare: the question is about the signature alone.
    checked.passed = checked.result.signer_trusted();
    return checked;
}

boost::json::object check_json(const Checked& checked) {
    boost::json::object hashes;
    for (const auto& [group, state] : checked.result.hashes) {
        hashes[documents::data_group_name(group)] = documents::hash_state_name(state);
    }
    boost::json::array findings;
    for (const documents::Finding& finding : checked.result.findings) {
        findings.push_back(boost::json::object{{"code", finding.code}, {"text", finding.text}});
    }
    boost::json::object out{
        {"signature", documents::signature_state_name(checked.result.signature)},
        {"trust", documents::trust_state_name(checked.result.trust)},
        {"hashes", std::move(hashes)},
        {"findings", std::move(findings)},
        {"passed", checked.passed},
        {"signature_algorithm", checked.result.signature_algorithm},
        {"digest_algorithm", checked.result.digest_algorithm},
        {"signer_country", checked.result.signer_country},
    };
    if (checked.result.signed_at.has_value()) {
        out["signed_at"] = format_instant(*checked.result.signed_at);
    }
    return out;
}

void print_check(const Checked& checked) {
    fmt::print(
        "{}: signature {}, trust {}\n",
        checked.passed ? "passed" : "not passed",
        documents::signature_state_name(checked.result.signature),
        documents::trust_state_name(checked.result.trust)
    );
    for (const auto& [group, state] : checked.result.hashes) {
        fmt::print(
            "{:<5} {}\n", documents::data_group_name(group), documents::hash_state_name(state)
        );
    }
    for (const documents::Finding& finding : checked.result.findings) {
        fmt::print("{}: {}\n", finding.code, finding.text);
    }
}

} // namespace

int run_document_trust_import(const TrustCommand& command) {
    if (command.store.empty() || command.files.empty()) {
        fmt::print(stderr, "sallyport: document trust import FILE... --store DIR\n");
        return exit_wrong_use;
    }
    const auto outcome = documents::import_trust(
        {.store = command.store,
         .files = command.files,
         .anchors = command.anchors,
         .now = SystemClock().now()}
    );
    if (!outcome.has_value()) {
        return failure(outcome.error());
    }
    boost::json::array lists;
    for (const MasterListSummary& list : outcome->lists) {
        lists.push_back(list_json(list));
        if (!list.reason.empty()) {
            fmt::print(stderr, "sallyport: {}: {}\n", list.file, list.reason);
        }
    }
    if (command.json) {
        fmt::print(
            "{}\n",
            boost::json::serialize(boost::json::object{
                {"lists", std::move(lists)},
                {"added", outcome->added},
                {"removed", outcome->removed},
            })
        );
    } else {
        std::ranges::for_each(outcome->lists, print_list);
        fmt::print("{} added, {} removed\n", outcome->added, outcome->removed);
    }
    if (!outcome->applied) {
        fmt::print(stderr, "sallyport: nothing was imported\n");
    }
    return outcome->applied ? exit_done : exit_answer_is_no;
}

int run_document_trust_list(const TrustCommand& command) {
    const auto store = documents::TrustStore::load(command.store);
    if (!store.has_value()) {
        fmt::print(stderr, "sallyport: {}\n", store.error().describe());
        return exit_could_not;
    }
    const auto certificates = store->certificates();
    if (command.json) {
        fmt::print(
            "{}\n",
            boost::json::serialize(boost::json::object{
                {"certificates", certificates_json(certificates)},
                {"countries", store->countries()},
            })
        );
        return exit_done;
    }
    for (const CertificateSummary& summary : certificates) {
        print_certificate("", summary);
    }
    fmt::print("{} certificates of {} countries\n", certificates.size(), store->countries());
    return exit_done;
}

int run_document_trust_diff(const TrustCommand& command) {
    if (command.files.size() != 2) {
        fmt::print(stderr, "sallyport: document trust diff OLD NEW [--anchor FILE]\n");
        return exit_wrong_use;
    }
    std::vector<documents::Bytes> anchors;
    for (const std::filesystem::path& path : command.anchors) {
        auto anchor = documents::read_certificate_file(path);
        if (!anchor.has_value()) {
            return failure(anchor.error());
        }
        anchors.push_back(*std::move(anchor));
    }
    std::vector<MasterListSummary> lists;
    bool good = true;
    for (const std::filesystem::path& path : command.files) {
        auto list = documents::read_master_list_file(path, anchors, SystemClock().now());
        if (!list.has_value()) {
            return failure(list.error());
        }
        if (!list->signature_good) {
            fmt::print(stderr, "sallyport: {}: {}\n", list->file, list->reason);
        }
        // Without an anchor the question is what the lists say, not whether they may be believed.
        good = good && (list->signature_good || anchors.empty());
        lists.push_back(*std::move(list));
    }
    const documents::TrustDiff diff = documents::diff_lists(lists[0], lists[1]);
    if (command.json) {
        fmt::print(
            "{}\n",
            boost::json::serialize(boost::json::object{
                {"lists", boost::json::array{list_json(lists[0]), list_json(lists[1])}},
                {"added", certificates_json(diff.added)},
                {"removed", certificates_json(diff.removed)},
            })
        );
    } else {
        std::ranges::for_each(lists, print_list);
        for (const CertificateSummary& summary : diff.added) {
            print_certificate("+ ", summary);
        }
        for (const CertificateSummary& summary : diff.removed) {
            print_certificate("- ", summary);
        }
        fmt::print("{} added, {} removed\n", diff.added.size(), diff.removed.size());
    }
    return good ? exit_done : exit_answer_is_no;
}

int run_document_check(const DocumentCheckCommand& command) {
    documents::TrustStore trust;
    if (!command.store.empty()) {
        auto loaded = documents::TrustStore::load(command.store);
        if (!loaded.has_value()) {
            fmt::print(stderr, "sallyport: {}\n", loaded.error().describe());
            return exit_could_not;
        }
        trust = *std::move(loaded);
    }
    const auto checked = check(command, trust);
    if (!checked.has_value()) {
        return failure(checked.error());
    }
    if (command.json) {
        fmt::print("{}\n", boost::json::serialize(check_json(*checked)));
    } else {
        print_check(*checked);
    }
    return checked->passed ? exit_done : exit_answer_is_no;
}

} // namespace sallyport::app
