# Files inside a program, so that it is one binary that needs none of them when it runs.
#
# hyperlane_embed(<target> <folder> <file>...)
#   Defines `embedded_files()` of apps/showcase/embedded.hpp's form: <folder>/embedded.hpp declares it. Each file keeps its
#   name relative to <folder>. A changed file is embedded anew by the next build.
#
# The same file is the script that writes the source: cmake -D OUTPUT=... -D FOLDER=... -D FILES=... -P Embed.cmake

function(hyperlane_embed target folder)
    set(output "${CMAKE_CURRENT_BINARY_DIR}/${target}_embedded.cpp")
    list(TRANSFORM ARGN PREPEND "${folder}/" OUTPUT_VARIABLE inputs)
    list(JOIN ARGN "|" names)
    add_custom_command(
        OUTPUT "${output}"
        COMMAND "${CMAKE_COMMAND}" "-DOUTPUT=${output}" "-DFOLDER=${folder}" "-DFILES=${names}" -P
            "${CMAKE_CURRENT_FUNCTION_LIST_FILE}"
        DEPENDS ${inputs} "${CMAKE_CURRENT_FUNCTION_LIST_FILE}"
        COMMENT "Embedding the files of ${target}"
        VERBATIM)
    target_sources(${target} PRIVATE "${output}")
endfunction()

if(NOT CMAKE_SCRIPT_MODE_FILE)
    return()
endif()

string(REPLACE "|" ";" FILES "${FILES}")
set(entries "")
foreach(name IN LISTS FILES)
    file(READ "${FOLDER}/${name}" bytes HEX)
    string(LENGTH "${bytes}" length)
    math(EXPR size "${length} / 2")
    # Every byte as an escape: no character is special then. A literal per 32 bytes keeps the lines short.
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" escaped "${bytes}")
    string(REPEAT "[^|]" 128 line)
    string(REGEX REPLACE "(${line})" "\"\\1\"\n        " lines "${escaped}")
    string(REGEX REPLACE "([^\"\n ]+)$" "\"\\1\"" lines "${lines}")
    string(APPEND entries "    {\"${name}\", {\n        ${lines}\"\", ${size}}},\n")
endforeach()
file(WRITE "${OUTPUT}" "#include \"embedded.hpp\"\n\nnamespace {\n\nconstexpr EmbeddedFile files[] = {\n${entries}};\n\n"
    "}  // namespace\n\nstd::span<const EmbeddedFile> embedded_files() noexcept { return files; }\n")
