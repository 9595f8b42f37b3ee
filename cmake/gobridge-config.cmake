# find_package(gobridge): the targets gobridge::gobridge and gobridge::gobridge_static, and gobridge_add_library.
include(${CMAKE_CURRENT_LIST_DIR}/gobridge-targets.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/gobridge-build.cmake)
