package asm

func jump()

func F() { jump() }
