// One atomic change of the record: everything written through a UnitOfWork becomes durable with
// commit(), or nothing does. Destroying one that was not committed rolls it back. One thread uses
// one at a time; begin() waits for the writer before it.
#pragma once

#include "base/result.hpp"

#include <memory>

namespace sallyport::domain {

class UnitOfWork {
public:
    virtual ~UnitOfWork() = default;
    // Durable when this returns. StorageFull, StorageReadOnly or StorageFailed otherwise.
    [[nodiscard]] virtual Status commit() = 0;
};

class UnitOfWorkFactory {
public:
    virtual ~UnitOfWorkFactory() = default;
    [[nodiscard]] virtual Result<std::unique_ptr<UnitOfWork>> begin() = 0;
};

} // namespace sallyport::domain
