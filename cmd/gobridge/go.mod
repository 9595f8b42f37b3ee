module gobridge/cmd/gobridge

go 1.22

require gobridge v0.0.0

replace gobridge => ../..
