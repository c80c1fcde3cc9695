# Passive Authentication and the trust store.
list(APPEND SALLYPORT_DOCUMENT_SOURCES
    internal/certificate_countries.cpp internal/certificate_index.cpp internal/certificate_path.cpp
    internal/certificate_record.cpp internal/certificate_store.cpp internal/cms_signed_data.cpp
    internal/crl_record.cpp internal/master_list_reader.cpp internal/openssl_keys.cpp
    internal/sod_file.cpp passive_authentication.cpp trust_store.cpp trust_store_import.cpp)
list(APPEND SALLYPORT_DOCUMENT_TESTS
    passive_authentication_samples_test.cpp passive_authentication_test.cpp
    testing/test_pki.cpp trust_store_test.cpp)
list(APPEND SALLYPORT_DOCUMENT_FUZZERS sod master_list)
