// An Image header (Linux, Documentation/arch/arm64/booting.rst); then the shim, which enters the kernel that stands 2 MiB behind it.

    .equ KERNEL, 0x40400000
    .equ DELAY, 1 << 23                 // ticks: the console has long finished when the kernel starts

    .section .text.start, "ax"
    .globl _start
_start:
    b    shim
    .word 0
    .quad 0x200000                      // text_offset
    .quad 0                             // image_size: filled in when the kernel is appended
    .quad 0xa                           // flags: little-endian, 4 KiB pages, anywhere
    .quad 0, 0, 0
    .ascii "ARM\x64"
    .word 0

shim:
    mov  x19, x0                        // the device tree
    adrp x9, stack_top
    add  x9, x9, :lo12:stack_top
    mov  sp, x9
    mov  x29, xzr
    mov  x30, xzr
    mrs  x20, cntvct_el0
    add  x20, x20, #DELAY >> 12, lsl #12
    mov  x0, x20
    bl   shim_announce
    // The moment that was announced
1:  mrs  x9, cntvct_el0
    cmp  x9, x20
    b.lo 1b
    mov  x0, x19
    mov  x1, xzr
    mov  x2, xzr
    mov  x3, xzr
    ldr  x9, =KERNEL
    br   x9

    .globl redoubt_panic
redoubt_panic:
    wfi
    b    redoubt_panic
