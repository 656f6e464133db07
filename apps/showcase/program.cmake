# The page and the sources of the samples go into the binary.
file(GLOB embedded CONFIGURE_DEPENDS RELATIVE "${CMAKE_CURRENT_LIST_DIR}"
    "${CMAKE_CURRENT_LIST_DIR}/page/*" "${CMAKE_CURRENT_LIST_DIR}/samples/*.cpp")
hyperlane_embed(showcase "${CMAKE_CURRENT_LIST_DIR}" HEADER embedded.hpp TYPE EmbeddedFile FUNCTION embedded_files
    FILES ${embedded})
