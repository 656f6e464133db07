# Programs that use the library, when g++ 12 compiles them: it takes natural coroutines and compiles them wrongly, so a warning
# says so, and each target that links the library is checked before it is compiled. Part of the installed package, and included
# by a project that has the library as a subdirectory. docs/coroutines.md says which coroutines, and why.
#
#   HYPERLANE_ALLOW_GCC_12      ON: no warning; the check is still made
#   HYPERLANE_CHECK_COROUTINES  ON: check with every compiler, and also for what is wrong with all of them: coroutines that look
#                               at memory of a caller who may be gone. OFF: no check at all. AUTO (if it is not set): g++ 12 alone

if(NOT DEFINED HYPERLANE_CHECK_COROUTINES)
    set(HYPERLANE_CHECK_COROUTINES AUTO CACHE STRING "Check the coroutines of programs that use Hyperlane: AUTO (with g++ 12), ON, OFF")
endif()
set(_hyperlane_gcc_12 OFF)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    set(_hyperlane_gcc_12 ON)
endif()

# The targets of the project, in a folder and those below it; not those of the library, where it is a subdirectory.
function(_hyperlane_targets_below folder out)
    get_property(own GLOBAL PROPERTY HYPERLANE_OWN_DIR)
    get_property(found DIRECTORY "${folder}" PROPERTY BUILDSYSTEM_TARGETS)
    get_property(folders DIRECTORY "${folder}" PROPERTY SUBDIRECTORIES)
    foreach(below IN LISTS folders)
        if(NOT below STREQUAL own)
            _hyperlane_targets_below("${below}" more)
            list(APPEND found ${more})
        endif()
    endforeach()
    set(${out} "${found}" PARENT_SCOPE)
endfunction()

# Does a target link the library, directly or by others?
function(_hyperlane_uses target out)
    set(${out} OFF PARENT_SCOPE)
    set(seen "")
    set(waiting ${target})
    while(waiting)
        list(POP_FRONT waiting name)
        string(REGEX REPLACE "^\\$<LINK_ONLY:(.*)>$" "\\1" name "${name}")
        if(name MATCHES "^hyperlane(::.*)?$")
            set(${out} ON PARENT_SCOPE)
            return()
        endif()
        if(TARGET "${name}" AND NOT name IN_LIST seen)
            list(APPEND seen "${name}")
            foreach(property IN ITEMS LINK_LIBRARIES INTERFACE_LINK_LIBRARIES)
                get_target_property(linked "${name}" ${property})
                if(linked)
                    list(APPEND waiting ${linked})
                endif()
            endforeach()
        endif()
    endwhile()
endfunction()

# A stamp for each target, made anew when one of its files or of the project's headers that they include has changed.
function(_hyperlane_check_target target)
    get_target_property(sources ${target} SOURCES)
    get_target_property(folder ${target} SOURCE_DIR)
    list(FILTER sources EXCLUDE REGEX "\\$<")
    list(FILTER sources INCLUDE REGEX "\\.(cpp|cc|cxx|c\\+\\+|hpp|hh|hxx|h)$")
    set(files "")
    foreach(source IN LISTS sources)
        cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY "${folder}" NORMALIZE)
        list(APPEND files "${source}")
    endforeach()
    if(NOT files)
        return()
    endif()
    get_property(command GLOBAL PROPERTY HYPERLANE_COROUTINE_CHECK)
    set(stamp "${CMAKE_BINARY_DIR}/hyperlane/${target}.checked")
    set(include_dirs "$<TARGET_PROPERTY:${target},INCLUDE_DIRECTORIES>")
    add_custom_command(OUTPUT "${stamp}"
        COMMAND ${command} --stamp "${stamp}" --depfile "${stamp}.d"
            --within "${CMAKE_SOURCE_DIR}" "$<$<BOOL:${include_dirs}>:--include;$<JOIN:${include_dirs},;--include;>>" ${files}
        DEPENDS ${files}
        DEPFILE "${stamp}.d"
        COMMENT "Checking the coroutines of ${target}"
        COMMAND_EXPAND_LISTS VERBATIM)
    add_custom_target(${target}_coroutines DEPENDS "${stamp}")
    add_dependencies(${target} ${target}_coroutines)
endfunction()

function(_hyperlane_check_all)
    file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/hyperlane")
    _hyperlane_targets_below("${CMAKE_SOURCE_DIR}" targets)
    foreach(target IN LISTS targets)
        get_target_property(type ${target} TYPE)
        _hyperlane_uses(${target} uses)
        if(uses AND type MATCHES "^(EXECUTABLE|(STATIC|SHARED|MODULE|OBJECT)_LIBRARY)$")
            _hyperlane_check_target(${target})
        endif()
    endforeach()
endfunction()

get_property(_hyperlane_checks GLOBAL PROPERTY HYPERLANE_CHECKS_COROUTINES)
if(_hyperlane_checks)
    return()
endif()
set_property(GLOBAL PROPERTY HYPERLANE_CHECKS_COROUTINES ON)

if(_hyperlane_gcc_12 AND NOT HYPERLANE_ALLOW_GCC_12)
    message(WARNING "Hyperlane: g++ ${CMAKE_CXX_COMPILER_VERSION} compiles coroutines wrongly that look right: programs crash, without a "
        "warning (docs/coroutines.md). Use clang 19, or g++ 13 or newer, before anything is configured:\n"
        "  sudo apt-get install clang-19; cmake -B BUILD -DCMAKE_CXX_COMPILER=clang++-19\n"
        "  or: cmake -B BUILD -DCMAKE_TOOLCHAIN_FILE=${HYPERLANE_TOOLCHAIN_FILE}\n"
        "The library itself may be compiled by g++ 12. With g++ 12, what is known to go wrong is refused with its line. "
        "-DHYPERLANE_ALLOW_GCC_12=ON silences this warning.")
endif()

set(_hyperlane_rules "")
if(HYPERLANE_CHECK_COROUTINES AND _hyperlane_gcc_12)
    list(APPEND _hyperlane_rules "--miscompiled")
endif()
if(HYPERLANE_CHECK_COROUTINES AND NOT HYPERLANE_CHECK_COROUTINES STREQUAL "AUTO")
    list(APPEND _hyperlane_rules "--lifetime")
endif()
if(_hyperlane_rules)
    find_package(Python3 COMPONENTS Interpreter QUIET)
    if(Python3_EXECUTABLE)
        set_property(GLOBAL PROPERTY HYPERLANE_OWN_DIR "${HYPERLANE_OWN_DIR}")
        set_property(GLOBAL PROPERTY HYPERLANE_COROUTINE_CHECK
            "${Python3_EXECUTABLE}" -B "${HYPERLANE_COROUTINE_RULES}" ${_hyperlane_rules})
        # When the whole project has been read: a target may link the library long after it was found.
        cmake_language(DEFER DIRECTORY "${CMAKE_SOURCE_DIR}" CALL _hyperlane_check_all)
    else()
        message(WARNING "Hyperlane: the coroutines of this project are not checked, for want of Python 3")
    endif()
endif()
