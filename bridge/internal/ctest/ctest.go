// Package ctest is C for Go's tests, which can hold none.
package ctest

/*
#cgo CFLAGS: -std=c11 -D_GNU_SOURCE -I${SRCDIR}/../../../include
#cgo LDFLAGS: -ldl -lpthread
#include <dlfcn.h>
#include <gobridge.h>
#include <pthread.h>
#include <stdlib.h>

#pragma weak gobridge_last_error // of csrc, which is linked in the end

typedef struct visit {
	int32_t (*function)(int32_t);
	int32_t argument, result;
	gobridge_error error;
	char message[256];
} visit;

static void *run(void *arg) {
	visit *v = arg;
	v->result = v->function(v->argument);
	gobridge_last_error(&v->error);
	for (size_t i = 0; i + 1 < sizeof v->message && v->error.message[i]; i++) {
		v->message[i] = v->error.message[i];
	}
	v->error.reserved = v->error.stack[0] != 0;
	return NULL;
}

static void run_in_thread(void *function, visit *v) {
	pthread_t thread;
	v->function = (int32_t (*)(int32_t))function;
	if (pthread_create(&thread, NULL, run, v) || pthread_join(thread, NULL)) {
		abort();
	}
}

int32_t ctest_apply(int32_t (*function)(int32_t), int32_t argument) {
	return function(argument) + 1000;
}

static void *find(const char *name) {
	return dlsym(RTLD_DEFAULT, name);
}
*/
import "C"

import "unsafe"

// Find returns the address of a function of the C library.
func Find(name string) unsafe.Pointer {
	s := C.CString(name)
	defer C.free(unsafe.Pointer(s))
	return C.find(s)
}

// Apply is the address of a C function that calls int32_t function(int32_t) with an argument and adds 1000.
func Apply() unsafe.Pointer { return C.ctest_apply }

// Failure is a C thread's last error.
type Failure struct {
	Status  int32
	Message string
	Stack   bool // it has one
}

// InThread calls int32_t function(int32_t) in a C thread of its own.
func InThread(function unsafe.Pointer, argument int32) (int32, Failure) {
	v := (*C.visit)(C.calloc(1, C.sizeof_visit))
	defer C.free(unsafe.Pointer(v))
	v.argument = C.int32_t(argument)
	C.run_in_thread(function, v)
	return int32(v.result), Failure{int32(v.error.status), C.GoString(&v.message[0]), v.error.reserved != 0}
}
