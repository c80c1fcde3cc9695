# ANSI/NIST-ITL transactions (encounter_record.hpp).
list(APPEND SALLYPORT_DOCUMENT_SOURCES
    encounter_record.cpp encounter_record_read.cpp encounter_record_write.cpp
    internal/nist_date.cpp internal/nist_picture.cpp
)
list(APPEND SALLYPORT_DOCUMENT_TESTS
    encounter_record_read_test.cpp encounter_record_samples_test.cpp encounter_record_test.cpp
)
list(APPEND SALLYPORT_DOCUMENT_FUZZERS nist_transaction)
