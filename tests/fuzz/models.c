/* Objects of which a model in C tells all. */
#include "fuzz.h"

void model_step(fuzz *f) {
    (void)f;
}
