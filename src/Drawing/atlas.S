// The atlas that the build has made for this program, as read-only data, and where it lies.
    .section .rodata.atlas, "a"
    .balign 8
redoubt_atlas_data:
    .incbin "atlas.bin"

    .text
    .globl redoubt_atlas
    .type redoubt_atlas, %function
redoubt_atlas:
    adrp x0, redoubt_atlas_data
    add  x0, x0, :lo12:redoubt_atlas_data
    ret
    .size redoubt_atlas, . - redoubt_atlas
