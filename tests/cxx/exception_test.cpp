// A C++ exception that leaves a function of the host's which Go called ends the process by std::terminate, wherever a handler for
// it may stand: it is never taken for another failure, and no Go code goes on below it.
#include <gobridge.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <sys/wait.h>
#include <unistd.h>

namespace {

enum { terminated = 7, caught = 8, went_on = 9 };

gobridge_status throws(void *, const gobridge_value *, size_t, gobridge_value *, size_t) {
    throw 1;
}
gobridge_status reads(void *, uint8_t *, size_t, size_t *) {
    throw 1;
}
void throws_plainly() {
    throw 1;
}

void check(gobridge_status status) {
    if (status != GOBRIDGE_OK) {
        gobridge_error error;
        gobridge_last_error(&error);
        std::fprintf(stderr, "%s\n", error.message);
        _exit(1);
    }
}

void by_callback() {
    gobridge_ref type, func;
    check(gobridge_type_parse("func()", 6, &type));
    check(gobridge_callback_new(type, throws, nullptr, nullptr, &func));
    gobridge_call(func, nullptr, 0, nullptr, 0);
}

void by_callback_with_an_error() {
    gobridge_ref type, func;
    check(gobridge_type_parse("func() error", 12, &type));
    check(gobridge_callback_new(type, throws, nullptr, nullptr, &func));
    gobridge_call(func, nullptr, 0, nullptr, 0);
}

void by_cfunc() {
    gobridge_ref func;
    check(gobridge_cfunc_new(throws_plainly, "func()", 6, &func));
    gobridge_call(func, nullptr, 0, nullptr, 0);
}

void by_reader() {
    gobridge_ref reader;
    uint8_t buffer[8];
    size_t done;
    check(gobridge_reader_new(reads, nullptr, nullptr, &reader));
    gobridge_io_read(reader, buffer, sizeof buffer, &done);
}

bool terminates(const char *name, void (*run)()) {
    const pid_t pid = fork(); // Go does not run yet, so it may run in the child
    if (pid == 0) {
        std::set_terminate([] { _exit(terminated); });
        try {
            run();
        } catch (...) {
            _exit(caught);
        }
        _exit(went_on);
    }
    int status = -1;
    waitpid(pid, &status, 0);
    const bool ok = WIFEXITED(status) && WEXITSTATUS(status) == terminated;
    if (!ok) {
        std::fprintf(stderr, "%s: the child ends with %#x\n", name, static_cast<unsigned>(status));
    }
    return ok;
}

} // namespace

int main() {
    bool ok = terminates("callback", by_callback);
    ok = terminates("callback with an error", by_callback_with_an_error) && ok;
    ok = terminates("cfunc", by_cfunc) && ok;
    ok = terminates("reader", by_reader) && ok;
    return ok ? 0 : 1;
}
