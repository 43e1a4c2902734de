// Runs a piece of code that may do anything but lose its way: whatever exception it takes, the vCPU comes back here with its own state.

    .equ STACK, 0x4000                  // image.ld: a ProbeBlock at the lower end of each stack, fields as in ProbeBlock.cs
    .equ SAVED_SP, 0x60
    .equ ACTIVE, 0x70
    .equ SYNDROME, 0x78
    .equ ADDRESS, 0x80

    .equ FPEN, 3 << 20
    .equ ALL_MASKED, 0x3c5              // SPSR: EL1h, interrupts masked

    .macro function name
    .globl \name
    .type \name, %function
    .balign 4
\name:
    .endm

    .macro address_of register, symbol
    adrp \register, \symbol
    add  \register, \register, :lo12:\symbol
    .endm

    .macro block register
    mov  \register, sp
    sub  \register, \register, #1
    and  \register, \register, #-STACK
    .endm

    .text

// ulong probe_run(code, ulong registers[10], bool wild): x0 to x9 go in and out; 0, or the syndrome of the exception that ended it, with bit
// 63. Wild code may change what the program itself needs: SCTLR_EL1, VBAR_EL1, CPACR_EL1, SPSel, DAIF.
function probe_run
    block x9
    stp  x19, x20, [x9]
    stp  x21, x22, [x9, #0x10]
    stp  x23, x24, [x9, #0x20]
    stp  x25, x26, [x9, #0x30]
    stp  x27, x28, [x9, #0x40]
    stp  x29, x30, [x9, #0x50]
    mov  x10, sp
    stp  x10, x1, [x9, #SAVED_SP]
    mov  x10, #1
    stp  x10, xzr, [x9, #ACTIVE]
    mov  x19, x9
    mrs  x20, sctlr_el1
    address_of x21, redoubt_vectors
    mov  x22, #FPEN
    mov  w23, w2
    mov  x16, x0
    mov  x17, x1
    ldp  x0, x1, [x17]
    ldp  x2, x3, [x17, #16]
    ldp  x4, x5, [x17, #32]
    ldp  x6, x7, [x17, #48]
    ldp  x8, x9, [x17, #64]
    blr  x16

    // x19 block, x20 SCTLR_EL1, x21 VBAR_EL1, x22 CPACR_EL1: no memory is touched before they are as they were.
    cbz  w23, leave
    msr  sctlr_el1, x20
    isb
    msr  spsel, #1
    msr  daifset, #15
    msr  vbar_el1, x21
    msr  cpacr_el1, x22
    isb
leave:
    ldp  x10, x17, [x19, #SAVED_SP]
    mov  sp, x10
    stp  x0, x1, [x17]
    stp  x2, x3, [x17, #16]
    stp  x4, x5, [x17, #32]
    stp  x6, x7, [x17, #48]
    stp  x8, x9, [x17, #64]
    str  xzr, [x19, #ACTIVE]
    ldr  x0, [x19, #SYNDROME]
    ldp  x29, x30, [x19, #0x50]
    ldp  x27, x28, [x19, #0x40]
    ldp  x25, x26, [x19, #0x30]
    ldp  x23, x24, [x19, #0x20]
    ldp  x21, x22, [x19, #0x10]
    ldp  x19, x20, [x19]
    ret
    .size probe_run, . - probe_run

    // After an exception: the interrupted code is given up. It was not wild enough to change what an exception would not survive.
abandon:
    block x19
    mrs  x20, esr_el1
    orr  x20, x20, #(1 << 63)
    mrs  x21, far_el1
    stp  x20, x21, [x19, #SYNDROME]
    b    leave

    .macro synchronous
    .balign 128
    stp  x0, x1, [sp, #-16]!
    block x0
    ldr  x1, [x0, #ACTIVE]
    cbz  x1, unexpected
    ldp  x0, x1, [sp], #16
    b    abandon
    .endm

    .macro interrupted
    .balign 128
    b    interrupt
    .endm

    .macro other
    .balign 128
    b    unexpected
    .endm

    .balign 2048
    .globl redoubt_vectors
redoubt_vectors:
    .rept 4                             // EL1t, EL1h, EL0 in AArch64, EL0 in AArch32
    synchronous
    interrupted
    other
    other
    .endr

unexpected:
    mrs  x0, esr_el1
    mrs  x1, elr_el1
    mrs  x2, far_el1
    bl   probe_unexpected
1:  b    1b

interrupt:
    stp  x0, x1, [sp, #-176]!
    stp  x2, x3, [sp, #16]
    stp  x4, x5, [sp, #32]
    stp  x6, x7, [sp, #48]
    stp  x8, x9, [sp, #64]
    stp  x10, x11, [sp, #80]
    stp  x12, x13, [sp, #96]
    stp  x14, x15, [sp, #112]
    stp  x16, x17, [sp, #128]
    stp  x18, x29, [sp, #144]
    str  x30, [sp, #160]
    bl   probe_interrupt
    // A program at EL0 that was interrupted has had its time.
    mrs  x1, spsr_el1
    tst  x1, #15
    ldr  x30, [sp, #160]
    ldp  x18, x29, [sp, #144]
    ldp  x16, x17, [sp, #128]
    ldp  x14, x15, [sp, #112]
    ldp  x12, x13, [sp, #96]
    ldp  x10, x11, [sp, #80]
    ldp  x8, x9, [sp, #64]
    ldp  x6, x7, [sp, #48]
    ldp  x4, x5, [sp, #32]
    ldp  x2, x3, [sp, #16]
    ldp  x0, x1, [sp], #176
    b.eq abandon
    eret

// void probe_breathe(): takes the interrupts that are pending
function probe_breathe
    msr  daifclr, #2
    isb
    nop
    nop
    msr  daifset, #2
    ret

// ProbeBlock* probe_block(): of this vCPU
function probe_block
    block x0
    ret

// ulong probe_entry(): where a vCPU of this program starts
function probe_entry
    address_of x0, _start
    ret

// Code for probe_run: x0 SPSR, x1 PC, x2 what every register holds at EL0
function probe_enter_user
    msr  spsr_el1, x0
    msr  elr_el1, x1
    msr  sp_el0, x2
    .irp n, 0,1,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30
    mov  x\n, x2
    .endr
    eret

// Code for probe_run: WFI
function probe_wait
    wfi
    ret

// ulong probe_sweep_code(): memory for Sweep.cs
function probe_sweep_code
    address_of x0, sweep_code
    ret

// ulong probe_user_code(): memory for 16 instructions for each of two vCPUs
function probe_user_code
    address_of x0, user_code
    ret

    .bss
    .balign 4096
sweep_code:
    .skip 2 * (3 << 14) * 8
user_code:
    .skip 2 * 16 * 4

    .text
    // Single registers that programs use by themselves.
    .macro reader name, register
function \name
    isb
    mrs  x0, \register
    ret
    .endm

    .macro writer name, register
function \name
    msr  \register, x0
    isb
    ret
    .endm

    reader probe_acknowledge, icc_iar1_el1
    writer probe_end, icc_eoir1_el1
    writer probe_send, icc_sgi1r_el1
    writer probe_set_timer_control, cntv_ctl_el0
    writer probe_set_timer, cntv_cval_el0
    reader probe_timer, cntv_cval_el0

// void probe_open_interrupts(): the CPU interface lets every enabled interrupt through
function probe_open_interrupts
    msr  icc_ctlr_el1, xzr
    msr  icc_bpr1_el1, xzr
    msr  icc_ap1r0_el1, xzr
    msr  icc_ap0r0_el1, xzr
    mov  x0, #0xff
    msr  icc_pmr_el1, x0
    mov  x0, #1
    msr  icc_igrpen1_el1, x0
    msr  cntkctl_el1, xzr
    isb
    ret

    .arch_extension simd

    .macro each_vector do
    .irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    \do \n
    .endr
    .endm

    .macro fill_one n
    dup  v\n\().2d, x0
    add  x0, x0, x1
    .endm

    .macro store_one n
    str  q\n, [x0, #16 * \n]
    .endm

// void probe_fill_vectors(first, step): both halves of V<n> become first + n * step
function probe_fill_vectors
    each_vector fill_one
    ret
    .size probe_fill_vectors, . - probe_fill_vectors

// void probe_store_vectors(ulong values[64])
function probe_store_vectors
    each_vector store_one
    ret
    .size probe_store_vectors, . - probe_store_vectors
