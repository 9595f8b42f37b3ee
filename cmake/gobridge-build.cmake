# gobridge_add_library(TARGET [SHARED|STATIC] PACKAGES PACKAGE... [NAME NAME] [SKIP PATTERN...] [INSTANCES INSTANCE...])
#
# Makes a C library of Go packages, as gobridge build does: TARGET is then linked like any other library, and #include
# <NAME.h> declares its functions. PACKAGE is what gobridge build takes; ./PACKAGE lies below the current source directory.
# NAME is TARGET unless it is given. Each build asks gobridge whether something has changed, which takes a second.
function(gobridge_add_library target)
    cmake_parse_arguments(PARSE_ARGV 1 arg "SHARED;STATIC" "NAME" "PACKAGES;SKIP;INSTANCES")
    if(arg_UNPARSED_ARGUMENTS OR NOT arg_PACKAGES OR (arg_SHARED AND arg_STATIC))
        message(FATAL_ERROR "gobridge_add_library(TARGET [SHARED|STATIC] PACKAGES PACKAGE... [NAME NAME] [SKIP PATTERN...] [INSTANCES INSTANCE...])")
    endif()
    if(NOT TARGET gobridge::gobridge-tool)
        message(FATAL_ERROR "gobridge_add_library needs bin/gobridge: set GOBRIDGE_TOOL where gobridge is built")
    endif()
    set(name ${target})
    if(arg_NAME)
        set(name ${arg_NAME})
    endif()
    set(out ${CMAKE_CURRENT_BINARY_DIR}/${target}.gobridge)
    set(options --name ${name} --output ${out})
    if(arg_SKIP)
        string(JOIN "," skip ${arg_SKIP})
        list(APPEND options --skip ${skip})
    endif()
    if(arg_INSTANCES)
        string(JOIN " " instances ${arg_INSTANCES})
        list(APPEND options --instances ${instances})
    endif()
    set(archive ${out}/lib/lib${name}.a)
    set(shared ${out}/lib/lib${name}.so.1.0.0)
    add_custom_target(${target}_gobridge
        COMMAND ${CMAKE_COMMAND} -E env "CC=${CMAKE_C_COMPILER}" $<TARGET_FILE:gobridge::gobridge-tool>
                build ${arg_PACKAGES} ${options}
        BYPRODUCTS ${archive} ${shared} ${out}/include/${name}.h
        WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}
        COMMENT "gobridge build ${arg_PACKAGES}"
        VERBATIM)
    file(MAKE_DIRECTORY ${out}/include) # an interface directory must be there when CMake runs
    if(arg_STATIC)
        add_library(${target} STATIC IMPORTED GLOBAL)
        set_target_properties(${target} PROPERTIES IMPORTED_LOCATION ${archive} INTERFACE_LINK_LIBRARIES "ffi;pthread;dl")
    else()
        add_library(${target} SHARED IMPORTED GLOBAL)
        set_target_properties(${target} PROPERTIES IMPORTED_LOCATION ${shared} IMPORTED_SONAME lib${name}.so.1)
    endif()
    set_target_properties(${target} PROPERTIES INTERFACE_INCLUDE_DIRECTORIES ${out}/include)
    add_dependencies(${target} ${target}_gobridge)
endfunction()
