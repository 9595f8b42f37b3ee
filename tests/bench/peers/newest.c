/* CONTENDER, one of the bench's own, in a program that another Go release has built. */
#include "../bench.h"
#include "../goside/goside.h"

int main(void) {
    goInputs(&in);
    serve(&CONTENDER);
    return 0;
}
