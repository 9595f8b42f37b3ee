/* Calls Go functions of two packages by the header that gobridge build has made. */
#include <stdio.h>
#include <words.h>

int main(void) {
    gobridge_value name, greeting;
    if (words_strings_ToUpper("world", 5, &name) ||
        words_greeting_For(name.as.s, (size_t)name.len, &greeting)) {
        return 1;
    }
    printf("%.*s\n", (int)greeting.len, greeting.as.s);
    return gobridge_value_release(&name) || gobridge_value_release(&greeting);
}
