// What Tape keeps, and does not put back; and where it finds what it does put back: all that the program writes but its stacks, which come last.
        .bss
        .balign 64
kept:
        .skip   768 << 10
kept_end:

        .section .rodata
        .balign 8
        .globl  redoubt_places
redoubt_places:
        .quad   redoubt_data            // see Pad.csproj
        .quad   kept
        .quad   kept_end
        .quad   stack_top - 8 * 0x4000  // src/Partition/link.ld
