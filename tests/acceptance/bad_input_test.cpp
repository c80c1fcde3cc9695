// Proves, over real HTTP with the real pack, that every kind of bad input has a clear problem
// answer or a refer with its reason, is no attempt against the traveler, and leaves the server
// serving.
#include "imaging/codec.hpp"
#include "imaging/geometry.hpp"
#include "running_service.hpp"

#include <algorithm>
#include <cstring>
#include <gtest/gtest.h>
#include <turbojpeg.h>

namespace sallyport::acceptance {
namespace {

namespace json = boost::json;

Bytes bytes_of(std::string_view text) {
    return Bytes(text.begin(), text.end());
}

Bytes jpeg_of(const imaging::Image& image) {
    const auto encoded = imaging::encode_jpeg(image, 90);
    return Bytes(encoded->begin(), encoded->end());
}

imaging::Image decoded(const Bytes& bytes) {
    return *imaging::decode_image(bytes);
}

// The frame header of a JPEG, found by its marker (SOF0 to SOF2).
std::size_t frame_header(const Bytes& jpeg) {
    std::size_t place = 2;
    while (place + 4 < jpeg.size() && !(jpeg[place + 1] >= 0xC0 && jpeg[place + 1] <= 0xC2)) {
        place += 2U + static_cast<std::size_t>(jpeg[place + 2]) * 256U + jpeg[place + 3];
    }
    return place;
}

Bytes with_size(Bytes jpeg, unsigned width, unsigned height) {
    const std::size_t header = frame_header(jpeg);
    jpeg[header + 5] = static_cast<std::uint8_t>(height >> 8U);
    jpeg[header + 6] = static_cast<std::uint8_t>(height & 0xFFU);
    jpeg[header + 7] = static_cast<std::uint8_t>(width >> 8U);
    jpeg[header + 8] = static_cast<std::uint8_t>(width & 0xFFU);
    return jpeg;
}

// A progressive JPEG whose last scan is repeated until it is a bomb.
Bytes scan_bomb(const imaging::Image& image) {
    tjhandle handle = tjInitCompress();
    unsigned char* out = nullptr;
    unsigned long size = 0;
    tjCompress2(
        handle,
        image.pixels().data(),
        image.width(),
        0,
        image.height(),
        TJPF_RGB,
        &out,
        &size,
        TJSAMP_444,
        80,
        TJFLAG_PROGRESSIVE
    );
    Bytes jpeg(out, out + size);
    tjFree(out);
    tjDestroy(handle);
    std::size_t last_scan = jpeg.size();
    for (std::size_t place = 0; place + 1 < jpeg.size(); ++place) {
        if (jpeg[place] == 0xFF && jpeg[place + 1] == 0xDA) {
            last_scan = place;
        }
    }
    const Bytes scan(jpeg.begin() + static_cast<std::ptrdiff_t>(last_scan), jpeg.end() - 2);
    jpeg.resize(jpeg.size() - 2);
    for (int count = 0; count < 3000; ++count) {
        jpeg.insert(jpeg.end(), scan.begin(), scan.end());
    }
    jpeg.push_back(0xFF);
    jpeg.push_back(0xD9);
    return jpeg;
}

Bytes cmyk_jpeg() {
    const int side = 64;
    const std::vector<unsigned char> pixels(static_cast<std::size_t>(side * side) * 4, 128);
    tjhandle handle = tjInitCompress();
    unsigned char* out = nullptr;
    unsigned long size = 0;
    tjCompress2(handle, pixels.data(), side, 0, side, TJPF_CMYK, &out, &size, TJSAMP_444, 80, 0);
    Bytes jpeg(out, out + size);
    tjFree(out);
    tjDestroy(handle);
    return jpeg;
}

// A valid 16-bit grey PNG of one pixel (checksums included).
const Bytes png_of_16_bits{0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D,
                           0x49, 0x48, 0x44, 0x52, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01,
                           0x10, 0x00, 0x00, 0x00, 0x00, 0x6A, 0xEE, 0x47, 0x16, 0x00, 0x00, 0x00,
                           0x0B, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9C, 0x63, 0x60, 0x60, 0x60, 0x00,
                           0x00, 0x00, 0x04, 0x00, 0x01, 0x27, 0x34, 0x27, 0x0A, 0x00, 0x00, 0x00,
                           0x00, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82};

// Pictures on a grey canvas, each at its place and size.
struct Placed {
    const imaging::Image* image;
    int left;
    int top;
    int width;
    int height;
};
imaging::Image canvas(int width, int height, const std::vector<Placed>& pictures) {
    imaging::Image result(width, height);
    std::fill(result.pixels().begin(), result.pixels().end(), std::uint8_t{150});
    for (const Placed& placed : pictures) {
        const auto scaled = imaging::resize(*placed.image, placed.width, placed.height);
        for (int y = 0; y < placed.height; ++y) {
            std::memcpy(
                result.row(placed.top + y) + static_cast<std::ptrdiff_t>(placed.left) * 3,
                scaled->row(y),
                static_cast<std::size_t>(placed.width) * 3
            );
        }
    }
    return result;
}

// After the bad input: the same transaction still takes a good picture, and its attempts are whole.
void expect_still_serving(RunningService& service, const std::string& transaction) {
    EXPECT_EQ(service.call("GET", "/v1/health").status, 200);
    const Answer good = service.capture(transaction, RunningService::portrait("person_a_2.jpg"));
    EXPECT_EQ(good.status, 200);
    EXPECT_EQ(good.text("/verdict"), "match");
    EXPECT_EQ(good.number("/attempts"), 1);
}

struct BadPicture {
    const char* name;
    Bytes bytes;
    const char* type;
    int status;
    const char* problem;
};

TEST(BadPictures, AreAnsweredWithAProblemAndAreNoAttempt) {
    SALLYPORT_SERVICE_OR_SKIP(service);
    service->board();
    const Bytes good = RunningService::portrait("person_a_2.jpg");
    const imaging::Image image = decoded(good);
    const auto small = imaging::resize(image, 64, 64);
    const Bytes half(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(good.size() / 2));
    const std::vector<BadPicture> cases{
        {"empty body", {}, "image/jpeg", 400, "invalid-argument"},
        {"text as JPEG",
         bytes_of("hello, this is no picture"),
         "image/jpeg",
         422,
         "image-undecodable"},
        {"truncated JPEG", half, "image/jpeg", 422, "image-undecodable"},
        {"30,000 x 30,000 header",
         with_size(good, 30'000, 30'000),
         "image/jpeg",
         413,
         "image-too-large"},
        {"progressive scan bomb", scan_bomb(*small), "image/jpeg", 413, "image-too-large"},
        {"CMYK", cmyk_jpeg(), "image/jpeg", 422, "image-unsupported"},
        {"16-bit PNG", png_of_16_bits, "image/png", 422, "image-unsupported"},
        {"wrong content type", good, "text/plain", 415, "unsupported-media-type"},
        {"no content type", good, "", 415, "unsupported-media-type"},
    };
    const std::string transaction = service->open();
    for (const BadPicture& bad : cases) {
        const Answer answer = service->capture(transaction, bad.bytes, bad.type);
        EXPECT_EQ(answer.status, bad.status) << bad.name;
        EXPECT_EQ(answer.problem(), bad.problem) << bad.name;
        EXPECT_FALSE(answer.text("/title").empty()) << bad.name;
    }
    expect_still_serving(*service, transaction);
}

TEST(BadPictures, AHundredMegabytesAreRefusedBeforeTheyAreRead) {
    SALLYPORT_SERVICE_OR_SKIP(service);
    service->board();
    const std::string transaction = service->open();
    const auto begun = std::chrono::steady_clock::now();
    Answer answer;
    try {
        answer = service->capture(transaction, Bytes(100U << 20U, 0x55));
    } catch (const std::exception&) {
        // The server may close while we still send; it must be there again at once.
        answer.status = 413;
    }
    EXPECT_EQ(answer.status, 413);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(20));
    expect_still_serving(*service, transaction);
}

TEST(PoorPictures, ReferWithWhatToChange) {
    SALLYPORT_SERVICE_OR_SKIP(service);
    service->board();
    const imaging::Image macron = decoded(RunningService::portrait("person_a_2.jpg"));
    imaging::Image wall(640, 480);
    std::fill(wall.pixels().begin(), wall.pixels().end(), std::uint8_t{170});
    const std::string transaction = service->open();

    Answer answer = service->capture(transaction, jpeg_of(wall));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.text("/verdict"), "refer");
    EXPECT_EQ(answer.text("/reason"), "no_face");

    // The face is about a third of the portrait's width: 45 pixels of picture make one of 15.
    const int height = 45 * macron.height() / macron.width();
    answer =
        service->capture(transaction, jpeg_of(canvas(320, 240, {{&macron, 130, 80, 45, height}})));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.text("/verdict"), "refer");
    EXPECT_TRUE(answer.text("/reason") == "face_too_small" || answer.text("/reason") == "no_face")
        << answer.text("/reason");
    EXPECT_EQ(answer.number("/attempts"), 0);
    expect_still_serving(*service, transaction);
}

TEST(PoorPictures, OfTenFacesTheCentralLargestIsTheTravelerAndTheOthersAreCounted) {
    SALLYPORT_SERVICE_OR_SKIP(service);
    service->board();
    const imaging::Image macron = decoded(RunningService::portrait("person_a_2.jpg"));
    const imaging::Image sunak = decoded(RunningService::portrait("impostor_2.jpg"));
    std::vector<Placed> crowd;
    for (int index = 0; index < 9; ++index) {
        const int left = index < 5 ? index * 160 : (index - 5) * 210;
        const int top = index < 5 ? 0 : 620;
        crowd.push_back({&sunak, left, top, 120, 140});
    }
    crowd.push_back({&macron, 230, 170, 340, 340 * macron.height() / macron.width()});
    const Answer answer = service->capture(service->open(), jpeg_of(canvas(800, 800, crowd)));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.text("/verdict"), "match");
    EXPECT_EQ(answer.text("/subjects/0/traveler/family_name"), "MACRON");
    EXPECT_GE(answer.number("/subjects/0/faces_seen"), 9);
}

TEST(PoorPictures, TenEqualFacesNameNobody) {
    SALLYPORT_SERVICE_OR_SKIP(service);
    service->board();
    // Two rows that mirror each other around the middle: nobody stands nearer to it.
    const imaging::Image macron = decoded(RunningService::portrait("person_a_2.jpg"));
    std::vector<Placed> crowd;
    for (int index = 0; index < 10; ++index) {
        crowd.push_back({&macron, (index % 5) * 160 + 10, (index / 5) * 300 + 80, 140, 180});
    }
    const Answer answer = service->capture(service->open(), jpeg_of(canvas(800, 640, crowd)));
    EXPECT_EQ(answer.status, 200);
    EXPECT_NE(answer.text("/verdict"), "match");
}

TEST(BadRequests, NameWhatIsUnknownOrClosed) {
    SALLYPORT_SERVICE_OR_SKIP(service);
    const std::string context = service->board();
    const std::string nowhere(32, '7');
    EXPECT_EQ(service->call("GET", "/v1/contexts/" + nowhere).problem(), "not-found");
    EXPECT_EQ(service->call("GET", "/v1/contexts/" + nowhere + "/coverage").problem(), "not-found");
    EXPECT_EQ(
        service
            ->send(
                "PUT",
                "/v1/checkpoints/gate-b12/contexts",
                {{"contexts", json::array{json::value(nowhere)}}}
            )
            .problem(),
        "not-found"
    );
    EXPECT_EQ(
        service->capture(nowhere, RunningService::portrait("person_a_2.jpg")).problem(), "not-found"
    );
    EXPECT_EQ(service->call("GET", "/v1/contexts/not-an-id").status / 100, 4);

    const std::string transaction = service->open();
    EXPECT_EQ(
        service->send("POST", "/v1/contexts/" + context + "/close", json::object{}).status, 200
    );
    EXPECT_EQ(
        service->send("POST", "/v1/contexts/" + context + "/close", json::object{}).problem(),
        "context-closed"
    );
    EXPECT_EQ(
        service
            ->send(
                "PUT",
                "/v1/checkpoints/gate-b12/contexts",
                {{"contexts", json::array{json::value(context)}}}
            )
            .problem(),
        "context-closed"
    );
    // The transaction that was open sees no gallery any more and refers.
    const Answer late = service->capture(transaction, RunningService::portrait("person_a_2.jpg"));
    EXPECT_EQ(late.status, 200);
    EXPECT_EQ(late.text("/verdict"), "refer");
    EXPECT_EQ(late.text("/reason"), "gallery_not_ready");
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t place = text.find(from);
    EXPECT_NE(place, std::string::npos) << from;
    return place == std::string::npos ? text : text.replace(place, from.size(), to);
}

TEST(BadManifests, SayTheirFaultsAndLeaveNothingBehind) {
    SALLYPORT_SERVICE_OR_SKIP(service);
    const Bytes list = RunningService::flight_list();
    const std::string good(list.begin(), list.end());
    const std::string unt =
        good.substr(good.find("UNT+"), good.find('\'', good.find("UNT+")) - good.find("UNT+"));
    const std::vector<std::pair<const char*, std::string>> cases{
        {"wrong CNT", replaced(good, "CNT+42:20", "CNT+42:21")},
        {"broken UNT", replaced(good, unt, "UNT+3+WRONG")},
        {"unknown character set", replaced(good, "UNOA:4", "UNOZ:4")},
        {"cut in the middle", good.substr(0, good.size() / 2)},
        {"no message", "hello"},
    };
    for (const auto& [name, text] : cases) {
        const Answer answer =
            service->call("POST", "/v1/manifests", "application/edifact", bytes_of(text));
        EXPECT_EQ(answer.status, 422) << name;
        EXPECT_EQ(answer.problem(), "manifest-rejected") << name;
        EXPECT_FALSE(answer.text("/faults/0/text").empty()) << name;
    }
    EXPECT_EQ(service->call("POST", "/v1/manifests", "application/edifact", {}).status / 100, 4);
    EXPECT_EQ(service->call("POST", "/v1/manifests", "image/jpeg", list).status, 415);
    EXPECT_TRUE(service->call("GET", "/v1/contexts").body.at("contexts").as_array().empty());
}

TEST(Manifests, WithOtherSeparatorsAreRead) {
    SALLYPORT_SERVICE_OR_SKIP(service);
    const Bytes list = RunningService::flight_list();
    std::string text(list.begin(), list.end());
    // UNA names the new ones: component |, element *, decimal ., release !, terminator ~.
    text = text.substr(text.find("UNB"));
    std::replace(text.begin(), text.end(), '?', '!');
    std::replace(text.begin(), text.end(), ':', '|');
    std::replace(text.begin(), text.end(), '+', '*');
    std::replace(text.begin(), text.end(), '\'', '~');
    const Answer answer = service->call(
        "POST", "/v1/manifests", "application/edifact", bytes_of("UNA|*.! ~\n" + text)
    );
    EXPECT_EQ(answer.status, 201) << json::serialize(answer.body);
    EXPECT_EQ(answer.number("/travelers"), 20);
}

TEST(Manifests, SentAgainAreOneFlight) {
    SALLYPORT_SERVICE_OR_SKIP(service);
    const Bytes list = RunningService::flight_list();
    const transport::HttpHeaders key{{"Idempotency-Key", "list-1"}};
    const Answer first = service->call("POST", "/v1/manifests", "application/edifact", list, key);
    ASSERT_EQ(first.status, 201);
    // The answer was lost: the same key gets the same answer.
    const Answer again = service->call("POST", "/v1/manifests", "application/edifact", list, key);
    EXPECT_EQ(again.status, 201);
    EXPECT_EQ(again.body, first.body);
    // The same list without the key, or the key with another list, is a conflict.
    EXPECT_EQ(
        service->call("POST", "/v1/manifests", "application/edifact", list).problem(),
        "already-exists"
    );
    Bytes other = list;
    other.push_back('\n');
    EXPECT_EQ(
        service->call("POST", "/v1/manifests", "application/edifact", other, key).problem(),
        "idempotency-mismatch"
    );
    EXPECT_EQ(service->call("GET", "/v1/contexts").body.at("contexts").as_array().size(), 1U);
}

} // namespace
} // namespace sallyport::acceptance
