# find_package(gobridge): the targets gobridge::gobridge and gobridge::gobridge_static, and gobridge_add_library
# where bin/gobridge is installed too.
include(${CMAKE_CURRENT_LIST_DIR}/gobridge-targets.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/gobridge-tool-targets.cmake OPTIONAL) # of the package that has bin/gobridge
include(${CMAKE_CURRENT_LIST_DIR}/gobridge-build.cmake)
