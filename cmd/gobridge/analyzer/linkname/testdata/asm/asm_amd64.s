TEXT ·jump(SB),4,$0
	JMP runtime·funcdata(SB) // want `^go1.22.12: the pull of runtime.funcdata does not link: not marked` `^go1.23.12, go1.27.3: .* not marked with`
