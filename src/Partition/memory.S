// Memory in bulk, without SIMD. The first three have their C meaning; compilers call them by these names.
    .text

    .macro function name
    .globl \name
    .type \name, %function
\name:
    .endm

// void *memmove(to, from, size)
    function memmove
    sub  x3, x0, x1
    cmp  x3, x2
    b.hs memcpy                         // the start of the target isn't inside the source
    add  x3, x0, x2
    add  x1, x1, x2
1:  cmp  x3, x0
    b.eq 2f
    ldrb w4, [x1, #-1]!
    strb w4, [x3, #-1]!
    b    1b
2:  ret
    .size memmove, . - memmove

// void *memcpy(to, from, size)
    function memcpy
    mov  x3, x0
    subs x2, x2, #64
    b.lo 2f
1:  ldp  x4, x5, [x1]
    ldp  x6, x7, [x1, #16]
    ldp  x8, x9, [x1, #32]
    ldp  x10, x11, [x1, #48]
    add  x1, x1, #64
    stp  x4, x5, [x3]
    stp  x6, x7, [x3, #16]
    stp  x8, x9, [x3, #32]
    stp  x10, x11, [x3, #48]
    add  x3, x3, #64
    subs x2, x2, #64
    b.hs 1b
2:  add  x2, x2, #64
3:  cbz  x2, 4f
    ldrb w4, [x1], #1
    strb w4, [x3], #1
    sub  x2, x2, #1
    b    3b
4:  ret
    .size memcpy, . - memcpy

// void *memset(to, value, size)
    function memset
    mov  x3, x0
    and  x1, x1, #0xff
    orr  x1, x1, x1, lsl #8
    orr  x1, x1, x1, lsl #16
    orr  x1, x1, x1, lsl #32
    subs x2, x2, #64
    b.lo 2f
1:  stp  x1, x1, [x3]
    stp  x1, x1, [x3, #16]
    stp  x1, x1, [x3, #32]
    stp  x1, x1, [x3, #48]
    add  x3, x3, #64
    subs x2, x2, #64
    b.hs 1b
2:  add  x2, x2, #64
3:  cbz  x2, 4f
    strb w1, [x3], #1
    sub  x2, x2, #1
    b    3b
4:  ret
    .size memset, . - memset

// void redoubt_clean(address, size): data cache to the point of coherency, then instruction cache, for code and data that another
// machine reads with its caches off
    function redoubt_clean
    mrs  x2, ctr_el0
    add  x1, x0, x1
    mov  x3, #4
    ubfx x4, x2, #16, #4                // DminLine, log2 of words
    lsl  x4, x3, x4
    sub  x5, x4, #1
    bic  x5, x0, x5
1:  cmp  x5, x1
    b.hs 2f
    dc   cvac, x5
    add  x5, x5, x4
    b    1b
2:  dsb  sy
    and  x4, x2, #15                    // IminLine
    lsl  x4, x3, x4
    sub  x5, x4, #1
    bic  x5, x0, x5
3:  cmp  x5, x1
    b.hs 4f
    ic   ivau, x5
    add  x5, x5, x4
    b    3b
4:  dsb  sy
    isb
    ret
    .size redoubt_clean, . - redoubt_clean

// void redoubt_barrier(): everything before is seen by the other CPUs before anything after
    function redoubt_barrier
    dmb  ish
    ret
    .size redoubt_barrier, . - redoubt_barrier
