# Files inside a program, so that it is one binary that needs none of them when it runs.
#
# hyperlane_embed(<target> <folder> HEADER <file> TYPE <struct> FUNCTION <name> [CSP_HASHES] FILES <file>...)
#   Defines `std::span<const TYPE> FUNCTION() noexcept`, which HEADER declares. TYPE is an aggregate of two string views: the
#   name of a file relative to <folder>, and its content. With CSP_HASHES there is a third, the source expression that lets
#   the content run as an inline style or script ('sha256-...', Content Security Policy level 3, 2.3.1). A changed file is
#   embedded anew by the next build.
#
# The same file is the script that writes the source: cmake -D OUTPUT=... -D FOLDER=... -D FILES=... -P Embed.cmake

function(hyperlane_embed target folder)
    cmake_parse_arguments(PARSE_ARGV 2 arg "CSP_HASHES" "HEADER;TYPE;FUNCTION" "FILES")
    set(output "${CMAKE_CURRENT_BINARY_DIR}/${target}_embedded.cpp")
    list(TRANSFORM arg_FILES PREPEND "${folder}/" OUTPUT_VARIABLE inputs)
    list(JOIN arg_FILES "|" names)
    add_custom_command(
        OUTPUT "${output}"
        COMMAND "${CMAKE_COMMAND}" "-DOUTPUT=${output}" "-DFOLDER=${folder}" "-DFILES=${names}" "-DHEADER=${arg_HEADER}"
            "-DTYPE=${arg_TYPE}" "-DFUNCTION=${arg_FUNCTION}" "-DCSP_HASHES=${arg_CSP_HASHES}" -P
            "${CMAKE_CURRENT_FUNCTION_LIST_FILE}"
        DEPENDS ${inputs} "${CMAKE_CURRENT_FUNCTION_LIST_FILE}"
        COMMENT "Embedding the files of ${target}"
        VERBATIM)
    target_sources(${target} PRIVATE "${output}")
    set_source_files_properties("${output}" PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

if(NOT CMAKE_SCRIPT_MODE_FILE)
    return()
endif()

# Three digits of a hash in hex are two characters of Base64; of 64 digits one is left.
function(csp_hash file out)
    set(alphabet "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    file(SHA256 "${file}" digits)
    set(text "")
    foreach(at RANGE 0 60 3)
        string(SUBSTRING "${digits}" ${at} 3 three)
        math(EXPR high "0x${three} >> 6")
        math(EXPR low "0x${three} & 63")
        string(SUBSTRING "${alphabet}" ${high} 1 high)
        string(SUBSTRING "${alphabet}" ${low} 1 low)
        string(APPEND text "${high}${low}")
    endforeach()
    string(SUBSTRING "${digits}" 63 1 last)
    math(EXPR last "0x${last} << 2")
    string(SUBSTRING "${alphabet}" ${last} 1 last)
    set(${out} "'sha256-${text}${last}='" PARENT_SCOPE)
endfunction()

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
    set(hash "")
    if(CSP_HASHES)
        csp_hash("${FOLDER}/${name}" hash)
        set(hash ", \"${hash}\"")
    endif()
    string(APPEND entries "    {\"${name}\", {\n        ${lines}\"\", ${size}}${hash}},\n")
endforeach()
file(WRITE "${OUTPUT}" "#include \"${HEADER}\"\n\nnamespace {\n\nconstexpr ${TYPE} files[] = {\n${entries}};\n\n"
    "}  // namespace\n\nstd::span<const ${TYPE}> ${FUNCTION}() noexcept { return files; }\n")
