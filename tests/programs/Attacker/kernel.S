// A kernel module for the attacked Linux: what its kernel can do and root can't. Its first and only function makes every call of Redoubt's with every slot, by HVC and
// by SMC; accesses registers that are not a guest's; sends interrupts; and reads and writes memory where Linux has none, by a map of its own. It takes the exceptions
// itself, tells in the kernel's log what was granted, and ends with an error, so that nothing of it stays.
//
// It includes, taken from a module of that very kernel, "modinfo", "versions" and "module", the record of itself, in which the address of the first function is at
// INIT; and "targets", addresses of 8 bytes each.

#define CALLS           0xc6000000
#define KNOWN           14
#define NUMBERS         24
#define SLOTS           64
#define ARGUMENTS       4
#define NOT_PERMITTED   1

// Block descriptors (Arm DDI 0487, D8.3): valid, accessed, inner shareable, attribute 0, which Linux has as normal memory; not global, not executable.
#define BLOCK           (1 | (3 << 8) | (1 << 10) | (1 << 11) | (3 << 53))
#define TABLE           3
#define ENTRIES         512

        .macro  address register, symbol
        adrp    \register, \symbol
        add     \register, \register, :lo12:\symbol
        .endm

// x26 is 0 unless the next instruction is refused; x25 counts those that were.
        .macro  try instruction:vararg
        mov     x26, #0
        \instruction
        .endm

// One bit of x20 for each register that is not refused.
        .macro  refuse register
        try     mrs x9, \register
        cbnz    x26, 1f
        orr     x20, x20, x21
1:      try     msr \register, xzr
        cbnz    x26, 1f
        orr     x20, x20, x21
1:      lsl     x21, x21, #1
        .endm

        .macro  map_by register
        msr     ttbr0_el1, \register
        isb
        tlbi    vmalle1
        dsb     nsh
        isb
        .endm

        .text
        .global init_module
init_module:
        stp     x29, x30, [sp, #-96]!
        stp     x19, x20, [sp, #16]
        stp     x21, x22, [sp, #32]
        stp     x23, x24, [sp, #48]
        stp     x25, x26, [sp, #64]
        stp     x27, x28, [sp, #80]
        mov     x25, #0
        .irp    part, calls, registers, interrupts, memory
        bl      enter
        bl      \part
        bl      leave
        .endr
        bl      tell
        mov     x0, #-NOT_PERMITTED
        ldp     x19, x20, [sp, #16]
        ldp     x21, x22, [sp, #32]
        ldp     x23, x24, [sp, #48]
        ldp     x25, x26, [sp, #64]
        ldp     x27, x28, [sp, #80]
        ldp     x29, x30, [sp], #96
        ret

// Interrupts wait while exceptions are this module's.
enter:  address x9, saved
        mrs     x10, daif
        msr     daifset, #15
        mrs     x11, vbar_el1
        stp     x10, x11, [x9]
        address x10, vectors
        msr     vbar_el1, x10
        isb
        ret

leave:  address x9, saved
        ldp     x10, x11, [x9]
        msr     vbar_el1, x11
        isb
        msr     daif, x10
        ret

// Each number, known or not, with each slot and argument. What is granted is noted by number and slot; of a known call that is refused no register but x0 may change.
calls:  mov     x28, x30
        mov     x20, #0
1:      mov     x21, #0
2:      mov     x22, #0
3:      address x9, arguments
        ldr     x23, [x9, x22, lsl #3]
        bl      arm
        hvc     #0
        bl      note
        cbnz    x22, 4f
        bl      arm
        try     smc #0
        cbnz    x26, 4f
        tbnz    x0, #63, 4f
        bl      grant
4:      add     x22, x22, #1
        cmp     x22, #ARGUMENTS
        b.ne    3b
        cmn     x21, #1
        b.eq    5f
        add     x21, x21, #1
        cmp     x21, #SLOTS
        b.ne    2b
        mov     x21, #-1
        b       2b
5:      add     x20, x20, #1
        cmp     x20, #NUMBERS
        b.ne    1b
        ret     x28

arm:    mov     x0, #CALLS
        add     x0, x0, x20
        mov     x1, x21
        .irp    n, 2, 3, 4, 5, 6, 7
        mov     x\n, x23
        .endr
        ret

note:   tbz     x0, #63, grant
        cmp     x20, #KNOWN
        b.hs    1f
        eor     x10, x1, x21
        .irp    n, 2, 3, 4, 5, 6, 7
        eor     x11, x\n, x23
        orr     x10, x10, x11
        .endr
        address x9, changed
        ldr     x11, [x9]
        orr     x11, x11, x10
        str     x11, [x9]
1:      ret

grant:  address x9, granted
        mov     x10, #1
        lsl     x10, x10, x21
        ldr     x11, [x9, x20, lsl #3]
        orr     x11, x11, x10
        str     x11, [x9, x20, lsl #3]
        ret

// Of EL2 and EL3, the names of EL1's registers that EL2 has, the physical timer and counter, performance monitors: neither can be read nor written. Then what may be
// written and must have no effect: debug registers, interrupts of the other groups, cache maintenance by set and way.
registers:
        mov     x20, #0
        mov     x21, #1
        // SCTLR_EL2, HCR_EL2, MDCR_EL2, CPTR_EL2, TTBR0_EL2, TCR_EL2, VTTBR_EL2, VTCR_EL2, SPSR_EL2, ELR_EL2, SP_EL1, ESR_EL2, FAR_EL2, HPFAR_EL2, VBAR_EL2
        .irp    register, S3_4_C1_C0_0, S3_4_C1_C1_0, S3_4_C1_C1_1, S3_4_C1_C1_2, S3_4_C2_C0_0, S3_4_C2_C0_2, S3_4_C2_C1_0, S3_4_C2_C1_2, S3_4_C4_C0_0, S3_4_C4_C0_1, S3_4_C4_C1_0, S3_4_C5_C2_0, S3_4_C6_C0_0, S3_4_C6_C0_4, S3_4_C12_C0_0
        refuse  \register
        .endr
        // ICC_SRE_EL2, ICH_HCR_EL2, ICH_LR0_EL2, TPIDR_EL2, CNTVOFF_EL2, CNTHCTL_EL2, SCR_EL3, ICC_CTLR_EL3, SCTLR_EL12, CNTP_CTL_EL0, CNTPCT_EL0, PMCR_EL0
        .irp    register, S3_4_C12_C9_5, S3_4_C12_C11_0, S3_4_C12_C12_0, S3_4_C13_C0_2, S3_4_C14_C0_3, S3_4_C14_C1_0, S3_6_C1_C1_0, S3_6_C12_C12_4, S3_5_C1_C0_0, S3_3_C14_C2_1, S3_3_C14_C0_1, S3_3_C9_C12_0
        refuse  \register
        .endr
        address x9, open
        str     x20, [x9]
        mov     x22, #-1
        .irp    register, S2_0_C0_C2_2, S2_0_C0_C0_5, S2_0_C0_C0_4, S3_0_C1_C0_1, S3_0_C12_C11_6, S3_0_C12_C11_7
        try     msr \register, x22
        .endr
        mov     x22, #0
1:      dc      isw, x22
        dc      csw, x22
        dc      cisw, x22
        add     x22, x22, #64
        cmp     x22, #4096
        b.ne    1b
        ret

// Each software-generated interrupt to every place but the CPUs that Linux has itself, and one to all.
interrupts:
        mov     x20, #0
1:      lsl     x21, x20, #24
        orr     x22, x21, #0xfffc
        msr     S3_0_C12_C11_5, x22
        .irp    shift, 16, 32, 44, 48
        mov     x22, #0xffff
        orr     x22, x22, #(1 << \shift)
        orr     x22, x22, x21
        msr     S3_0_C12_C11_5, x22
        .endr
        add     x20, x20, #1
        cmp     x20, #16
        b.ne    1b
        mov     x22, #(1 << 40)
        msr     S3_0_C12_C11_5, x22
        ret

// All of 39 bits at their own addresses; written only where nothing can be read.
memory: address x9, blocks
        mov     x10, #0
        ldr     x11, =BLOCK
1:      orr     x12, x11, x10, lsl #30
        str     x12, [x9, x10, lsl #3]
        add     x10, x10, #1
        cmp     x10, #ENTRIES
        b.ne    1b
        at      s1e1r, x9
        isb
        mrs     x12, par_el1
        and     x12, x12, #0xfffffffff000
        orr     x12, x12, #TABLE
        address x9, root
        str     x12, [x9]
        at      s1e1r, x9
        isb
        mrs     x12, par_el1
        and     x12, x12, #0xfffffffff000
        mrs     x20, ttbr0_el1
        map_by  x12

        address x21, targets
        address x22, targets_end
        mov     x23, #0
        mov     x24, #0
2:      ldr     x9, [x21], #8
        try     ldr x10, [x9]
        cbz     x26, 3f
        try     str xzr, [x9]
        cbz     x26, 3f
        b       4f
3:      cmp     x23, #0
        csel    x24, x24, x9, ne
        add     x23, x23, #1
4:      try     dc civac, x9
        try     dc ivac, x9
        try     ic ivau, x9
        cmp     x21, x22
        b.ne    2b
        map_by  x20
        address x9, reached
        stp     x23, x24, [x9]
        ret

tell:   stp     x29, x30, [sp, #-16]!
        mov     x20, #0
1:      address x9, granted
        ldr     x2, [x9, x20, lsl #3]
        cbz     x2, 2f
        mov     x1, x20
        address x0, of_calls
        bl      _printk
2:      add     x20, x20, #1
        cmp     x20, #NUMBERS
        b.ne    1b
        address x9, changed
        ldp     x1, x2, [x9]
        address x9, reached
        ldp     x3, x4, [x9]
        mov     x5, x25
        address x0, of_all
        bl      _printk
        ldp     x29, x30, [sp], #16
        ret

// An exception of this level: the next instruction follows.
        .balign 2048
vectors:
        .space  0x200
        mov     x26, #1
        add     x25, x25, #1
        mrs     x27, elr_el1
        add     x27, x27, #4
        msr     elr_el1, x27
        eret
        .space  0x800 - (. - vectors)

        .section .rodata, "a"
        .balign 8
arguments:
        .quad   0, 1, 0x40400000, -1
targets:
        .incbin "targets"
targets_end:
of_calls:
        .asciz  "\0016attacker: call %lu granted: %016lx\n"
of_all: .asciz  "\0016attacker: changed %lx, open %lx, reached %lu from %016lx, refused %lu\n"

        .bss
        .balign 4096
blocks: .space  8 * ENTRIES
root:   .space  8 * ENTRIES
granted:
        .space  8 * NUMBERS
changed:
        .space  8
open:   .space  8
reached:
        .space  16
saved:  .space  16

        .section .modinfo, "a"
        .incbin "modinfo"
        .section __versions, "a"
        .incbin "versions"
        .section .gnu.linkonce.this_module, "aw"
        .balign 64
        .incbin "module", 0, INIT
        .quad   init_module
        .incbin "module", INIT + 8

// Where Linux puts its own veneers.
        .section .plt, "ax"
        .byte   0
        .section .init.plt, "a"
        .byte   0
        .section .text.ftrace_trampoline, "ax"
        .byte   0
