module gobridge/bindings/python/tests/golib

go 1.21

require (
	github.com/itchyny/gojq v0.12.13
	github.com/yuin/goldmark v1.7.8
	gobridge v0.0.0
)

require github.com/itchyny/timefmt-go v0.1.5 // indirect

replace gobridge => ../../../..
