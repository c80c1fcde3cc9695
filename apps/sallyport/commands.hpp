// One function for each command of the program. Each prints its answer on standard output (one JSON
// object with --json), messages on standard error, and returns an exit status.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace sallyport::app {

struct ServeCommand {
    std::filesystem::path config;
    std::optional<std::uint16_t> port;
    std::optional<std::filesystem::path> data;
    std::filesystem::path token_file;
    bool json = false;
};
int run_serve(const ServeCommand& command);

struct DemoCommand {
    std::filesystem::path photos; // one folder a person; empty: the official portraits
    std::filesystem::path data;   // empty: a folder that is removed at the end
    std::uint16_t port = 0;
    bool check = false;
    bool browser = true;
    bool play = true;
    bool json = false;
};
int run_demo(const DemoCommand& command);

struct LintCommand {
    std::vector<std::filesystem::path> files;
    bool json = false;
};
int run_manifest_lint(const LintCommand& command);

struct IdentifyCommand {
    std::filesystem::path gallery;
    std::vector<std::filesystem::path> pictures;
    std::filesystem::path pack;
    double fpir = 0.001;
    bool json = false;
};
int run_identify(const IdentifyCommand& command);

struct PackCommand {
    std::filesystem::path pack;
    bool json = false;
};
int run_pack_inspect(const PackCommand& command);

struct CalibrateCommand {
    std::filesystem::path pack;
    std::filesystem::path people;
    std::filesystem::path corrections;
    std::string half = "all"; // a, b or all
    std::filesystem::path out;
    bool json = false;
};
int run_pack_calibrate(const CalibrateCommand& command);

struct MRZCommand {
    std::string text; // the zone itself, or the name of a file that holds it
    bool tolerant = false;
    bool json = false;
};
int run_document_mrz(const MRZCommand& command);

struct BoardingPassCommand {
    std::string text; // the code's text, or the name of a picture or text file
    bool json = false;
};
int run_document_boarding_pass(const BoardingPassCommand& command);

struct TrustCommand {
    std::vector<std::filesystem::path> files; // master lists, certificates, revocation lists
    std::vector<std::filesystem::path>
        anchors; // certificates a master list's signature must lead to
    std::filesystem::path store;
    bool json = false;
};
int run_document_trust_import(const TrustCommand& command);
int run_document_trust_list(const TrustCommand& command);
int run_document_trust_diff(const TrustCommand& command); // files: older, newer

struct DocumentCheckCommand {
    std::filesystem::path path;  // a folder with EF.SOD and data groups, or one EF.SOD
    std::filesystem::path store; // empty: nothing is anchored
    bool json = false;
};
int run_document_check(const DocumentCheckCommand& command);

struct FaceRecordCommand {
    std::filesystem::path picture; // written as a record, unless `read` names one
    std::filesystem::path read;
    std::filesystem::path out; // the record, or with `read` the picture that it holds
    std::string type;
    std::string destination;
    std::string originator;
    std::string control;  // empty: a random one
    std::string captured; // YYYY-MM-DD; empty: today
    int profile = 0;
    std::string pose = "F";
    std::optional<int> quality;
    std::string quality_vendor = "0000";
    int quality_algorithm = 1;
    bool json = false;
};
int run_document_face_record(const FaceRecordCommand& command);

int run_version(bool json);

} // namespace sallyport::app
