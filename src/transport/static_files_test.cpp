// Proves that pages are served with the right type and caching, and that nothing outside the folder
// of the pages is, by dots, by links or by hidden names.
#include "transport/static_files.hpp"
#include "transport/testing/service_fixture.hpp"

#include <fstream>
#include <gtest/gtest.h>

namespace sallyport::transport {
namespace {

class Pages : public ::testing::Test {
protected:
    Pages() {
        write("web/index.html", "start");
        write("web/console/index.html", "console");
        write("web/assets/app-3f2a.js", "script");
        write("web/favicon.svg", "<svg/>");
        write("web/.hidden", "hidden");
        write("secret.txt", "secret");
        std::filesystem::create_symlink(
            folder_.path() / "secret.txt", folder_.path() / "web/link.txt"
        );
        std::filesystem::create_directory_symlink(folder_.path(), folder_.path() / "web/up");
    }
    void write(const std::string& name, std::string_view text) {
        const std::filesystem::path path = folder_.path() / name;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path) << text;
    }
    Result<Response> get(std::string_view target, std::string_view none_match = "") {
        Request request;
        request.target = parse_target(target).value();
        if (!none_match.empty()) {
            request.headers.add("If-None-Match", std::string(none_match));
        }
        return StaticFiles::open(folder_.path() / "web").value().serve(request);
    }

    testing::TemporaryFolder folder_;
};

TEST_F(Pages, AreServedWithTheirType) {
    const auto index = get("/");
    ASSERT_TRUE(index.has_value());
    EXPECT_EQ(text_of(index->body), "start");
    EXPECT_EQ(index->headers.find("Content-Type"), "text/html; charset=utf-8");
    EXPECT_EQ(text_of(get("/console/")->body), "console");
    EXPECT_EQ(
        get("/assets/app-3f2a.js")->headers.find("Content-Type"), "text/javascript; charset=utf-8"
    );
    EXPECT_EQ(get("/favicon.svg")->headers.find("Content-Type"), "image/svg+xml");
}

TEST_F(Pages, AFolderWithoutItsSlashMovesAndKeepsTheQuery) {
    const auto moved = get("/console?checkpoint=gate-b12");
    ASSERT_TRUE(moved.has_value());
    EXPECT_EQ(moved->status, 301);
    EXPECT_EQ(moved->headers.find("Location"), "/console/?checkpoint=gate-b12");
}

TEST_F(Pages, HashedFilesAreKeptAndOthersAreAskedForAgain) {
    EXPECT_EQ(
        get("/assets/app-3f2a.js")->headers.find("Cache-Control"),
        "public, max-age=31536000, immutable"
    );
    EXPECT_EQ(get("/")->headers.find("Cache-Control"), "no-cache");
}

TEST_F(Pages, AnUnchangedFileIsNotSentAgain) {
    const std::string etag(*get("/")->headers.find("ETag"));
    const auto again = get("/", etag);
    EXPECT_EQ(again->status, 304);
    EXPECT_TRUE(again->body.empty());
    EXPECT_EQ(get("/", "\"other\"")->status, 200);
    write("web/index.html", "changed");
    EXPECT_EQ(get("/", etag)->status, 200);
}

TEST_F(Pages, NothingOutsideTheFolderIsServed) {
    for (const char* target :
         {"/link.txt",
          "/up/secret.txt",
          "/up/",
          "/.hidden",
          "/missing.html",
          "/index.html/",
          "/console/index.html/x",
          "/assets/",
          "/secret.txt"}) {
        const auto response = get(target);
        ASSERT_FALSE(response.has_value()) << target;
        EXPECT_EQ(response.error().code(), ErrorCode::NotFound) << target;
    }
}

TEST_F(Pages, AreOnlyRead) {
    Request request;
    request.method = Method::Post;
    const auto files = StaticFiles::open(folder_.path() / "web").value();
    EXPECT_EQ(files.serve(request).error().code(), ErrorCode::MethodNotAllowed);
}

TEST_F(Pages, AMissingFolderIsAFaultAtStart) {
    EXPECT_EQ(
        StaticFiles::open(folder_.path() / "nothing").error().code(), ErrorCode::ConfigInvalid
    );
    EXPECT_EQ(
        StaticFiles::open(folder_.path() / "secret.txt").error().code(), ErrorCode::ConfigInvalid
    );
}

} // namespace
} // namespace sallyport::transport
