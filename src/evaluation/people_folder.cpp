#include "evaluation/people_folder.hpp"

#include <algorithm>
#include <array>
#include <boost/algorithm/string/case_conv.hpp>
#include <boost/algorithm/string/split.hpp>
#include <boost/algorithm/string/trim.hpp>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <numeric>
#include <set>
#include <sodium.h>
#include <system_error>

namespace sallyport::evaluation {

namespace fs = std::filesystem;

namespace {

// A corrections file is written by hand; more rows than this is another kind of file.
constexpr std::size_t corrections_rows_max = 100'000;

[[nodiscard]] bool is_picture(const fs::path& path) {
    const std::string ending = boost::algorithm::to_lower_copy(path.extension().string());
    return ending == ".jpg" || ending == ".jpeg" || ending == ".png";
}

[[nodiscard]] Result<std::vector<fs::path>> sorted_entries(const fs::path& folder) {
    std::error_code error;
    std::vector<fs::path> entries;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        entries.push_back(entry->path());
    }
    if (error) {
        return fail(ErrorCode::IoFailed, "the folder of people cannot be read: " + error.message());
    }
    std::sort(entries.begin(), entries.end());
    return entries;
}

struct Row {
    std::string kind;
    std::string a;
    std::string b;
};

[[nodiscard]] Result<std::vector<Row>> read_rows(const fs::path& csv) {
    std::ifstream file(csv);
    if (!file) {
        return fail(ErrorCode::NotFound, "the corrections file cannot be opened");
    }
    std::vector<Row> rows;
    std::string line;
    for (std::size_t number = 1; std::getline(file, line); ++number) {
        boost::algorithm::trim(line);
        if (line.empty() || (number == 1 && line == "kind,a,b")) {
            continue;
        }
        std::vector<std::string> cells;
        boost::algorithm::split(cells, line, [](char letter) { return letter == ','; });
        const bool known =
            cells.size() == 3 &&
            (cells[0] == "same_person" || cells[0] == "wrong_picture" || cells[0] == "twins");
        if (!known) {
            return fail(
                ErrorCode::InvalidArgument,
                fmt::format("line {} of the corrections file is not a correction", number)
            );
        }
        if (rows.size() == corrections_rows_max) {
            return fail(ErrorCode::PayloadTooLarge, "too many rows in the corrections file");
        }
        rows.push_back({cells[0], cells[1], cells[2]});
    }
    if (file.bad()) {
        return fail(ErrorCode::IoFailed, "the corrections file cannot be read");
    }
    return rows;
}

// People by name, and who turned out to be whom.
class Merging {
public:
    explicit Merging(const std::vector<Person>& people) : first_(people.size()) {
        std::iota(first_.begin(), first_.end(), std::size_t{0});
        for (std::size_t index = 0; index < people.size(); ++index) {
            index_of_.emplace(people[index].name, index);
        }
    }
    [[nodiscard]] bool knows(const std::string& name) const { return index_of_.contains(name); }
    // People are sorted by name, so the smallest index has the alphabetically first name.
    [[nodiscard]] std::size_t first_of(std::size_t index) const {
        while (first_[index] != index) {
            index = first_[index];
        }
        return index;
    }
    [[nodiscard]] std::size_t first_of(const std::string& name) const {
        return first_of(index_of_.at(name));
    }
    [[nodiscard]] bool merge(const std::string& a, const std::string& b) {
        const auto [low, high] = std::minmax({first_of(a), first_of(b)});
        first_[high] = low;
        return low != high;
    }

private:
    std::map<std::string, std::size_t, std::less<>> index_of_;
    std::vector<std::size_t> first_;
};

[[nodiscard]] bool drop_picture(std::vector<Person>& people, const std::string& folder_and_file) {
    const fs::path wanted(folder_and_file);
    for (Person& person : people) {
        const auto found =
            std::find_if(person.pictures.begin(), person.pictures.end(), [&](const fs::path& path) {
                return path.parent_path().filename() == wanted.parent_path() &&
                       path.filename() == wanted.filename();
            });
        if (found != person.pictures.end()) {
            person.pictures.erase(found);
            return true;
        }
    }
    return false;
}

// Keeps the people for whom keep() says so and renumbers the pairs kept apart.
template <class Keep>
[[nodiscard]] PeopleSelection filtered(const PeopleSelection& from, Keep keep) {
    PeopleSelection result{from.source, from.split, {}, {}};
    std::map<std::size_t, std::size_t> new_index;
    for (std::size_t index = 0; index < from.people.size(); ++index) {
        if (keep(from.people[index])) {
            new_index.emplace(index, result.people.size());
            result.people.push_back(from.people[index]);
        }
    }
    for (const auto& [a, b] : from.kept_apart) {
        const auto new_a = new_index.find(a);
        const auto new_b = new_index.find(b);
        if (new_a != new_index.end() && new_b != new_index.end()) {
            result.kept_apart.emplace_back(new_a->second, new_b->second);
        }
    }
    return result;
}

} // namespace

Result<PeopleSelection> list_people(const fs::path& folder) {
    PeopleSelection selection;
    const fs::path normal = folder.lexically_normal();
    selection.source = (normal.has_filename() ? normal : normal.parent_path()).filename().string();
    SALLYPORT_TRY(const std::vector<fs::path> people, sorted_entries(folder));
    for (const fs::path& path : people) {
        std::error_code error;
        if (!fs::is_directory(path, error)) {
            continue;
        }
        SALLYPORT_TRY(const std::vector<fs::path> files, sorted_entries(path));
        Person person{path.filename().string(), {}};
        std::copy_if(files.begin(), files.end(), std::back_inserter(person.pictures), is_picture);
        if (!person.pictures.empty()) {
            selection.people.push_back(std::move(person));
        }
    }
    if (selection.people.empty()) {
        return fail(ErrorCode::NotFound, "the folder holds no sub-folder with pictures");
    }
    std::sort(
        selection.people.begin(),
        selection.people.end(),
        [](const Person& left, const Person& right) { return left.name < right.name; }
    );
    return selection;
}

Result<CorrectionsApplied> apply_corrections(PeopleSelection& selection, const fs::path& csv) {
    SALLYPORT_TRY(const std::vector<Row> rows, read_rows(csv));
    CorrectionsApplied applied;
    Merging merging(selection.people);
    // Pictures first: they are named by the folder they lie in, not by whom they were merged into.
    for (const Row& row : rows) {
        if (row.kind == "wrong_picture") {
            (drop_picture(selection.people, row.a) ? applied.pictures_dropped : applied.rows_unused
            ) += 1;
        } else if (!merging.knows(row.a) || !merging.knows(row.b)) {
            ++applied.rows_unused;
        } else if (row.kind == "same_person") {
            applied.people_merged += merging.merge(row.a, row.b) ? 1U : 0U;
        }
    }
    for (std::size_t index = 0; index < selection.people.size(); ++index) {
        const std::size_t first = merging.first_of(index);
        if (first != index) {
            std::vector<fs::path>& pictures = selection.people[first].pictures;
            std::move(
                selection.people[index].pictures.begin(),
                selection.people[index].pictures.end(),
                std::back_inserter(pictures)
            );
            selection.people[index].pictures.clear();
            std::sort(pictures.begin(), pictures.end());
        }
    }
    // A pair given by an earlier call may have been merged into others since.
    for (auto& [a, b] : selection.kept_apart) {
        a = merging.first_of(a);
        b = merging.first_of(b);
    }
    for (const Row& row : rows) {
        if (row.kind == "twins" && merging.knows(row.a) && merging.knows(row.b)) {
            selection.kept_apart.emplace_back(merging.first_of(row.a), merging.first_of(row.b));
            ++applied.twins;
        }
    }
    selection = filtered(selection, [](const Person& person) { return !person.pictures.empty(); });
    selection.source += ", labels corrected";
    return applied;
}

Half half_of_name(std::string_view name) {
    std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
    crypto_hash_sha256(
        digest.data(), reinterpret_cast<const unsigned char*>(name.data()), name.size()
    );
    return digest[0] % 2 == 0 ? Half::A : Half::B;
}

PeopleSelection select_half(const PeopleSelection& selection, Half half) {
    PeopleSelection result = filtered(selection, [half](const Person& person) {
        return half_of_name(person.name) == half;
    });
    result.split = half == Half::A ? "half a" : "half b";
    return result;
}

} // namespace sallyport::evaluation
