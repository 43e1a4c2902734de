// Entry of a bare partition at EL1: FP and SIMD on, every exception taken at EL1 is a panic.
    .include "start.inc"

    .section .text.start, "ax"
    .globl _start
    .type _start, %function
_start:
    mov  x9, #3 << 20                   // CPACR_EL1.FPEN
    msr  cpacr_el1, x9
    adrp x9, redoubt_vectors
    add  x9, x9, :lo12:redoubt_vectors
    msr  vbar_el1, x9
    isb
    run_main hvc
    .size _start, . - _start

    .text
    .balign 2048
    .weak redoubt_vectors               // a program may bring its own
redoubt_vectors:
    .rept 16
    mov  w0, #7                         // PanicReason.Exception
    b    redoubt_panic
    .balign 128
    .endr
