// What the compiler of BearSSL puts between a function's variables and its return address. Set from the seed before the first use.
        .data
        .balign 8
        .globl  __stack_chk_guard
__stack_chk_guard:
        .quad   0

        .text
        .globl  __stack_chk_fail
__stack_chk_fail:
        mov     w0, #7                  // PanicReason.Exception
        b       redoubt_panic
