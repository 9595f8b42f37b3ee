//go:build !amd64 || gobridge_portable || go1.28

package bridge

import "reflect"

// quickCallOf knows no way but reflect's.
func quickCallOf(*plan, reflect.Type) quickCall { return nil }
