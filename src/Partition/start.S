// Entry of a service, at EL0.
    .include "start.inc"

    .section .text.start, "ax"
    .globl _start
    .type _start, %function
_start:
    run_main svc
    .size _start, . - _start
