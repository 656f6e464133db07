# Executables of ours: in bin/, with our settings, linked to the whole library.

function(hyperlane_program name)
    add_executable(${name} ${ARGN})
    target_link_libraries(${name} PRIVATE hyperlane hyperlane_settings)
    target_compile_options(${name} PRIVATE ${HYPERLANE_CALLER_FLAGS})
endfunction()

# All .cpp files below a folder; nothing when there is none (a folder of assets).
function(hyperlane_program_from name folder)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${folder}/*.cpp")
    if(sources)
        hyperlane_program(${name} ${sources})
        target_include_directories(${name} PRIVATE "${folder}")
    endif()
endfunction()
