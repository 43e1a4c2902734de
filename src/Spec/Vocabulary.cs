namespace Redoubt.Spec;

/// <summary>Words that the texts of several operations use, each for a method of <see cref="Specification{T}.Step"/>.</summary>
internal static class Vocabulary
{
    public static IReadOnlyList<(string Word, string Meaning)> All { get; } =
    [
        ("sent", "To a vCPU of the same CPU it arrives at once. For one of another CPU it is **left**."),
        ("left", "It is put into that vCPU's inbox, its rank into the inbox of its CPU, and the CPU is told by an interrupt (*mail*) if its inbox was empty."),
        ("arrives", "A vCPU that is off takes nothing. Otherwise virtual interrupts are latched and announced; events are added to those of the vCPU, which wakes if it waits in a call."),
        ("announced", "Of a list register in use: if its interrupt is latched again and enabled, it is pending again (unless linked to a physical interrupt); if its line is 1, its end "
            + "will cause a maintenance interrupt. Then each free list register takes the lowest interrupt that is enabled, latched or with its line at 1, and in no list "
            + "register. If not all fit, a maintenance interrupt comes when all but one list register are free. If the vCPU waits and something is pending and enabled, it wakes."),
        ("wakes", "If the vCPU waits in a call, the call returns; the fault of the vCPU that it serves, if that is why. The vCPU is ready."),
        ("returns", "x0 is Ok; x1 the events, which are thereby taken; x2 the fault of the vCPU that the caller serves, 0 for none, which is thereby told. With a fault: x3 its syndrome, "
            + "x4 its intermediate physical address (0 if there is none), x9 the PC; for a data abort x5 is the register that the instruction names, otherwise x5 to x8 are x0 to x3 of the faulted vCPU."),
        ("raised", "The account of faults grows by one. An abort's address is noted. A guest without a monitor takes the fault as an exception of its own: a call is answered with "
            + "NotSupported, an abort with a synchronous external abort, all else with an Undefined Instruction exception. Any other vCPU is faulted, with kind, syndrome and address; "
            + "its monitor wakes if it waits in a call."),
        ("reset", "All registers are 0, except PSTATE (EL1h, of a service EL0t, interrupts masked) and SCTLR_EL1 (MMU and caches off; of a service caches on, and CNTVCT_EL0 readable). "
            + "No virtual interrupt is enabled, pending or announced; all have the lowest priority. No events."),
    ];
}
