// Single instructions that C# has no word for.

    .section .text.cpu, "ax"

    .macro function name
    .global \name
    .balign 4
\name:
    .endm

    .macro reader name, register
function \name
    mrs x0, \register
    ret
    .endm

    .macro writer name, register
function \name
    msr \register, x0
    ret
    .endm

// Interrupt controller, CPU interface of EL2 (GIC architecture, IHI0069, 12.2)
function cpu_acknowledge
    mrs x0, icc_iar1_el1
    dsb sy                              // what the sender wrote before is read after
    ret

writer cpu_end, icc_eoir1_el1
writer cpu_deactivate, icc_dir_el1

// x0 value for ICC_SGI1R_EL1: what was written before is visible to the CPU that is interrupted.
function cpu_send_interrupt
    dsb ishst
    msr icc_sgi1r_el1, x0
    isb
    ret

// Time
reader cpu_frequency, cntfrq_el0

function cpu_time
    isb
    mrs x0, cntpct_el0
    ret

// x0 CNTHP_CVAL_EL2; enables the hypervisor timer.
function cpu_set_alarm
    msr cnthp_cval_el2, x0
    mov x1, #1
    msr cnthp_ctl_el2, x1
    isb
    ret

function cpu_clear_alarm
    msr cnthp_ctl_el2, xzr
    isb
    ret

// Device registers: x0 address, x1 value
function cpu_read32
    ldr w0, [x0]
    ret

function cpu_write32
    str w1, [x0]
    ret

function cpu_write64
    str x1, [x0]
    ret

// Inbox words (exclusives, so that Armv8.0 will do): x0 address, x1 bits
// Sets the bits and returns the old value.
function atomic_or
1:  ldxr x2, [x0]
    orr x4, x2, x1
    stlxr w3, x4, [x0]
    cbnz w3, 1b
    mov x0, x2
    ret

// Clears the bits and returns the old value.
function atomic_clear
1:  ldaxr x2, [x0]
    bic x4, x2, x1
    stxr w3, x4, [x0]
    cbnz w3, 1b
    mov x0, x2
    ret

// Clears the lowest bit that is set, if one is, and returns the old value.
function atomic_clear_lowest
    mov x1, #1
1:  ldaxr x2, [x0]
    rbit x4, x2
    clz x4, x4
    lsl x4, x1, x4
    bic x4, x2, x4
    stxr w3, x4, [x0]
    cbnz w3, 1b
    mov x0, x2
    ret

// Forgets what the TLBs and instruction caches know of all guests: a vCPU starts anew.
function cpu_forget_translations
    dsb ishst
    tlbi alle1is
    ic ialluis
    dsb ish
    isb
    ret

// The same for the partition whose VTTBR_EL2 is loaded, on this CPU, stage 1 only.
function cpu_forget_partition
    tlbi vmalle1
    dsb nsh
    isb
    ret

// PSCI: x0 function, x1 to x3 arguments (DEN0022)
function cpu_firmware
    smc #0
    ret
