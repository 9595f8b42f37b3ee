module gobridge

go 1.21
