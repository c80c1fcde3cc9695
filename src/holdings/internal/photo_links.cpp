#include "holdings/internal/photo_links.hpp"

#include "base/csv.hpp"
#include "base/limits.hpp"
#include "domain/traveler.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/core.h>
#include <fstream>
#include <optional>
#include <system_error>

namespace sallyport::holdings::internal {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view csv_name = "holdings.csv";
constexpr std::size_t warnings_max = 1'000;

std::string lower(std::string text) {
    for (char& character : text) {
        if (character >= 'A' && character <= 'Z') {
            character = static_cast<char>(character - 'A' + 'a');
        }
    }
    return text;
}

bool is_picture_name(const fs::path& file) {
    const std::string extension = lower(file.extension().string());
    return extension == ".jpg" || extension == ".jpeg" || extension == ".png";
}

// Symbolic links are followed first, so that a link inside cannot point out. False when absent.
bool lies_inside(const fs::path& folder, const fs::path& file) {
    std::error_code code;
    const fs::path real = fs::canonical(folder / file, code);
    if (code) {
        return false;
    }
    const auto [end, in_real] =
        std::mismatch(folder.begin(), folder.end(), real.begin(), real.end());
    return end == folder.end() && in_real != real.end();
}

// D0000001_2 is a further picture of D0000001.
std::string document_of(const fs::path& stem) {
    std::string name = stem.string();
    const std::size_t mark = name.rfind('_');
    if (mark != std::string::npos && mark + 1 < name.size() &&
        name.find_first_not_of("0123456789", mark + 1) == std::string::npos) {
        name.erase(mark);
    }
    return domain::normalised_document_number(name);
}

class LinkFinder {
public:
    explicit LinkFinder(fs::path folder) { links_.folder = std::move(folder); }

    // The table goes first: it knows source and year, which a file's name does not say.
    Result<PhotoLinks> find() {
        SALLYPORT_CHECK(read_csv());
        SALLYPORT_CHECK(scan());
        if (links_outside_ > 0) {
            warn(fmt::format(
                "symbolic links that leave the folder were passed over: {}", links_outside_
            ));
        }
        return std::move(links_);
    }

private:
    Status scan();
    Status read_csv();
    Status take_row(const CSVRow& row);
    Status take_photo(const std::string& document, PhotoLink link);
    // Names of the pictures in a sub-folder, in order; not below.
    Result<std::vector<fs::path>> pictures_in(const fs::path& sub_folder);
    bool passes_out(const fs::directory_entry& entry);
    void warn(std::string text) {
        if (links_.warnings.size() < warnings_max) {
            links_.warnings.push_back(std::move(text));
        }
    }

    PhotoLinks links_;
    std::size_t links_outside_ = 0;
};

Status unreadable() {
    return fail(ErrorCode::IoFailed, "the folder of held photos cannot be read");
}

Status bad_row(std::size_t line, std::string_view problem) {
    return fail(ErrorCode::MalformedInput, fmt::format("{} line {}: {}", csv_name, line, problem));
}

// One listing, sorted: the order of a directory is nobody's choice.
Result<std::vector<fs::directory_entry>> entries_of(const fs::path& folder) {
    std::error_code code;
    std::vector<fs::directory_entry> entries;
    for (fs::directory_iterator entry(folder, code), end; !code && entry != end;
         entry.increment(code)) {
        entries.push_back(*entry);
        if (entries.size() > limits::holdings_photos_max) {
            return fail(
                ErrorCode::PayloadTooLarge, "the folder of held photos has too many entries"
            );
        }
    }
    if (code) {
        return fail(unreadable().error());
    }
    std::ranges::sort(entries, {}, [](const fs::directory_entry& entry) { return entry.path(); });
    return entries;
}

bool LinkFinder::passes_out(const fs::directory_entry& entry) {
    std::error_code code;
    if (!entry.is_symlink(code) ||
        lies_inside(links_.folder, entry.path().lexically_relative(links_.folder))) {
        return false;
    }
    ++links_outside_;
    return true;
}

Result<std::vector<fs::path>> LinkFinder::pictures_in(const fs::path& sub_folder) {
    SALLYPORT_TRY(const auto entries, entries_of(links_.folder / sub_folder));
    std::vector<fs::path> pictures;
    for (const fs::directory_entry& entry : entries) {
        std::error_code code;
        if (is_picture_name(entry.path()) && !passes_out(entry) && entry.is_regular_file(code)) {
            pictures.push_back(sub_folder / entry.path().filename());
        }
    }
    return pictures;
}

Status LinkFinder::scan() {
    SALLYPORT_TRY(const auto entries, entries_of(links_.folder));
    for (const fs::directory_entry& entry : entries) {
        if (passes_out(entry)) {
            continue;
        }
        std::error_code code;
        const fs::path name = entry.path().filename();
        if (entry.is_directory(code)) {
            const std::string document = domain::normalised_document_number(name.string());
            SALLYPORT_TRY(const std::vector<fs::path> pictures, pictures_in(name));
            for (const fs::path& picture : pictures) {
                SALLYPORT_CHECK(take_photo(document, {picture, "", "", 0}));
            }
        } else if (entry.is_regular_file(code) && is_picture_name(name)) {
            SALLYPORT_CHECK(take_photo(document_of(name.stem()), {name, "", "", 0}));
        }
    }
    return {};
}

Status LinkFinder::take_photo(const std::string& document, PhotoLink link) {
    if (document.empty()) {
        return {};
    }
    std::vector<PhotoLink>& links = links_.by_document[document];
    // A picture that the table links needs no second link by its name.
    const bool known = std::ranges::any_of(links, [&link](const PhotoLink& other) {
        return other.file == link.file && (link.issuer.empty() || other.issuer == link.issuer);
    });
    if (known) {
        return {};
    }
    if (++links_.photos > limits::holdings_photos_max) {
        return fail(
            ErrorCode::PayloadTooLarge, "the folder links more photos than the limit allows"
        );
    }
    links.push_back(std::move(link));
    return {};
}

Status LinkFinder::read_csv() {
    std::error_code code;
    const fs::path path = links_.folder / csv_name;
    if (!fs::exists(path, code) && !code) {
        return {};
    }
    const std::uintmax_t bytes = fs::file_size(path, code);
    if (code || !lies_inside(links_.folder, csv_name)) {
        return fail(ErrorCode::IoFailed, fmt::format("{} cannot be read", csv_name));
    }
    if (bytes > limits::holdings_csv_bytes_max) {
        return fail(
            ErrorCode::PayloadTooLarge,
            fmt::format("{} is larger than {} bytes", csv_name, limits::holdings_csv_bytes_max)
        );
    }
    std::string text(static_cast<std::size_t>(bytes), '\0');
    std::ifstream file(path, std::ios::binary);
    if (!file.read(text.data(), static_cast<std::streamsize>(text.size()))) {
        return fail(ErrorCode::IoFailed, fmt::format("{} cannot be read", csv_name));
    }
    CSVReader reader(text);
    bool has_header = false;
    while (true) {
        Result<std::optional<CSVRow>> row = reader.next();
        if (!row) {
            return fail(
                ErrorCode::MalformedInput, fmt::format("{} {}", csv_name, row.error().message())
            );
        }
        if (!row->has_value()) {
            break;
        }
        if (has_header) {
            SALLYPORT_CHECK(take_row(**row));
        } else if ((*row)->fields == std::vector<std::string>{
                                         "document_number", "issuer", "photo", "source", "year"
                                     }) {
            has_header = true;
        } else {
            return bad_row(
                (*row)->line, "the header must be document_number,issuer,photo,source,year"
            );
        }
    }
    return {};
}

Status LinkFinder::take_row(const CSVRow& row) {
    constexpr std::size_t columns = 5;
    if (row.fields.size() != columns) {
        return bad_row(row.line, fmt::format("{} fields, there must be 5", row.fields.size()));
    }
    const std::string document = domain::normalised_document_number(row.fields[0]);
    if (document.empty()) {
        return bad_row(row.line, "the document number is empty");
    }
    PhotoLink link{
        .file = row.fields[2], .issuer = row.fields[1], .source = row.fields[3], .year = 0
    };
    const std::string& year = row.fields[4];
    const auto [end, code] = std::from_chars(year.data(), year.data() + year.size(), link.year);
    const bool is_year = code == std::errc() && end == year.data() + year.size() &&
                         link.year >= 1900 && link.year <= 9999;
    if (!year.empty() && !is_year) {
        return bad_row(row.line, "the year is not one");
    }
    if (link.file.empty() || link.file.is_absolute() ||
        std::ranges::find(link.file, fs::path("..")) != link.file.end()) {
        return bad_row(row.line, "the photo must be a path inside the folder");
    }
    std::error_code error;
    const fs::path full = links_.folder / link.file;
    if (!fs::exists(full, error)) {
        warn(fmt::format("{} line {}: the photo is not there", csv_name, row.line));
        return {};
    }
    if (!lies_inside(links_.folder, link.file)) {
        return bad_row(row.line, "the photo lies outside the folder");
    }
    if (fs::is_directory(full, error)) {
        SALLYPORT_TRY(const std::vector<fs::path> pictures, pictures_in(link.file));
        if (pictures.empty()) {
            warn(fmt::format("{} line {}: the sub-folder has no photos", csv_name, row.line));
        }
        for (const fs::path& picture : pictures) {
            link.file = picture;
            SALLYPORT_CHECK(take_photo(document, link));
        }
        return {};
    }
    if (!is_picture_name(link.file) || !fs::is_regular_file(full, error)) {
        return bad_row(row.line, "the photo is neither .jpg, .jpeg, .png nor a sub-folder");
    }
    return take_photo(document, std::move(link));
}

} // namespace

Result<PhotoLinks> find_photo_links(const fs::path& folder) {
    std::error_code code;
    const fs::path real = fs::canonical(folder, code);
    if (code || !fs::is_directory(real, code)) {
        return fail(ErrorCode::NotFound, "there is no such folder of held photos");
    }
    return LinkFinder(real).find();
}

Result<SecretBytes> read_photo(const fs::path& folder, const fs::path& file) {
    std::error_code code;
    const fs::path full = folder / file;
    if (!lies_inside(folder, file) || !fs::is_regular_file(full, code)) {
        return fail(ErrorCode::IoFailed, "a held photo is no longer in its place");
    }
    const std::uintmax_t bytes = fs::file_size(full, code);
    if (code || bytes > limits::image_bytes_max) {
        return fail(ErrorCode::IoFailed, "a held photo is larger than the limit, or has no size");
    }
    SecretBytes content(static_cast<std::size_t>(bytes));
    std::ifstream stream;
    stream.rdbuf()->pubsetbuf(nullptr, 0); // a stream's own buffer would not be wiped
    stream.open(full, std::ios::binary);
    // Bytes of a picture into a buffer of bytes: the types differ in sign only.
    if (!stream.read(
            reinterpret_cast<char*>(content.data()), static_cast<std::streamsize>(content.size())
        )) {
        return fail(ErrorCode::IoFailed, "a held photo cannot be read");
    }
    return content;
}

} // namespace sallyport::holdings::internal
