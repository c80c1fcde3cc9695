#include "demo_flight.hpp"

#include "base/limits.hpp"
#include "config.hpp"
#include "evaluation/people_folder.hpp"
#include "imaging/codec.hpp"
#include "imaging/geometry.hpp"
#include "runtime_paths.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <chrono>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fstream>
#include <toml++/toml.h>

namespace sallyport::app {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

// The five travelers of the list for whom a photo is held.
struct HeldPortrait {
    std::string_view document;
    std::string_view file;
    std::string_view source;
    int year;
};
constexpr std::array<HeldPortrait, 5> held_portraits{{
    {"D0000001", "obama.jpg", "passport", 2012},
    {"D0000002", "biden.jpg", "passport", 2013},
    {"D0000003", "person_a_1.jpg", "passport", 2014},
    {"D0000004", "person_b_1.jpg", "visa", 2018},
    {"D0000005", "astronaut.png", "passport", 1999},
}};

enum class Edit { None, Smaller, Darker };

struct PlayedPortrait {
    std::string_view label;
    std::string_view family_name;
    std::string_view file;
    Edit edit;
    Expected expected;
};
// In the order in which they come to the gate.
constexpr std::array<PlayedPortrait, 7> played_portraits{{
    {"Emmanuel Macron, 2025 (held photo of 2014)",
     "MACRON",
     "person_a_2.jpg",
     Edit::None,
     Expected::Match},
    {"Jacinda Ardern, 2022 (held photo of 2018)",
     "ARDERN",
     "person_b_2.jpg",
     Edit::None,
     Expected::Match},
    {"Barack Obama, another picture", "OBAMA", "obama2.jpg", Edit::None, Expected::Match},
    {"Eileen Collins, edited: darker", "COLLINS", "astronaut.png", Edit::Darker, Expected::Match},
    {"Joe Biden, edited: smaller", "BIDEN", "biden.jpg", Edit::Smaller, Expected::Match},
    {"Rishi Sunak, who is not on the list", "", "impostor_2.jpg", Edit::None, Expected::NotConfirmed
    },
    {"Barack Obama, a second time", "OBAMA", "impostor_1.jpg", Edit::None, Expected::AlreadyDone},
}};

Result<SecretBytes> read_picture(const fs::path& file) {
    auto text = read_text_file(file);
    if (!text.has_value()) {
        return fail(ErrorCode::IoFailed, file.string() + " is missing; run script/setup demo");
    }
    return SecretBytes(text->begin(), text->end());
}

Result<SecretBytes> edited(const SecretBytes& picture, Edit edit) {
    if (edit == Edit::None) {
        return picture;
    }
    SALLYPORT_TRY(const imaging::Image image, imaging::decode_image(picture));
    // As a cheap camera at the gate would give it: half the size, or in poor light.
    const int divisor = edit == Edit::Smaller ? 2 : 1;
    SALLYPORT_TRY(
        imaging::Image worse,
        imaging::resize(
            image, std::max(1, image.width() / divisor), std::max(1, image.height() / divisor)
        )
    );
    if (edit == Edit::Darker) {
        for (std::uint8_t& value : worse.pixels()) {
            value = static_cast<std::uint8_t>(value * 6 / 10);
        }
    }
    return imaging::encode_jpeg(worse, 80);
}

Result<SecretBytes> empty_wall() {
    imaging::Image wall(640, 480);
    std::fill(wall.pixels().begin(), wall.pixels().end(), std::uint8_t{170});
    return imaging::encode_jpeg(wall, 90);
}

Status write_file(const fs::path& file, std::span<const std::uint8_t> bytes) {
    std::ofstream stream(file, std::ios::binary);
    stream.write(
        reinterpret_cast<const char*>(bytes.data()
        ), // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast)
        static_cast<std::streamsize>(bytes.size())
    );
    stream.flush();
    return stream ? Status() : Status(fail(ErrorCode::IoFailed, "cannot write " + file.string()));
}

Status write_text(const fs::path& file, std::string_view text) {
    const std::vector<std::uint8_t> bytes(text.begin(), text.end());
    return write_file(file, bytes);
}

// YYMMDDhhmm, as PAXLST writes times with format qualifier 201.
std::string edifact_time(Instant at) {
    return fmt::format("{:%y%m%d%H%M}", std::chrono::floor<std::chrono::minutes>(at));
}

// The list of the repository, leaving soon instead of on the day it was written for.
std::string dated(std::string text, Instant now) {
    const Instant departs = now + std::chrono::minutes(40);
    const Instant arrives = departs + std::chrono::hours(8);
    for (const auto& [qualifier, at] :
         {std::pair{"DTM+189:", departs}, std::pair{"DTM+232:", arrives}}) {
        const std::size_t place = text.find(qualifier);
        if (place != std::string::npos) {
            text.replace(place + 8, 10, edifact_time(at));
        }
    }
    return text;
}

Result<std::string> credits_of(const fs::path& file) {
    SALLYPORT_TRY(const std::string text, read_text_file(file));
    json::array credits;
    try {
        const toml::table table = toml::parse(text);
        const toml::array* portraits = table["portrait"].as_array();
        for (std::size_t index = 0; portraits != nullptr && index < portraits->size(); ++index) {
            const toml::table& row = *portraits->get(index)->as_table();
            json::object credit;
            for (const char* key : {"file", "person", "author", "licence", "source"}) {
                credit[key] = row[key].value_or(std::string());
            }
            const auto year = row["year"].value<std::int64_t>();
            credit["year"] = year ? json::value(*year) : json::value(nullptr);
            credits.push_back(std::move(credit));
        }
    } catch (const toml::parse_error& error) {
        return fail(
            ErrorCode::ConfigInvalid, file.string() + ": " + std::string(error.description())
        );
    }
    return json::serialize(credits);
}

} // namespace

Result<DemoFlight> portrait_flight(const fs::path& holdings) {
    DemoFlight flight;
    SALLYPORT_TRY(const std::string list, read_text_file(demo_folder() / "flight.edi"));
    flight.manifest = [list](Instant now) { return dated(list, now); };
    flight.designator = "XX100";
    flight.travelers = 20;
    flight.with_photo = held_portraits.size();
    SALLYPORT_TRY(flight.credits_json, credits_of(demo_folder() / "portraits.toml"));

    std::string csv = "document_number,issuer,photo,source,year\n";
    for (const HeldPortrait& held : held_portraits) {
        SALLYPORT_TRY(const SecretBytes picture, read_picture(portraits_folder() / held.file));
        SALLYPORT_CHECK(write_file(holdings / held.file, picture));
        csv += fmt::format("{},UTO,{},{},{}\n", held.document, held.file, held.source, held.year);
    }
    SALLYPORT_CHECK(write_text(holdings / "holdings.csv", csv));

    for (const PlayedPortrait& played : played_portraits) {
        SALLYPORT_TRY(const SecretBytes picture, read_picture(portraits_folder() / played.file));
        DemoProbe probe;
        probe.label = std::string(played.label);
        probe.family_name = std::string(played.family_name);
        SALLYPORT_TRY(probe.picture, edited(picture, played.edit));
        probe.expected = played.expected;
        flight.probes.push_back(std::move(probe));
    }
    DemoProbe nobody{
        .label = "An empty wall", .family_name = "", .picture = {}, .expected = Expected::NoFace
    };
    SALLYPORT_TRY(nobody.picture, empty_wall());
    flight.probes.push_back(std::move(nobody));
    flight.probes.push_back(
        {.label = "A traveler who chooses the manual check",
         .family_name = "*",
         .picture = {},
         .expected = Expected::OptOut}
    );
    return flight;
}

namespace {

// Names of folders become names of travelers: letters only, in the repertoire of UNOA.
std::string edifact_name(std::string_view folder) {
    std::string name;
    for (const char character : folder) {
        if (character >= 'a' && character <= 'z') {
            name.push_back(static_cast<char>(character - 'a' + 'A'));
        } else if ((character >= 'A' && character <= 'Z') ||
                   (character >= '0' && character <= '9')) {
            name.push_back(character);
        } else if (!name.empty() && name.back() != ' ') {
            name.push_back(' ');
        }
    }
    return name.empty() ? "TRAVELER" : name.substr(0, 60);
}

std::string paxlst_of(const std::vector<std::string>& names, Instant now) {
    const std::string departs = edifact_time(now + std::chrono::minutes(40));
    const std::string arrives = edifact_time(now + std::chrono::hours(8));
    std::string text = fmt::format(
        "UNA:+.? "
        "'\nUNB+UNOA:4+DEMO+SALLYPORT+{}:{}+1++APIS'\nUNH+1+PAXLST:D:05B:UN:IATA'\nBGM+745'\n"
        "NAD+MS+++SALLYPORT DEMO'\nTDT+20+XX200+++XX'\nLOC+125+AMS'\nDTM+189:{}:201'\nLOC+87+JFK'\n"
        "DTM+232:{}:201'\n",
        departs.substr(0, 6),
        departs.substr(6),
        departs,
        arrives
    );
    std::size_t segments = 8; // UNH to the last DTM
    for (std::size_t index = 0; index < names.size(); ++index) {
        text += fmt::format(
            "NAD+FL+++{}'\nNAT+2+UTO'\nDOC+P+P{:07}'\nLOC+91+UTO'\n", names[index], index + 1
        );
        segments += 4;
    }
    text += fmt::format("CNT+42:{}'\nUNT+{}+1'\nUNZ+1+1'\n", names.size(), segments + 2);
    return text;
}

} // namespace

Result<DemoFlight> flight_of_photos(const fs::path& photos, const fs::path& holdings) {
    SALLYPORT_TRY(const evaluation::PeopleSelection people, evaluation::list_people(photos));
    DemoFlight flight;
    flight.credits_json = "[]";
    std::vector<std::string> names;
    std::string csv = "document_number,issuer,photo,source,year\n";
    std::size_t without_probe = 0;
    for (const evaluation::Person& person : people.people) {
        const std::string name = edifact_name(person.name);
        names.push_back(name);
        const std::string document = fmt::format("P{:07}", names.size());
        SALLYPORT_TRY(const SecretBytes held, read_picture(person.pictures.front()));
        const std::string file = document + person.pictures.front().extension().string();
        SALLYPORT_CHECK(write_file(holdings / file, held));
        csv += fmt::format("{},UTO,{},own photo,\n", document, file);
        without_probe += person.pictures.size() < 2 ? 1U : 0U;
        for (std::size_t index = 1; index < person.pictures.size(); ++index) {
            DemoProbe probe;
            probe.label = person.name + ", " + person.pictures[index].filename().string();
            probe.family_name = name;
            SALLYPORT_TRY(probe.picture, read_picture(person.pictures[index]));
            probe.expected = index == 1 ? Expected::Match : Expected::AlreadyDone;
            flight.probes.push_back(std::move(probe));
        }
    }
    SALLYPORT_CHECK(write_text(holdings / "holdings.csv", csv));
    flight.travelers = names.size();
    flight.with_photo = names.size();
    flight.manifest = [names](Instant now) { return paxlst_of(names, now); };
    flight.designator = "XX200";
    if (without_probe > 0) {
        flight.warning = fmt::format(
            "{} people have one picture only: it is held, and nobody comes to the gate for them",
            without_probe
        );
    }
    return flight;
}

} // namespace sallyport::app
