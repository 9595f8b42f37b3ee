// Command libgobridge is libgobridge.a and libgobridge.so: the bridge and nothing else.
package main

import _ "gobridge/bridge"

func main() {}
