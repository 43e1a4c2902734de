#!/bin/bash
# check-elf.sh ELF [--no-simd] [--simd-in=SYMBOL]...
# Refuses a freestanding program that needs what no runtime is there to give. One line for each finding.
#   --no-simd         no instruction may use the floating-point and vector registers, nor a struct be copied by a hidden loop,
#   --simd-in=SYMBOL  except in this one (the code that switches those registers between guests)
set -euo pipefail

elf=$1
shift
no_simd=false
simd_in=" "
for option in "$@"; do
  case $option in
    --no-simd) no_simd=true ;;
    --simd-in=*) simd_in+="${option#--simd-in=} " ;;
    *) echo "check-elf.sh: error: unknown option $option" >&2; exit 2 ;;
  esac
done

nm=aarch64-linux-gnu-nm
objdump=aarch64-linux-gnu-objdump
failed=false

refuse() {
  while read -r symbol; do
    echo "check-elf.sh: error: $symbol: $1"
    failed=true
  done
}

# ILC leaves these for a runtime to call before the first use of a static. Uncalled, the static would read as zero.
refuse "static initialiser that cannot be evaluated at build time; assign it in code, or make it a constant" \
  < <($nm "$elf" | awk '$3 ~ /___cctor$/ { print $3 }')

# RhpReversePInvoke and its return belong to ILC's start-up stub; the link aims them at redoubt_panic.
refuse "runtime helper; there is no runtime" \
  < <($nm "$elf" | awk '$NF ~ /^(Rhp?[A-Z]|S_P_)/ && $NF !~ /^RhpReversePInvoke(Return)?$/ { print $NF }')

refuse "undefined" < <($nm --undefined-only "$elf" | awk '{ print $NF }')

# An instruction uses those registers if and only if bits 26 and 27 are set: the second digit is c, d, e or f. What the
# assembler marks as data, objdump shows as .word and the like.
if $no_simd; then
  refuse "hidden loop: a struct of more than 128 bytes is copied or zeroed as a whole" \
    < <($nm "$elf" | awk '$3 ~ /^Corelib_System_SpanHelpers__/ { print $3 }')
  refuse "uses a vector register; copy field by field, or pass by reference" \
    < <($objdump -d "$elf" | awk -v allowed="$simd_in" '
      /^[0-9a-f]+ <.*>:$/ { symbol = substr($2, 2, length($2) - 3); next }
      $2 ~ /^.[c-f]......$/ && $3 !~ /^\./ && !seen[symbol]++ && !index(allowed, " " symbol " ") { print symbol }')
fi

! $failed
