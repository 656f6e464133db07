# include/hyperlane/version.hpp is a plain checked-in header, so that it needs no generated include path. This makes sure
# that it says what project() says.

set(header "${PROJECT_SOURCE_DIR}/include/hyperlane/version.hpp")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${header}")
set(found "")
foreach(part IN ITEMS MAJOR MINOR PATCH)
    file(STRINGS "${header}" line REGEX "^#define HYPERLANE_VERSION_${part} [0-9]+$")
    string(REGEX MATCH "[0-9]+$" number "${line}")
    list(APPEND found "${number}")
endforeach()
list(JOIN found "." found)
if(NOT found STREQUAL PROJECT_VERSION)
    message(FATAL_ERROR "version.hpp says ${found}, CMakeLists.txt says ${PROJECT_VERSION}: make them agree")
endif()
