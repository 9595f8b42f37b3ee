module gobridge/bindings/python/tests/golib

go 1.21

require gobridge v0.0.0

replace gobridge => ../../../..
