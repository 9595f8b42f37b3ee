//go:build (!amd64 && !arm64) || gobridge_portable || go1.28

package calls

import "reflect"

// regCallOf knows no way but reflect's.
func regCallOf(*Plan, reflect.Type) regCallFunc { return nil }
