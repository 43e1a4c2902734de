// Entry of the loader, by the Linux arm64 boot protocol (Documentation/arch/arm64/booting.rst): x0 = physical address of the
// devicetree, MMU and data cache off, interrupts masked, on the boot CPU alone.

        .section .text.start, "ax"
        .globl  _start
_start:
        msr     daifset, #15
        adrp    x1, __stack
        add     x1, x1, :lo12:__stack
        mov     sp, x1
        mrs     x1, CurrentEL
        ubfx    x1, x1, #2, #2
        adr     x2, _start
        ldr     x3, =_start
        sub     x2, x2, x3
        bl      loader_main
        // A failed check ends here, too.
        .globl  redoubt_panic
redoubt_panic:
        wfe
        b       redoubt_panic
        .ltorg

        .text

// evict_range(address, size): no cache holds a line of the range any more. With the MMU off, accesses go past the caches; a dirty
// line would later be written over them, a stale one read in their place (booting.rst).
        .globl  evict_range
evict_range:
        mrs     x2, ctr_el0
        ubfx    x2, x2, #16, #4
        mov     x3, #4
        lsl     x2, x3, x2
        add     x1, x0, x1
        sub     x3, x2, #1
        bic     x0, x0, x3
0:      cmp     x0, x1
        b.hs    1f
        dc      civac, x0
        add     x0, x0, x2
        b       0b
1:      dsb     sy
        ret

// zero_range(address, size): fills with zero; both are multiples of 64. DC ZVA is for normal memory only, which there is none of while the MMU is off.
        .globl  zero_range
zero_range:
        add     x1, x0, x1
0:      cmp     x0, x1
        b.hs    1f
        stp     xzr, xzr, [x0]
        stp     xzr, xzr, [x0, #16]
        stp     xzr, xzr, [x0, #32]
        stp     xzr, xzr, [x0, #48]
        add     x0, x0, #64
        b       0b
1:      dsb     sy
        ret

// enter_kernel(entry): wipes what the loader has computed, in memory and registers, and jumps with x0 = 0.
        .globl  enter_kernel
enter_kernel:
        mov     x19, x0
        adrp    x0, __data
        adrp    x1, __end
        add     x1, x1, :lo12:__end
        sub     x1, x1, x0
        bl      zero_range
        ic      iallu
        dsb     sy
        isb
        mov     x16, x19
        .irp    n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,17,18,19,20,21,22,23,24,25,26,27,28,29,30
        mov     x\n, xzr
        .endr
        br      x16
