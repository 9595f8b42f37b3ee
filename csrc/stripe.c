/* Where the locks of what threads share lie. */
#include "stripe.h"

gobridge_stripe *gobridge_stripes;
