// Ways to end.
    .text

    .macro function name
    .globl \name
    .type \name, %function
\name:
    .endm

    .macro mark registers:vararg
    .irp register, \registers
    msr  \register, x2
    .endr
    .endm

// void quit_pair(ulong address): loads two registers of a device at once, which no syndrome describes
    function quit_pair
    ldp  w1, w2, [x0]
    ret

// void quit_jump(ulong address)
    function quit_jump
    br   x0

// void quit_call(ulong function)
    function quit_call
    hvc  #0
    ret

// void quit_wait(): until an interrupt is pending
    function quit_wait
    wfi
    ret

// void quit_litter(ulong address): has interrupts pending and one active, something in every register, and then does as quit_pair
    function quit_litter
    movz x2, #0xff
    msr  icc_pmr_el1, x2
    movz x2, #1
    msr  icc_igrpen1_el1, x2
    msr  cntv_ctl_el0, x2               // its time is over
    .irp sgi, 1, 2, 3
    movz x2, #\sgi << 8, lsl #16
    orr  x2, x2, #1
    msr  icc_sgi1r_el1, x2
    .endr
    isb
    mrs  x2, icc_iar1_el1

    movz x2, #3 << 4, lsl #16           // CPACR_EL1.FPEN
    msr  cpacr_el1, x2
    isb
    movz x2, #0x5aa0
    mark sp_el0, tpidr_el0, tpidrro_el0, cntkctl_el1, elr_el1, spsr_el1, vbar_el1, esr_el1, far_el1, ttbr0_el1, ttbr1_el1, tcr_el1
    mark mair_el1, amair_el1, contextidr_el1, tpidr_el1, par_el1, afsr0_el1, afsr1_el1, csselr_el1, cntv_cval_el0, fpsr
    movz x1, #1 << 6, lsl #16           // FPCR.RMode
    msr  fpcr, x1
    mov  sp, x2
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    dup  v\n\().2d, x2
    .endr
    .irp n, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
    mov  x\n, x2
    .endr
    ldp  w1, w2, [x0]
