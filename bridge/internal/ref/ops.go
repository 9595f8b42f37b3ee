// Package ref has the references that C holds: a table of slots with generations, and what a reference can name
// beside Go values.
package ref

import "gobridge/bridge/internal/frame"

// Ops answers the calls about references.
var Ops = []frame.Op{
	{Name: "gobridge_release", Run: HandleRelease},
	{Name: "gobridge_release_later", Run: releaseLater},
	{Name: "gobridge_release_n", Run: releaseN},
	{Name: "gobridge_ref_flush", Run: refFlush},
	{Name: "gobridge_ref_count", Run: refCount},
	{Name: "gobridge_scope_close", Run: scopeClose},
}
