// The functions behind the routes. Each reads its request, calls one use case and shows what came
// back as the caller's role may see it. What they return as an Error becomes a problem.
#pragma once

#include "transport/router.hpp"

namespace sallyport::transport::handlers {

// system_routes.cpp
Result<Response> health(const Exchange& exchange);
Result<Response> ready(const Exchange& exchange);
Result<Response> metrics(const Exchange& exchange);
Result<Response> openapi(const Exchange& exchange);
Result<Response> open_session(const Exchange& exchange);
Result<Response> show_session(const Exchange& exchange);
Result<Response> end_session(const Exchange& exchange);
Result<Response> mint_token(const Exchange& exchange);
Result<Response> notice(const Exchange& exchange);

// manifest_routes.cpp
Result<Response> receive_manifest(const Exchange& exchange);
Result<Response> acknowledgement(const Exchange& exchange);
Result<Response> data_answer(const Exchange& exchange);
Result<Response> list_versions(const Exchange& exchange);
Result<Response> show_diff(const Exchange& exchange);

// context_routes.cpp
Result<Response> list_contexts(const Exchange& exchange);
Result<Response> show_context(const Exchange& exchange);
Result<Response> coverage(const Exchange& exchange);
Result<Response> list_travelers(const Exchange& exchange);
Result<Response> close_context(const Exchange& exchange);
Result<Response> depart(const Exchange& exchange);
Result<Response> return_to_gate(const Exchange& exchange);
Result<Response> cancel_flight(const Exchange& exchange);
Result<Response> offload(const Exchange& exchange);
Result<Response> open_window(const Exchange& exchange);
Result<Response> list_checkpoints(const Exchange& exchange);
Result<Response> assign_contexts(const Exchange& exchange);
Result<Response> list_crossings(const Exchange& exchange);

// transaction_routes.cpp
Result<Response> open_transaction(const Exchange& exchange);
Result<Response> show_transaction(const Exchange& exchange);
Result<Response> list_transactions(const Exchange& exchange);
Result<Response> capture(const Exchange& exchange);
Result<Response> opt_out(const Exchange& exchange);
Result<Response> decide(const Exchange& exchange);
Result<Response> close_transaction(const Exchange& exchange);
Result<Response> live_photo(const Exchange& exchange);
Result<Response> held_photo(const Exchange& exchange);

// matcher_routes.cpp
Result<Response> coverage_history(const Exchange& exchange);
Result<Response> show_matcher(const Exchange& exchange);
Result<Response> change_matcher(const Exchange& exchange);

// document_routes.cpp
Result<Response> present_document(const Exchange& exchange);

// demo_routes.cpp
Result<Response> demo(const Exchange& exchange);
Result<Response> add_visitor(const Exchange& exchange);

} // namespace sallyport::transport::handlers
