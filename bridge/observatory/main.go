// Command observatory is the Go side of bin/gobridge: what a Go release lets outsiders pull, and what changes between two.
package main

func main() {}
