// What all harness programs share: where the batch is, and how they end. The batch is a record with the number of records, then the
// records; it is loaded behind the program and written to the file `result` at the end. RECORD_SHIFT is the binary logarithm of a
// record's size.

    .equ BATCH, 0x50000000

    // Semihosting
    .equ OPEN, 1
    .equ WRITE, 5
    .equ EXIT, 0x18
    .equ APPLICATION_EXIT, 0x20026

    .text
    b _start

    // Writes the records and ends.
finish:
    mov x0, #OPEN
    adr x1, open
    hlt #0xf000
    adr x1, write
    str x0, [x1]
    ldr x2, =BATCH
    str x2, [x1, #8]
    ldr x3, [x2]
    add x3, x3, #1
    lsl x3, x3, #RECORD_SHIFT
    str x3, [x1, #16]
    mov x0, #WRITE
    hlt #0xf000
    mov x2, #0
    b leave

    // Ends with status 1.
fail:
    mov x2, #1
leave:
    adr x1, exit
    str x2, [x1, #8]
    mov x0, #EXIT
    hlt #0xf000

    .balign 8
open:
    .quad name, 5, 6                    // binary write
write:
    .quad 0, 0, 0
exit:
    .quad APPLICATION_EXIT, 0
name:
    .asciz "result"
    .balign 8
