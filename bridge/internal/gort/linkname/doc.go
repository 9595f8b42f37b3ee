// Package linkname is the backend that pulls the runtime's own symbols with //go:linkname, one file a family.
//
// A release may keep a symbol and change its signature: the link still succeeds and memory is corrupted. So nothing but
// gort/backend_linkname.go imports this package, whose build tags name the releases on which each definition was read
// and its behaviour tested, go1.21 to go1.27; on a newer one, or with the tag gobridge_portable, package portable answers.
// Runtime types are unsafe.Pointer here; //go:noescape stands where the runtime keeps no pointer that it is handed (what a
// key points to is copied).
package linkname
