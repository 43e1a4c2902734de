// Entry from Linux. The first instruction reads the time.

    .section .text.start, "ax"
    .globl _start
_start:
    mrs  x0, cntvct_el0
    mov  x29, xzr
    mov  x30, xzr
    bl   init_main

    .globl redoubt_panic
redoubt_panic:
    mov  x8, #93                        // exit
    svc  #0

    .text
    // ulong init_counter()
    .globl init_counter
    .type init_counter, %function
init_counter:
    mrs  x0, cntvct_el0
    ret

    // long init_call(number, argument 1 to 6)
    .globl init_call
    .type init_call, %function
init_call:
    mov  x8, x0
    mov  x0, x1
    mov  x1, x2
    mov  x2, x3
    mov  x3, x4
    mov  x4, x5
    mov  x5, x6
    svc  #0
    ret

    // ulong init_null_calls(number, count): ticks of that many system calls without arguments
    .globl init_null_calls
    .type init_null_calls, %function
init_null_calls:
    mov  x8, x0
    mrs  x9, cntvct_el0
1:  svc  #0
    subs x1, x1, #1
    b.ne 1b
    mrs  x10, cntvct_el0
    sub  x0, x10, x9
    ret

    // ulong init_touch(address, pages): ticks of one store into each page of 4 KiB
    .globl init_touch
    .type init_touch, %function
init_touch:
    mrs  x9, cntvct_el0
1:  str  xzr, [x0]
    add  x0, x0, #0x1000
    subs x1, x1, #1
    b.ne 1b
    mrs  x10, cntvct_el0
    sub  x0, x10, x9
    ret
