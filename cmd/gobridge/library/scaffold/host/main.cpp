// Calls the Go functions of @name@.go: by @name@.h, and by the classes of gobridge.hpp.
#include <@name@.h>
#include <gobridge.hpp>
#include <iostream>

int main() {
    try {
        const auto greet = gobridge::function<std::string(std::string)>::find("@name@.Greet");
        std::int64_t sum = 0;
        if (const gobridge_status status = @name @_ @name @_Add(40, 2, &sum)) {
            throw gobridge::error::last(status);
        }
        std::cout << greet("ada") << " 40 and 2 are " << sum << ".\n";
    } catch (const gobridge::error &why) {
        std::cerr << why.what() << "\n";
        return 1;
    }
}
