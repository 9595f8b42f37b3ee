module gobridge/bindings/python/bench/peer

go 1.21
