package hosttest

import _ "gobridge/bridge" // the C layer, where there is cgo
