// Measurements. Each returns ticks of CNTVCT_EL0 from the instruction before the one that is measured to the instruction after it.

    .text

    .macro function name
    .globl \name
    .type \name, %function
\name:
    .endm

    .macro between instruction:vararg
    mrs  x16, cntvct_el0
    \instruction
    mrs  x17, cntvct_el0
    sub  x0, x17, x16
    ret
    .endm

    // An instruction that does nothing: what the others are net of
    function bench_nothing
    between nop

    // x0: function identifier of a call
    function bench_call
    between hvc #0

    // x0: address of a 32-bit register
    function bench_load
    between ldr w9, [x0]

    // x0: value of ICC_SGI1R_EL1 for an interrupt to this CPU
    function bench_send
    mov  x12, #0
    msr  daifclr, #2
    mrs  x16, cntvct_el0
    msr  icc_sgi1r_el1, x0
1:  cbz  x12, 1b
    msr  daifset, #2
    sub  x0, x10, x16
    ret

    .macro arm_timer
    mov  x12, #0
    msr  daifclr, #2
    mrs  x9, cntvct_el0
    add  x9, x9, x0
    msr  cntv_cval_el0, x9
    mov  x10, #1
    msr  cntv_ctl_el0, x10
    isb
    .endm

    // x0: ticks until the virtual timer fires; the result counts from that moment
    function bench_timer_spinning
    arm_timer
1:  cbz  x12, 1b
    msr  daifset, #2
    sub  x0, x10, x9
    ret

    function bench_timer_waiting
    arm_timer
1:  wfi
    cbz  x12, 1b
    msr  daifset, #2
    sub  x0, x10, x9
    ret

// CPU interface of the GIC: system registers, priority mask open, group 1
    function bench_enable_interrupts
    mov  x0, #7
    msr  icc_sre_el1, x0
    isb
    mov  x0, #0xff
    msr  icc_pmr_el1, x0
    mov  x0, #1
    msr  icc_igrpen1_el1, x0
    isb
    ret
