list(APPEND SALLYPORT_DOCUMENT_SOURCES
    data_groups.cpp data_groups_details.cpp data_groups_face.cpp data_groups_security.cpp
    internal/dg_file.cpp internal/face_record_picture.cpp internal/iso19794_face.cpp
    internal/iso39794_face.cpp internal/tlv.cpp)
list(APPEND SALLYPORT_DOCUMENT_TESTS
    data_groups_test.cpp data_groups_face_test.cpp data_groups_samples_test.cpp
    internal/tlv_test.cpp)
list(APPEND SALLYPORT_DOCUMENT_FUZZERS tlv data_groups face_record)
