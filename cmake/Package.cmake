# Installs the headers, the library, a CMake package and a pkg-config file.

include(CMakePackageConfigHelpers)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/hyperlane")
set(generated "${PROJECT_BINARY_DIR}/package")

# What a program that uses the package has to find as well: the libraries that hyperlane_room() names in LINKS.
set(HYPERLANE_FIND_DEPENDENCIES "find_dependency(Threads)\n")
set(HYPERLANE_PKG_CONFIG_REQUIRES "")
if("web" IN_LIST HYPERLANE_ROOMS)
    foreach(dependency RE2 Brotli Zstd ZLIB)
        string(APPEND HYPERLANE_FIND_DEPENDENCIES "find_dependency(${dependency})\n")
    endforeach()
    list(APPEND HYPERLANE_PKG_CONFIG_REQUIRES re2 libbrotlienc libbrotlidec libzstd zlib)
endif()
if("json" IN_LIST HYPERLANE_ROOMS)
    string(APPEND HYPERLANE_FIND_DEPENDENCIES "find_dependency(simdjson)\n")
    list(APPEND HYPERLANE_PKG_CONFIG_REQUIRES simdjson)
endif()
if("ws" IN_LIST HYPERLANE_ROOMS)
    string(APPEND HYPERLANE_FIND_DEPENDENCIES "find_dependency(ZLIB)\n")
    list(APPEND HYPERLANE_PKG_CONFIG_REQUIRES zlib)
endif()
list(JOIN HYPERLANE_PKG_CONFIG_REQUIRES " " HYPERLANE_PKG_CONFIG_REQUIRES)

configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/hyperlaneConfig.cmake.in" "${generated}/hyperlaneConfig.cmake"
    INSTALL_DESTINATION "${package_dir}"
    NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file("${generated}/hyperlaneConfigVersion.cmake" COMPATIBILITY SameMinorVersion)

# The prefix as seen from where hyperlane.pc lies: it is right wherever `cmake --install --prefix` puts it, and stays so
# when the folder moves.
cmake_path(APPEND CMAKE_INSTALL_PREFIX "${CMAKE_INSTALL_LIBDIR}" "pkgconfig" OUTPUT_VARIABLE pkg_config_dir)
cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX BASE_DIRECTORY "${pkg_config_dir}" OUTPUT_VARIABLE HYPERLANE_PKG_CONFIG_PREFIX)
string(PREPEND HYPERLANE_PKG_CONFIG_PREFIX "\${pcfiledir}/")
if(IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}")
    set(HYPERLANE_PKG_CONFIG_PREFIX "${CMAKE_INSTALL_PREFIX}")
endif()
foreach(dir IN ITEMS LIBDIR INCLUDEDIR)
    set(HYPERLANE_PKG_CONFIG_${dir} "\${prefix}")
    cmake_path(APPEND HYPERLANE_PKG_CONFIG_${dir} "${CMAKE_INSTALL_${dir}}")
endforeach()
configure_file("${PROJECT_SOURCE_DIR}/cmake/hyperlane.pc.in" "${generated}/hyperlane.pc" @ONLY)

install(TARGETS hyperlane EXPORT hyperlaneTargets
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
    FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(EXPORT hyperlaneTargets NAMESPACE hyperlane:: DESTINATION "${package_dir}")
install(FILES
    "${generated}/hyperlaneConfig.cmake"
    "${generated}/hyperlaneConfigVersion.cmake"
    "${PROJECT_SOURCE_DIR}/cmake/CoroutineCheck.cmake"
    "${PROJECT_SOURCE_DIR}/cmake/coroutine_rules.py"
    "${PROJECT_SOURCE_DIR}/cmake/toolchain.cmake"
    "${PROJECT_SOURCE_DIR}/cmake/FindBrotli.cmake"
    "${PROJECT_SOURCE_DIR}/cmake/FindRE2.cmake"
    "${PROJECT_SOURCE_DIR}/cmake/FindZstd.cmake"
    DESTINATION "${package_dir}")
install(FILES "${generated}/hyperlane.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
