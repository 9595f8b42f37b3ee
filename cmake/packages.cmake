# Debian packages (libgobridge1, libgobridge-dev, gobridge) and a relocatable archive, by cpack: scripts/package makes them.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "gobridge authors <gobridge@example.org>")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL runtime development tool)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
if(CMAKE_CROSSCOMPILING)
    set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE ${GOBRIDGE_GOARCH}) # Debian calls it the same
endif()

set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME libgobridge1)
set(CPACK_COMPONENT_RUNTIME_DESCRIPTION
"Go runtime as a C library
Every Go value and function in reach of C and of any language with an
FFI, behind an ABI that stays the same from one Go release to the next.")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libgobridge-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "libgobridge1 (= ${PROJECT_VERSION}), libffi-dev")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION
"Go runtime as a C library (development files)
Headers, the static library, and files for pkg-config and CMake.")
set(CPACK_DEBIAN_TOOL_PACKAGE_NAME gobridge)
set(CPACK_DEBIAN_TOOL_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_TOOL_PACKAGE_DEPENDS "gcc | c-compiler, binutils, libc6-dev | libc-dev, libffi-dev")
set(CPACK_DEBIAN_TOOL_PACKAGE_RECOMMENDS "golang-go (>= 2:1.21~), libgobridge-dev")
set(CPACK_DEBIAN_TOOL_PACKAGE_SUGGESTS "nodejs, npm, python3-dev, python3-venv")
set(CPACK_COMPONENT_TOOL_DESCRIPTION
"make C libraries of Go packages
gobridge build makes of any Go packages a library with a typed header,
and files for pkg-config and CMake. Other commands tell what Go releases
let outsiders pull with go:linkname, and which programs that breaks.")

# dpkg-shlibdeps finds out by this file which release a program needs.
file(STRINGS csrc/functions.h rows REGEX "^GOBRIDGE_(CALL|LOCAL)\\(")
list(TRANSFORM rows REPLACE "^[A-Z_]+\\(([A-Za-z0-9_]+), ([0-9.]+),.*" " \\1@GOBRIDGE_\\2 \\2")
list(SORT rows)
string(JOIN "\n" symbols "libgobridge.so.1 libgobridge1 #MINVER#" " GOBRIDGE_1.0@GOBRIDGE_1.0 1.0" ${rows})
string(REPLACE " #MINVER#" " (>= ${PROJECT_VERSION})" symbols "${symbols}")
file(WRITE ${PROJECT_BINARY_DIR}/symbols "${symbols}\n")
file(WRITE ${PROJECT_BINARY_DIR}/triggers "activate-noawait ldconfig\n")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_CONTROL_EXTRA ${PROJECT_BINARY_DIR}/symbols ${PROJECT_BINARY_DIR}/triggers)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")

# What each Debian package has in its folder of documents.
set(changelog ${PROJECT_BINARY_DIR}/changelog.Debian)
file(WRITE ${changelog} "gobridge (${PROJECT_VERSION}) unstable; urgency=low

  * Release ${PROJECT_VERSION}.

 -- ${CPACK_PACKAGE_CONTACT}  Sat, 28 Nov 2026 00:00:00 +0000
")
find_program(GZIP gzip REQUIRED)
execute_process(COMMAND ${GZIP} -9nkf ${changelog} COMMAND_ERROR_IS_FATAL ANY)
foreach(component runtime development tool)
    string(TOUPPER ${component} upper)
    set(documents ${CMAKE_INSTALL_DATADIR}/doc/${CPACK_DEBIAN_${upper}_PACKAGE_NAME})
    install(FILES LICENSE DESTINATION ${documents} RENAME copyright COMPONENT ${component} EXCLUDE_FROM_ALL)
    install(FILES ${changelog}.gz DESTINATION ${documents} RENAME changelog.gz COMPONENT ${component} EXCLUDE_FROM_ALL)
endforeach()
include(CPack)
