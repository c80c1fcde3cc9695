list(APPEND SALLYPORT_DOCUMENT_SOURCES mrz.cpp mrz_state_codes.cpp internal/mrz_layout.cpp
     internal/mrz_repair.cpp)
list(APPEND SALLYPORT_DOCUMENT_TESTS mrz_test.cpp mrz_repair_test.cpp mrz_samples_test.cpp)
list(APPEND SALLYPORT_DOCUMENT_FUZZERS mrz)
