# A toolchain file for linux/arm64 on another machine: Debian's C library and binutils for it, and clang, because its gcc for
# arm64 cannot be installed beside gcc -m32. qemu-user runs what comes out. It needs no -L: the loader and the libraries then
# come from the arm64 packages that scripts/setup installs. (With -L /usr/aarch64-linux-gnu the loader is the cross compiler's
# and libc.so.6 is found in /lib/aarch64-linux-gnu, which is another version: such a program hangs in pthread_create.)
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER clang)
set(CMAKE_C_FLAGS_INIT --target=aarch64-linux-gnu) # not CMAKE_C_COMPILER_TARGET: cgo gets the compiler with its flags
foreach(tool ar ranlib objcopy strip)
    string(TOUPPER ${tool} TOOL)
    set(CMAKE_${TOOL} aarch64-linux-gnu-${tool} CACHE STRING "")
endforeach()
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64)
