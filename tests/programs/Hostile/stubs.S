// Instructions for probe_run, one to a slot of 16 bytes: x0 is an address, x1 to x3 are data. Counts are in Stubs.cs.

    .arch armv8.5-a+simd
    .equ STUB, 16

    .macro stub instruction:vararg
    .balign STUB
    \instruction
    ret
    .endm

    .macro table name
    .balign STUB
    .globl \name
    .type \name, %function
\name:
    .endm

    .text

// Loads, stores and fetches: where there is nothing for this partition, each must be refused.
    table stubs_access
    stub ldr x1, [x0]
    stub ldr w1, [x0]
    stub ldrh w1, [x0]
    stub ldrb w1, [x0]
    stub ldrsb x1, [x0]
    stub ldrsw x1, [x0]
    stub ldur x1, [x0, #1]
    stub ldr x1, [x0], #8
    stub ldr x1, [x0, #8]!
    stub ldp x1, x2, [x0]
    stub ldpsw x1, x2, [x0]
    stub ldnp x1, x2, [x0, #16]
    stub ldp x1, x2, [x0, #-16]!
    stub ldtr x1, [x0]
    stub ldar x1, [x0]
    stub ldarb w1, [x0]
    stub ldxr x1, [x0]
    stub ldaxrh w1, [x0]
    stub ldxp x1, x2, [x0]
    stub ldapr x1, [x0]
    stub ldr xzr, [x0]
    stub str x1, [x0]
    stub str w1, [x0]
    stub strh w1, [x0]
    stub strb w1, [x0]
    stub stur x1, [x0, #3]
    stub str x1, [x0], #8
    stub str x1, [x0, #8]!
    stub stp x1, x2, [x0]
    stub stnp x1, x2, [x0, #16]
    stub stp x1, x2, [x0, #-16]!
    stub sttr x1, [x0]
    stub stlr x1, [x0]
    stub stlrb w1, [x0]
    stub str xzr, [x0]
    stub ldadd x1, x2, [x0]
    stub ldclralh w1, w2, [x0]
    stub swpal x1, x2, [x0]
    stub cas x1, x2, [x0]
    stub caspal x2, x3, x4, x5, [x0]
    stub ldr q30, [x0]
    stub ldp q30, q31, [x0], #32
    stub ld1 {v30.b}[3], [x0]
    stub str q30, [x0]
    stub stp q30, q31, [x0]
    stub st1 {v31.16b}, [x0]
    stub br x0                          // the last, see MemoryAttack.cs
    .globl stubs_access_end
stubs_access_end:

// Operations on addresses that may or may not be refused.
    table stubs_operation
    stub prfm pldl1keep, [x0]
    stub prfm pstl2strm, [x0]
    stub prfm plil1keep, [x0]
    stub stxr w3, x1, [x0]
    stub stlxp w3, x1, x2, [x0]
    stub dc zva, x0
    stub dc cvac, x0
    stub dc cvau, x0
    stub dc civac, x0
    stub dc ivac, x0
    stub dc cvap, x0
    stub ic ivau, x0
    stub at s1e1r, x0
    stub at s1e1w, x0
    stub at s1e0r, x0
    stub at s1e0w, x0
    stub tlbi vae1, x0
    stub tlbi vaale1is, x0
    stub tlbi aside1, x0
    .globl stubs_operation_end
stubs_operation_end:

// Calls and exceptions of all kinds.
    table stubs_call
    stub hvc #0
    stub smc #0
    stub hvc #1
    stub hvc #0xffff
    stub smc #0xffff
    stub svc #0
    stub brk #0
    stub hlt #0
    stub udf #0
    stub dcps1
    stub dcps2
    stub dcps3
    stub drps
    stub clrex
    stub isb
    stub dsb sy
    stub yield
    stub sev
    stub sevl
    stub esb
    stub psb csync
    stub tlbi vmalle1
    stub tlbi vmalle1is
    stub tlbi alle1is
    stub tlbi alle2
    stub tlbi ipas2e1is, x0
    stub at s12e1r, x0
    stub ic iallu
    stub ic ialluis
    stub paciasp
    stub pacia x1, x0
    stub pacga x1, x2, x3
    stub cfinv
    stub sb
    stub .inst 0xd503477f               // SMSTART
    stub .inst 0x04bf5020               // RDVL x0, #1
    .globl stubs_call_end
stubs_call_end:

    .macro address_function name, symbol
    .globl \name
    .type \name, %function
\name:
    adrp x0, \symbol
    add  x0, x0, :lo12:\symbol
    ret
    .endm

    address_function stubs_access_address, stubs_access
    address_function stubs_operation_address, stubs_operation
    address_function stubs_call_address, stubs_call
    address_function stubs_scratch_address, probe_scratch

    .macro count_function name, symbol
    .globl \name
    .type \name, %function
\name:
    mov  x0, #(\symbol\()_end - \symbol + STUB - 1) / STUB
    ret
    .endm

    count_function stubs_access_count, stubs_access
    count_function stubs_operation_count, stubs_operation
    count_function stubs_call_count, stubs_call
