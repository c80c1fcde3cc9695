// A server on a free port over a temporary record.
#pragma once

#include "transport/http_client.hpp"
#include "transport/server.hpp"
#include "transport/testing/service_fixture.hpp"

#include <chrono>
#include <gtest/gtest.h>
#include <memory>
#include <string>

namespace sallyport::system_test {

class ServerTest : public ::testing::Test {
protected:
    void start(transport::ServerOptions options = {}) {
        options.schema_root = transport::testing::schema_folder();
        auto started = transport::Server::start(std::move(options), installation_.services());
        ASSERT_TRUE(started.has_value()) << started.error().describe();
        server_ = *std::move(started);
    }
    transport::HttpClient client() {
        return transport::HttpClient::connect(
                   "127.0.0.1", server_->port(), std::chrono::seconds(10)
        )
            .value();
    }
    std::string host() { return "127.0.0.1:" + std::to_string(server_->port()); }
    // The server still answers.
    void expect_alive() {
        auto other = client();
        const auto health = other.request("GET", "/v1/health");
        ASSERT_TRUE(health.has_value()) << health.error().describe();
        EXPECT_EQ(health->status, 200);
    }

    transport::testing::Installation installation_;
    transport::testing::Desk desk_{installation_};
    std::unique_ptr<transport::Server> server_;
};

} // namespace sallyport::system_test
