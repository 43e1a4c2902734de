    .include "../BenchNotify/measure.inc"

    measure_functions hvc
