// ledger::CrossingStore on SQLite. Borrows the connections, which outlive it. Safe from any thread.
#pragma once

#include "ledger/crossing.hpp"
#include "storage/sqlite/internal/connections.hpp"

namespace sallyport::storage::sqlite {

class CrossingTable final : public ledger::CrossingStore {
public:
    explicit CrossingTable(Connections& connections) : connections_(connections) {}

    [[nodiscard]] Status add(domain::UnitOfWork& work, const ledger::Crossing& crossing) override;
    [[nodiscard]] Status mark(domain::UnitOfWork& work, const ledger::CrossingMark& mark) override;
    [[nodiscard]] Result<std::vector<ledger::CrossingMark>>
    marks_of_context(const domain::ContextId& context) override;
    [[nodiscard]] Result<std::vector<ledger::Crossing>>
    of_context(const domain::ContextId& context, std::size_t rows_max) override;
    [[nodiscard]] Result<std::vector<ledger::Crossing>> recent(std::size_t rows_max) override;

private:
    Connections& connections_;
};

} // namespace sallyport::storage::sqlite
