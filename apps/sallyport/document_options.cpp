// The options of `sallyport document ...`, handed to one function for each command.
#include "document_options.hpp"

#include "commands.hpp"

#include <memory>

namespace sallyport::app {
namespace {

void add_document_readers(CLI::App& document, int& status) {
    auto zone_command = std::make_shared<MRZCommand>();
    auto* zone = document.add_subcommand("mrz", "Read a machine-readable zone");
    zone->add_option("TEXT", zone_command->text, "The zone, or a file that holds it")->required();
    zone->add_flag(
        "--tolerant",
        zone_command->tolerant,
        "From optical reading: repair look-alikes where only one reading fits"
    );
    zone->add_flag("--json", zone_command->json, "One JSON object");
    zone->callback([zone_command, &status] { status = run_document_mrz(*zone_command); });

    auto pass_command = std::make_shared<BoardingPassCommand>();
    auto* pass = document.add_subcommand("boarding-pass", "Read a bar-coded boarding pass");
    pass->add_option("TEXT", pass_command->text, "Text of the code, or a picture or text file")
        ->required();
    pass->add_flag("--json", pass_command->json, "One JSON object");
    pass->callback([pass_command, &status] { status = run_document_boarding_pass(*pass_command); });

    auto check_command = std::make_shared<DocumentCheckCommand>();
    auto* check = document.add_subcommand(
        "check", "Passive Authentication of a chip's files: EF.SOD and data groups"
    );
    check->add_option("PATH", check_command->path, "Folder of files, or one EF.SOD")
        ->required()
        ->check(CLI::ExistingPath);
    check
        ->add_option(
            "--store", check_command->store, "Trust store; without one nothing is anchored"
        )
        ->check(CLI::ExistingDirectory);
    check->add_flag("--json", check_command->json, "One JSON object");
    check->callback([check_command, &status] { status = run_document_check(*check_command); });
}

void add_document_trust(CLI::App& document, int& status) {
    auto* trust = document.add_subcommand("trust", "Signing authorities that documents lead to");
    trust->require_subcommand(1);
    auto command = std::make_shared<TrustCommand>();
    auto* import = trust->add_subcommand(
        "import", "Take master lists, certificates of authorities and revocation lists"
    );
    import->add_option("FILE", command->files, "Master lists, certificates, revocation lists")
        ->required()
        ->check(CLI::ExistingFile);
    import->add_option("--store", command->store, "Folder of the trust store")->required();
    auto* list = trust->add_subcommand("list", "Show what the store holds");
    list->add_option("--store", command->store, "Folder of the trust store")
        ->required()
        ->check(CLI::ExistingDirectory);
    auto* diff = trust->add_subcommand("diff", "What a newer master list adds and leaves out");
    diff->add_option("FILES", command->files, "The older list and the newer one")
        ->required()
        ->expected(2)
        ->check(CLI::ExistingFile);
    for (CLI::App* each : {import, diff}) {
        each->add_option(
                "--anchor", command->anchors, "Certificate that a master list's signature leads to"
        )
            ->check(CLI::ExistingFile);
    }
    for (CLI::App* each : {import, list, diff}) {
        each->add_flag("--json", command->json, "One JSON object");
    }
    import->callback([command, &status] { status = run_document_trust_import(*command); });
    list->callback([command, &status] { status = run_document_trust_list(*command); });
    diff->callback([command, &status] { status = run_document_trust_diff(*command); });
}

void add_face_record(CLI::App& document, int& status) {
    auto* face = document.add_subcommand(
        "face-record", "Write a picture as an ANSI/NIST-ITL face record, or read one"
    );
    auto command = std::make_shared<FaceRecordCommand>();
    auto* read =
        face->add_option("--read", command->read, "Show this record instead of writing one")
            ->check(CLI::ExistingFile);
    face->add_option("PICTURE", command->picture, "JPEG, JPEG 2000 (JP2) or PNG")
        ->check(CLI::ExistingFile)
        ->excludes(read);
    face->add_option("--out", command->out, "Record to write; with --read: write its picture here");
    face->add_option("--type", command->type, "Type of transaction (1.004), letters");
    face->add_option("--destination", command->destination, "Destination agency (1.007)");
    face->add_option(
        "--originator", command->originator, "Originating and source agency (1.008, 10.004)"
    );
    face->add_option(
        "--control", command->control, "Control number (1.009); a random one by default"
    );
    face->add_option(
        "--captured",
        command->captured,
        "Date of the picture (10.005), YYYY-MM-DD; today by default"
    );
    face->add_option("--sap", command->profile, "Subject acquisition profile (10.013), 0 to 32");
    face->add_option("--pose", command->pose, "Pose (10.020): F, R or L");
    face->add_option("--quality", command->quality, "Quality score (10.024): 0 to 100, 254 or 255");
    face->add_option(
        "--quality-vendor", command->quality_vendor, "Vendor of the score, four hex digits"
    );
    face->add_option(
        "--quality-algorithm", command->quality_algorithm, "Algorithm of the vendor, 1 to 65535"
    );
    face->add_flag("--json", command->json, "One JSON object");
    face->callback([command, &status] { status = run_document_face_record(*command); });
}

} // namespace

void add_document(CLI::App& app, int& status) {
    auto* document = app.add_subcommand("document", "Travel documents and boarding passes");
    document->require_subcommand(1);
    add_document_readers(*document, status);
    add_document_trust(*document, status);
    add_face_record(*document, status);
}

} // namespace sallyport::app
