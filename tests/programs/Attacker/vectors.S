// A Linux program without a library: fills the vector registers, waits, and looks whether they have what it filled them with, again and again until it is killed.
// If they have not, it writes what they have to its standard output, 512 bytes, and ends with status 1.

#define SPINS   2000000
#define WORDS   64
#define WRITE   64
#define EXIT    93

        .macro  each operation
        .irp    i, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
        \operation \i, %(\i + 1)
        .endr
        .endm

        .altmacro
        .macro  fill first, second
        ldp     q\first, q\second, [x0, #(16 * \first)]
        .endm
        .macro  dump first, second
        stp     q\first, q\second, [x0, #(16 * \first)]
        .endm

        .text
        .global _start
_start:
        ldr     x0, =pattern
        each    fill
        ldr     x1, =SPINS
1:      subs    x1, x1, #1
        b.ne    1b
        ldr     x0, =found
        each    dump
        ldr     x1, =pattern
        mov     x2, #WORDS
2:      ldr     x3, [x0], #8
        ldr     x4, [x1], #8
        cmp     x3, x4
        b.ne    changed
        subs    x2, x2, #1
        b.ne    2b
        b       _start

changed:
        mov     x0, #1
        ldr     x1, =found
        mov     x2, #(8 * WORDS)
        mov     x8, #WRITE
        svc     #0
        mov     x0, #1
        mov     x8, #EXIT
        svc     #0

        .section .rodata
        .balign 16
pattern:
        .rept   WORDS
        .quad   0x5ec0de0f00d50000 + (. - pattern)
        .endr

        .bss
        .balign 16
found:  .skip   8 * WORDS
